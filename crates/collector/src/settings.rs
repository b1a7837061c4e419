//! What a collector is started with.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::{Subscription, Synchronous};

/// What a collector is started with.
pub struct Settings {
    /// Where to listen; port 0 takes any that is free. Off loopback there must be [`tokens`](Self::tokens).
    pub listen: SocketAddr,
    /// Where to listen for publishers of MQTT, as for [`listen`](Self::listen); `None` for nowhere.
    pub mqtt: Option<SocketAddr>,
    /// What is taken from brokers of MQTT.
    pub subscriptions: Vec<Subscription>,
    /// A PEM file, or a folder of such, with the certificates to trust in brokers, instead of the platform's.
    pub ca_file: Option<PathBuf>,
    /// The store's file; made where there is none.
    pub store: PathBuf,
    /// How much a commit waits for.
    pub synchronous: Synchronous,
    /// The tokens that are accepted; none accepts every caller, with or without a token.
    pub tokens: Vec<String>,
    /// Names that callers may use for this server, beside addresses and `localhost`.
    pub allowed_hosts: Vec<String>,
    /// Origins whose pages may read and write here, such as `https://shop.example`; `*` is every one.
    pub allowed_origins: Vec<String>,
    /// Takes a line for the operator, of what no client could be told.
    pub notice: Box<dyn Fn(&str) + Send + Sync>,
}

impl Settings {
    /// Listens there, with this store, and otherwise as by default: any token, no other names or origins,
    /// no notices.
    #[must_use]
    pub fn new(listen: SocketAddr, store: impl Into<PathBuf>) -> Self {
        Settings {
            listen,
            mqtt: None,
            subscriptions: Vec::new(),
            ca_file: None,
            store: store.into(),
            synchronous: Synchronous::default(),
            tokens: Vec::new(),
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            notice: Box::new(|_| {}),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("listen", &self.listen)
            .field("mqtt", &self.mqtt)
            .field("subscriptions", &self.subscriptions)
            .field("ca_file", &self.ca_file)
            .field("store", &self.store)
            .field("synchronous", &self.synchronous)
            .field("tokens", &self.tokens.len())
            .field("allowed_hosts", &self.allowed_hosts)
            .field("allowed_origins", &self.allowed_origins)
            .finish_non_exhaustive()
    }
}
