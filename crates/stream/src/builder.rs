//! How a stream is configured.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::diagnostics::Diagnostics;
use crate::http::{Endpoint, HttpTransport, Timeouts};
use crate::overflow::Overflow;
use crate::queue::Limits;
use crate::recipe::{DiskRecipe, Maker, Recipe};
use crate::spool::{Address, Spool};
use crate::transport::Transport;
use crate::{Secret, Stream};

/// Where records go when nothing else is said.
pub const DEFAULT_URL: &str = "https://data.jkoolcloud.com";

/// The configuration of a [`Stream`].
#[must_use = "a builder does nothing until it is built"]
pub struct Builder {
    url: String,
    token: Option<Secret>,
    limits: Limits,
    linger: Duration,
    timeouts: Timeouts,
    spool: Option<Spool>,
    tells_drops: bool,
    transport: Option<Box<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    diagnostics: Option<Diagnostics>,
}

/// Why a stream cannot be built. The address is not repeated: it may contain secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The text is no URL.
    #[error("the address is not a URL ({0}): write it as https://host/path")]
    Url(String),
    /// A scheme for which there is no transport.
    #[error("no transport for addresses that begin with {0}: use https: or http:")]
    Scheme(String),
    /// User name or password within the URL.
    #[error("the address contains a user name or password: give the token separately")]
    Credentials,
    /// The environment variable `TNT4_SPOOL` has a value that means nothing.
    #[error("TNT4_SPOOL has a value that means nothing: write disk, sync or memory")]
    Spool,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Builder {
            url: DEFAULT_URL.to_owned(),
            token: None,
            limits: Limits {
                queue_bytes: 32 << 20,
                batch_records: 500,
                batch_bytes: 512 << 10,
                overflow: Overflow::DropNewest,
            },
            linger: Duration::from_millis(20),
            timeouts: Timeouts {
                connect: Duration::from_secs(5),
                answer: Duration::from_secs(10),
            },
            spool: None,
            tells_drops: true,
            transport: None,
            clock: None,
            diagnostics: None,
        }
    }

    /// The server's address, `https:` or `http:`; path and query string are kept as they are.
    /// [`DEFAULT_URL`] by default.
    pub fn url(mut self, url: &str) -> Self {
        url.clone_into(&mut self.url);
        self
    }

    /// The token by which the server knows us. None by default.
    pub fn token(mut self, token: Secret) -> Self {
        self.token = Some(token);
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
        self.limits.overflow = overflow;
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
        self.limits.queue_bytes = bytes;
        self
    }

    /// How long to wait for each of the server's addresses, and for TLS, before the attempt has failed.
    /// 5 s by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = timeout;
        self
    }

    /// How long to wait for each answer before the attempt has failed. 10 s by default.
    pub fn answer_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.answer = timeout;
        self
    }

    /// When a batch goes: at so many records (500 by default; at least 1), at so many bytes (512 KiB; a single
    /// record may be longer), or when its first record has waited so long (20 ms).
    pub fn batch(mut self, records: usize, bytes: usize, linger: Duration) -> Self {
        self.limits.batch_records = records.max(1);
        self.limits.batch_bytes = bytes;
        self.linger = linger;
        self
    }

    /// Another transport than HTTP. Address, token and timeouts are then of no effect.
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

    /// Makes the stream. It touches neither the network nor the disk and starts no thread; the first record
    /// does.
    ///
    /// # Errors
    /// [`BuildError`], where the address or the environment cannot be used.
    pub fn build(self) -> Result<Stream, BuildError> {
        let diagnostics = self.diagnostics.unwrap_or_else(Diagnostics::from_env);
        let (maker, destination, address, secrets, spool);
        match self.transport {
            Some(transport) => {
                destination = transport.destination();
                address = Address {
                    scheme: "transport".to_owned(),
                    host: destination.clone(),
                    port: 0,
                    path: String::new(),
                };
                secrets = Vec::new();
                spool = self.spool.unwrap_or(Spool::memory());
                maker = Maker::once(transport);
            }
            None => {
                let endpoint = Endpoint::parse(&self.url)?;
                destination = endpoint.to_string();
                let query;
                (address, query) = endpoint.address();
                let token = self.token.as_ref().map_or("", Secret::expose);
                secrets = vec![token.to_owned(), query];
                spool = match self.spool {
                    Some(spool) => spool,
                    None => Spool::from_env().ok_or(BuildError::Spool)?,
                };
                let (token, timeouts, voice) = (self.token, self.timeouts, diagnostics.clone());
                maker = Maker::Again(Box::new(move || {
                    let transport =
                        HttpTransport::new(endpoint.clone(), token.clone(), timeouts, voice.clone());
                    Box::new(transport)
                }));
            }
        }
        let disk = spool.is_on_disk().then_some(DiskRecipe {
            spool,
            address,
            secrets,
        });
        Ok(Stream::new(Recipe {
            limits: self.limits,
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
            .field("limits", &self.limits)
            .field("linger", &self.linger)
            .field("timeouts", &self.timeouts)
            .field("diagnostics", &self.diagnostics)
            .finish_non_exhaustive()
    }
}
