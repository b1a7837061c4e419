//! How a stream is configured.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::diagnostics::Diagnostics;
use crate::http::proxy::{Choice, Proxy};
use crate::http::{Compression, Endpoint, HttpTransport, Options, Plan};
use crate::mqtt::{self, Broker, Mqtt, MqttTransport};
use crate::net::Timeouts;
use crate::net::tls::{ClientCertificate, TlsVersion};
use crate::overflow::Overflow;
use crate::queue::Limits;
use crate::recipe::{DiskRecipe, Maker, Recipe};
use crate::spool::{Address, Spool};
use crate::transport::Transport;
use crate::words::debug_as_display;
use crate::{Secret, Stream, TokenSource};

/// Where records go when nothing else is said.
pub const DEFAULT_URL: &str = "https://data.jkoolcloud.com";

/// Records and bytes of a batch, where nothing else is said.
const BATCH: (usize, usize) = (500, 512 << 10);
/// The same for a broker: several windows of messages, since the last of a batch is waited for before the next begins.
const BATCH_OF_MQTT: (usize, usize) = (4000, 2 << 20);

/// The configuration of a [`Stream`].
#[must_use = "a builder does nothing until it is built"]
pub struct Builder {
    url: String,
    token: Option<TokenSource>,
    queue_bytes: usize,
    overflow: Overflow,
    /// Records and bytes.
    batch: Option<(usize, usize)>,
    linger: Duration,
    timeouts: Timeouts,
    http: Options,
    mqtt: Option<Mqtt>,
    spool: Option<Spool>,
    tells_drops: bool,
    transport: Option<Box<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    diagnostics: Option<Diagnostics>,
}

/// What a transport is made of.
pub(crate) enum Way {
    Http(Box<Plan>),
    Mqtt(Box<mqtt::Plan>),
}

/// Why a stream cannot be built. The address is not repeated: it may contain secrets.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The text is no URL.
    #[error("the address is not a URL ({0}): write it as https://host/path")]
    Url(String),
    /// A scheme for which there is no transport.
    #[error(
        "no transport for addresses that begin with {0}: use https: or http:, or mqtts: or mqtt: for a broker"
    )]
    Scheme(String),
    /// The text is no address of a broker.
    #[error("the address is not a broker's ({0}): write it as mqtts://host, mqtt://host:1883 or host")]
    Broker(String),
    /// Something is said about TLS, and the address says that there is none.
    #[error("TLS is configured, and the address says that there is none: write mqtts:// or wss://")]
    PlainBroker,
    /// A session of MQTT is to be kept, and the broker could not know whose it is.
    #[error("a session that the broker keeps needs a client id: give one, or use a clean session")]
    ClientId,
    /// User name or password within the URL.
    #[error("the address contains a user name or password: give the token separately")]
    Credentials,
    /// The environment variable `TNT4_SPOOL` has a value that means nothing.
    #[error("TNT4_SPOOL has a value that means nothing: write disk, sync or memory")]
    Spool,
}

debug_as_display!(BuildError);

impl Builder {
    pub(crate) fn new() -> Self {
        Builder {
            url: DEFAULT_URL.to_owned(),
            token: None,
            queue_bytes: 32 << 20,
            overflow: Overflow::DropNewest,
            batch: None,
            linger: Duration::from_millis(20),
            timeouts: Timeouts {
                connect: Duration::from_secs(5),
                answer: Duration::from_secs(10),
            },
            http: Options::default(),
            mqtt: None,
            spool: None,
            tells_drops: true,
            transport: None,
            clock: None,
            diagnostics: None,
        }
    }

    /// The server's address. `https:` or `http:`, whose path and query string are kept as they are; or a broker's: `mqtts:`
    /// or `mqtt:` (also `ssl:` and `tcp:`), `wss:` or `ws:` for MQTT over WebSocket, or, together with [`mqtt`](Self::mqtt),
    /// a host alone or with a port. Where that is all, anything that is said about TLS means TLS.
    /// [`DEFAULT_URL`] by default.
    pub fn url(mut self, url: &str) -> Self {
        url.clone_into(&mut self.url);
        self
    }

    /// The token by which the server knows us. None by default. Of this, [`token_file`](Self::token_file) and
    /// [`token_source`](Self::token_source), the last one that is called counts.
    pub fn token(self, token: Secret) -> Self {
        self.token_source(TokenSource::Given(token))
    }

    /// A file that holds the token, and is read again when a connection is opened after a pause: so a token can be
    /// renewed there while the stream runs.
    pub fn token_file(self, path: impl Into<PathBuf>) -> Self {
        self.token_source(TokenSource::File(path.into()))
    }

    /// Where the token comes from.
    pub fn token_source(mut self, source: TokenSource) -> Self {
        self.token = Some(source.absolute());
        self
    }

    /// Where records wait for their acknowledgement. By default what the environment says ([`Spool`]): on Linux
    /// on disk. With a [transport of its own](Self::transport) a stream takes memory unless it is told otherwise.
    pub fn spool(mut self, spool: Spool) -> Self {
        self.spool = Some(spool);
        self
    }

    /// What happens to a record for which there is no room. [`Overflow::DropNewest`] by default.
    pub fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// Whether the stream sends an event of its own, of severity `ERROR`, after records had to be dropped for want of
    /// room or time: how many, from when to when, and why. It does by default.
    pub fn report_drops(mut self, report: bool) -> Self {
        self.tells_drops = report;
        self
    }

    /// How much memory pending records may take that are only in memory, in bytes, with 24 to 31 bytes for each
    /// record's own place. 32 MiB by default. A tenth of it is kept for `ERROR` and above. With a spool on disk it
    /// bounds what is taken while the disk takes nothing.
    pub fn queue_bytes(mut self, bytes: usize) -> Self {
        self.queue_bytes = bytes;
        self
    }

    /// A file in PEM, or a folder of such files, with the certificates of the authorities to trust: these and no
    /// others. A server's own certificate may be among them. By default `SSL_CERT_FILE` and `SSL_CERT_DIR` say it,
    /// else `REQUESTS_CA_BUNDLE`, else the platform's store.
    ///
    /// Here and in [`client_certificate`](Self::client_certificate), files are read when a connection is opened,
    /// and again after each failure.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.http.tls.ca_file = Some(path.into());
        self
    }

    /// The certificate by which the server knows us, followed by those that lead to its authority, and its key:
    /// two files in PEM, the key unencrypted. None by default.
    pub fn client_certificate(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.http.tls.client_certificate = Some(ClientCertificate {
            certificate: certificate.into(),
            key: key.into(),
        });
        self
    }

    /// Records go by MQTT, with these settings. Where the [address](Self::url) is a broker's it is not needed. A broker has
    /// no token, and is reached without a proxy.
    pub fn mqtt(mut self, settings: Mqtt) -> Self {
        self.mqtt = Some(settings);
        self
    }

    /// Whether the server's certificate is checked. It is by default. Where it is not, anybody may be the server, and the
    /// stream says so once.
    pub fn verify_server(mut self, verify: bool) -> Self {
        self.http.tls.unverified = !verify;
        self
    }

    /// The lowest version of TLS that is spoken. [`TlsVersion::V1_2`] by default.
    pub fn minimum_tls(mut self, version: TlsVersion) -> Self {
        self.http.tls.minimum = version;
        self
    }

    /// The proxy by which the server is reached, whatever the environment says. By default the environment says it:
    /// `HTTPS_PROXY` for `https:`, `HTTP_PROXY` for `http:` or `ALL_PROXY` for both, but for the hosts in `NO_PROXY`
    /// and this machine. (In lower case too.) It is read by [`build`](Self::build).
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.http.proxy = Choice::Given(proxy);
        self
    }

    /// No proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.http.proxy = Choice::Direct;
        self
    }

    /// Whether bodies of many records are compressed. [`Compression::Auto`] by default.
    pub fn compression(mut self, compression: Compression) -> Self {
        self.http.compression = compression;
        self
    }

    /// How long to wait for each of the server's addresses, and for TLS, before the attempt has failed.
    /// 5 s by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = timeout;
        self
    }

    /// How long to wait for each answer, and until each 64 KiB of a request are taken, before the attempt has failed.
    /// 10 s by default.
    pub fn answer_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.answer = timeout;
        self
    }

    /// When a batch goes: at so many records (500 by default, 4,000 for a broker of MQTT; at least 1), at so many bytes
    /// (512 KiB by default, 2 MiB for a broker; a single record may be longer), or when its first record has waited so
    /// long (20 ms).
    pub fn batch(mut self, records: usize, bytes: usize, linger: Duration) -> Self {
        self.batch = Some((records.max(1), bytes));
        self.linger = linger;
        self
    }

    /// Another transport than the stream's own. Address, token and timeouts are then of no effect.
    pub fn transport(mut self, transport: Box<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Another clock than the system's; see [`testing`](crate::testing).
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Where the stream says what has changed. [`Diagnostics::from_env`] by default.
    pub fn diagnostics(mut self, diagnostics: Diagnostics) -> Self {
        self.diagnostics = Some(diagnostics);
        self
    }

    /// Where records would go, as it is shown to people: without secrets, a broker's address with its port.
    ///
    /// # Errors
    /// [`BuildError`], where the address cannot be used.
    pub fn destination(&self) -> Result<String, BuildError> {
        match self.broker()? {
            Some((broker, _)) => Ok(broker.to_string()),
            None => Ok(Endpoint::parse(&self.url)?.to_string()),
        }
    }

    /// The broker to which records go, and how; `None` where they go by HTTP.
    fn broker(&self) -> Result<Option<(Broker, Mqtt)>, BuildError> {
        if self.mqtt.is_none() && !Broker::is_named_by(&self.url) {
            return Ok(None);
        }
        let settings = self.mqtt.clone().unwrap_or_default();
        if settings.lacks_client_id() {
            return Err(BuildError::ClientId);
        }
        let broker = Broker::parse(&self.url, self.http.tls.is_given())?;
        Ok(Some((broker, settings)))
    }

    /// What a probe needs of it.
    pub(crate) fn way(self) -> Result<Way, BuildError> {
        if let Some((broker, settings)) = self.broker()? {
            let plan = mqtt::Plan::new(broker, settings, self.timeouts, self.http.tls);
            return Ok(Way::Mqtt(Box::new(plan)));
        }
        let endpoint = Endpoint::parse(&self.url)?;
        let plan = Plan::new(endpoint, self.token, self.timeouts, self.http);
        Ok(Way::Http(Box::new(plan)))
    }

    /// Makes the stream. It touches neither the network nor the disk and starts no thread; the first record
    /// does.
    ///
    /// # Errors
    /// [`BuildError`], where the address or the environment cannot be used.
    pub fn build(self) -> Result<Stream, BuildError> {
        let broker = match self.transport {
            Some(_) => None,
            None => self.broker()?,
        };
        let diagnostics = self.diagnostics.unwrap_or_else(Diagnostics::from_env);
        let voice = diagnostics.clone();
        let (maker, destination, address, secrets, batch, usual_spool);
        match (self.transport, broker) {
            (Some(transport), _) => {
                destination = transport.destination();
                address = Address {
                    scheme: "transport".to_owned(),
                    host: destination.clone(),
                    port: 0,
                    path: String::new(),
                };
                secrets = Vec::new();
                batch = BATCH;
                usual_spool = Some(Spool::memory());
                maker = Maker::once(transport);
            }
            (None, Some((broker, settings))) => {
                destination = broker.to_string();
                address = broker.address();
                secrets = settings.identity();
                batch = BATCH_OF_MQTT;
                usual_spool = Spool::from_env();
                let plan = mqtt::Plan::new(broker, settings, self.timeouts, self.http.tls);
                maker = Maker::Again(Box::new(move || {
                    Box::new(MqttTransport::new(plan.clone(), voice.clone()))
                }));
            }
            (None, None) => {
                let endpoint = Endpoint::parse(&self.url)?;
                destination = endpoint.to_string();
                let query;
                (address, query) = endpoint.address();
                secrets = vec![
                    self.token.as_ref().map_or(String::new(), TokenSource::identity),
                    query,
                ];
                batch = BATCH;
                usual_spool = Spool::from_env();
                let plan = Plan::new(endpoint, self.token, self.timeouts, self.http);
                maker = Maker::Again(Box::new(move || {
                    Box::new(HttpTransport::new(plan.clone(), voice.clone()))
                }));
            }
        }
        let spool = self.spool.or(usual_spool).ok_or(BuildError::Spool)?;
        let disk = spool.is_on_disk().then_some(DiskRecipe {
            spool,
            address,
            secrets,
        });
        let (batch_records, batch_bytes) = self.batch.unwrap_or(batch);
        Ok(Stream::new(Recipe {
            limits: Limits {
                queue_bytes: self.queue_bytes,
                batch_records,
                batch_bytes,
                overflow: self.overflow,
            },
            linger: self.linger,
            clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock::new())),
            diagnostics,
            tells_drops: self.tells_drops,
            destination,
            disk,
            maker,
        }))
    }
}

/// Without the address, whose query string may contain secrets.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("token", &self.token)
            .field("queue_bytes", &self.queue_bytes)
            .field("overflow", &self.overflow)
            .field("batch", &self.batch)
            .field("linger", &self.linger)
            .field("timeouts", &self.timeouts)
            .field("http", &self.http)
            .field("mqtt", &self.mqtt)
            .field("diagnostics", &self.diagnostics)
            .finish_non_exhaustive()
    }
}
