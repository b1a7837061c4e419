//! The kinds of place that a source's name is built of.

use std::fmt;

/// The kind of one component of a [`SourceFqn`](crate::SourceFqn).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SourceType {
    /// No kind in particular.
    Generic,
    /// A person or account.
    User,
    /// An application.
    Appl,
    /// A process of an operating system.
    Process,
    /// An application server.
    AppServer,
    /// A host.
    Server,
    /// A language's runtime.
    Runtime,
    /// A virtual machine or container.
    Virtual,
    /// A network.
    Network,
    /// A device.
    Device,
    /// A network address.
    NetAddr,
    /// A place: `latitude,longitude` or a name.
    GeoAddr,
    /// A data centre.
    DataCenter,
    /// A database.
    DataStore,
    /// A cache.
    Cache,
    /// A service.
    Service,
    /// A queue of messages.
    Queue,
    /// A file.
    File,
    /// A topic of messages.
    Topic,
    /// A word that is none of the above, as its sender wrote it.
    Other(String),
}

/// Each known kind and its word.
const WORDS: [(SourceType, &str); 19] = [
    (SourceType::Generic, "GENERIC"),
    (SourceType::User, "USER"),
    (SourceType::Appl, "APPL"),
    (SourceType::Process, "PROCESS"),
    (SourceType::AppServer, "APPSERVER"),
    (SourceType::Server, "SERVER"),
    (SourceType::Runtime, "RUNTIME"),
    (SourceType::Virtual, "VIRTUAL"),
    (SourceType::Network, "NETWORK"),
    (SourceType::Device, "DEVICE"),
    (SourceType::NetAddr, "NETADDR"),
    (SourceType::GeoAddr, "GEOADDR"),
    (SourceType::DataCenter, "DATACENTER"),
    (SourceType::DataStore, "DATASTORE"),
    (SourceType::Cache, "CACHE"),
    (SourceType::Service, "SERVICE"),
    (SourceType::Queue, "QUEUE"),
    (SourceType::File, "FILE"),
    (SourceType::Topic, "TOPIC"),
];

impl SourceType {
    /// Every known kind.
    pub fn known() -> impl Iterator<Item = SourceType> {
        WORDS.iter().map(|(kind, _)| kind.clone())
    }

    /// The kind of this word, in any case; an unknown one is kept as it is.
    #[must_use]
    pub fn from_word(word: &str) -> SourceType {
        WORDS
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(word))
            .map_or_else(|| SourceType::Other(word.to_owned()), |(kind, _)| kind.clone())
    }

    /// The word, as it goes on the wire.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            SourceType::Other(word) => word,
            known => WORDS
                .iter()
                .find(|(kind, _)| kind == known)
                .map_or("GENERIC", |(_, word)| word),
        }
    }
}

impl fmt::Display for SourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
