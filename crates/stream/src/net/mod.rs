//! The network below every transport: from a name to bytes that go and come, over TCP or TLS.
//!
//! [`place`] (where) → [`resolver`] (its addresses) → [`socket`] (TCP, with deadlines) → [`tls`] → [`wire`] (what a
//! protocol talks over), by way of the [`dial`]er. [`words`] are a server's text, fit to be shown.
//!
//! Nothing here knows a protocol.

pub(crate) mod date;
pub(crate) mod dial;
pub(crate) mod place;
pub(crate) mod resolver;
pub(crate) mod socket;
pub(crate) mod tls;
pub(crate) mod wire;
pub(crate) mod words;

use std::time::Duration;

/// How long to wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeouts {
    /// For a connection, by address, and for TLS on it.
    pub(crate) connect: Duration,
    /// For an answer, and for each piece of what is written.
    pub(crate) answer: Duration,
}
