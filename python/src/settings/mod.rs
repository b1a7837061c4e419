//! The settings of a handler, as `jKool._settings` has worked them out, and the stream that they describe.
//!
//! Where a setting comes from (a keyword, a `TNT4_…` variable, a default) is decided in Python; what it means is
//! decided here. Errors name the setting, and never its value: it may be a token.

mod broker;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tnt4::{BuildError, Builder, Compression, Overflow, Proxy, SourceFqn, Spool, Stream, TokenSource, Topic};

use crate::manner::Manner;
use crate::process::{Occasions, Watch};
use crate::redaction::Redaction;
use crate::voice;
use broker::BrokerSettings;
pub(crate) use broker::UNNAMED;

/// Where records go within what the stream goes to.
pub(crate) enum Topics {
    /// The transport knows none.
    None,
    /// All to one.
    One(Topic),
    /// Each to that of its logger's name.
    OfLoggers,
}

/// The settings of a handler.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Settings {
    /// What tells them from others: handlers with the same share a stream. It holds the token.
    pub(crate) key: String,
    url: String,
    token: Option<String>,
    /// Where records go by MQTT.
    broker: Option<BrokerSettings>,
    spool: Option<String>,
    durability: Option<String>,
    state_dir: Option<PathBuf>,
    spool_bytes: Option<u64>,
    spool_age: Option<f64>,
    queue_bytes: Option<usize>,
    overflow: Option<String>,
    ca_file: Option<PathBuf>,
    client_cert: Option<PathBuf>,
    client_key: Option<PathBuf>,
    proxy: Option<String>,
    connect_timeout: Option<f64>,
    answer_timeout: Option<f64>,
    compression: Option<String>,
    batch_records: Option<usize>,
    batch_bytes: Option<usize>,
    linger: Option<f64>,
    report_drops: bool,
    diagnostics: Option<String>,
    source_fqn: Option<String>,
    location: Option<String>,
    user: Option<String>,
    redact: String,
    redact_keys: Vec<String>,
    redact_patterns: Vec<String>,
    process_snapshots: Occasions,
}

impl Settings {
    /// How events are made of records.
    pub(crate) fn manner(&self) -> PyResult<Manner> {
        let (by_name, usual) = match self.redact.as_str() {
            "keys" => (true, false),
            "patterns" => (true, true),
            "off" => (false, false),
            _ => return Err(wrong("redact", "write keys, patterns or off")),
        };
        let redaction = Redaction::new(by_name, &self.redact_keys, usual, &self.redact_patterns);
        if let Some(name) = &self.source_fqn
            && let Err(error) = SourceFqn::parse(name)
        {
            let line = format!("source_fqn: {error}; it goes as it is");
            voice::say_once_to(&line, self.diagnostics.as_deref());
        }
        Ok(Manner {
            redaction: redaction.map_err(PyValueError::new_err)?,
            source: self.source(),
            location: self.location.clone(),
            user: self.user.clone(),
        })
    }

    fn source(&self) -> Option<SourceFqn> {
        self.source_fqn.as_deref().map(SourceFqn::from_wire)
    }

    /// What watches the process for this stream, where it is to.
    pub(crate) fn watch(&self, stream: &Stream) -> Option<Arc<Watch>> {
        let topic = match self.topics() {
            Topics::None => None,
            Topics::One(topic) => Some(topic),
            Topics::OfLoggers => self.topic(UNNAMED),
        };
        Watch::of(self.process_snapshots, stream, topic, self.source())
    }

    /// Whether a call may have to wait.
    pub(crate) fn may_wait(&self) -> bool {
        self.overflow.as_deref() == Some("block")
            || self.durability.as_deref() == Some("sync")
            || self.spool.as_deref() == Some("sync")
            || std::env::var("TNT4_SPOOL").is_ok_and(|word| word.trim().eq_ignore_ascii_case("sync"))
    }

    /// Where records go within what the stream goes to.
    pub(crate) fn topics(&self) -> Topics {
        match &self.broker {
            None => Topics::None,
            Some(broker) => match broker.topic() {
                None => Topics::OfLoggers,
                Some(name) => self.topic(name).map_or(Topics::OfLoggers, Topics::One),
            },
        }
    }

    /// The topic of this name.
    pub(crate) fn topic(&self, name: &str) -> Option<Topic> {
        broker::topic(name, self.diagnostics.as_deref())
    }

    /// The stream. It starts nothing before its first record.
    pub(crate) fn stream(&self) -> PyResult<Stream> {
        self.builder()?.build().map_err(|error| {
            let name = match &error {
                BuildError::ClientId => "client_id: ",
                BuildError::Spool => "",
                _ => "urlStr: ",
            };
            PyValueError::new_err(format!("{name}{error}"))
        })
    }

    /// The stream's configuration.
    pub(crate) fn builder(&self) -> PyResult<Builder> {
        let mut builder = Stream::builder().url(&self.url).report_drops(self.report_drops);
        if let Some(token) = &self.token {
            let source = TokenSource::parse(token)
                .map_err(|error| PyValueError::new_err(format!("accessToken: {error}")))?;
            builder = builder.token_source(source);
        }
        if let Some(broker) = &self.broker {
            builder = broker.apply(builder, self.diagnostics.as_deref())?;
        }
        if let Some(spool) = self.spool()? {
            builder = builder.spool(spool);
        }
        if let Some(bytes) = self.queue_bytes {
            builder = builder.queue_bytes(bytes);
        }
        if let Some(word) = &self.overflow {
            builder = builder.overflow(match word.as_str() {
                "drop_newest" => Overflow::DropNewest,
                "drop_oldest" => Overflow::DropOldest,
                "block" => Overflow::Block,
                _ => return Err(wrong("overflow", "write drop_newest, drop_oldest or block")),
            });
        }
        if let Some(path) = &self.ca_file {
            builder = builder.ca_file(path);
        }
        match (&self.client_cert, &self.client_key) {
            (None, None) => {}
            (Some(certificate), key) => {
                // A key may stand in the certificate's file.
                builder = builder.client_certificate(certificate, key.as_ref().unwrap_or(certificate));
            }
            (None, Some(_)) => return Err(PyValueError::new_err("client_key wants a client_cert beside it")),
        }
        match self.proxy.as_deref() {
            None => {}
            Some("off") => builder = builder.no_proxy(),
            Some(address) => {
                let proxy: Proxy = address
                    .parse()
                    .map_err(|error: tnt4::ProxyError| PyValueError::new_err(format!("proxy: {error}")))?;
                builder = builder.proxy(proxy);
            }
        }
        if let Some(seconds) = self.connect_timeout {
            builder = builder.connect_timeout(duration("connect_timeout", seconds)?);
        }
        if let Some(seconds) = self.answer_timeout {
            builder = builder.answer_timeout(duration("answer_timeout", seconds)?);
        }
        if let Some(word) = &self.compression {
            builder = builder.compression(match word.as_str() {
                "auto" => Compression::Auto,
                "off" => Compression::Never,
                _ => return Err(wrong("compression", "write auto or off")),
            });
        }
        if self.batch_records.is_some() || self.batch_bytes.is_some() || self.linger.is_some() {
            let linger = duration("linger", self.linger.unwrap_or(0.02))?;
            let records = self.batch_records.unwrap_or(500);
            builder = builder.batch(records, self.batch_bytes.unwrap_or(512 << 10), linger);
        }
        if self.diagnostics.is_some() {
            builder = builder.diagnostics(voice::diagnostics(self.diagnostics.as_deref()));
        }
        Ok(builder)
    }

    /// Where records wait; `None` leaves it to the environment.
    fn spool(&self) -> PyResult<Option<Spool>> {
        let mut spool = match (self.spool.as_deref(), self.durability.as_deref()) {
            (Some("memory"), None | Some("memory")) | (None, Some("memory")) => Spool::memory(),
            (Some("memory"), Some(_)) => {
                return Err(wrong("durability", "with spool=memory nothing is on disk"));
            }
            (Some("sync"), _) | (_, Some("sync")) => Spool::synchronous(),
            (Some("disk"), _) | (_, Some("disk")) => Spool::disk(),
            (Some(_), _) => {
                return Err(wrong(
                    "spool",
                    "write disk, sync or memory, or the path of a folder, with a / in it",
                ));
            }
            (None, Some(_)) => return Err(wrong("durability", "write disk, sync or memory")),
            (None, None) => {
                if self.state_dir.is_none() && self.spool_bytes.is_none() && self.spool_age.is_none() {
                    return Ok(None);
                }
                Spool::from_env().ok_or_else(|| wrong("TNT4_SPOOL", "write disk, sync or memory"))?
            }
        };
        if let Some(path) = &self.state_dir {
            spool = spool.state_folder(path);
        }
        if let Some(bytes) = self.spool_bytes {
            spool = spool.bytes(bytes);
        }
        if let Some(seconds) = self.spool_age {
            spool = spool.age(duration("spool_age", seconds)?);
        }
        Ok(Some(spool))
    }
}

/// Seconds as a duration.
pub(crate) fn duration(name: &str, seconds: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong(name, "give seconds, at least 0"))
}

fn wrong(name: &str, remedy: &str) -> PyErr {
    PyValueError::new_err(format!("{name} has a value that means nothing: {remedy}"))
}
