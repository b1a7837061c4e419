//! How a connection comes about, a step each: the name's addresses → TCP → TLS.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ClientConfig;

use super::Timeouts;
use super::endpoint::Endpoint;
use super::options::{Options, TlsFiles};
use super::socket::Socket;
use super::tls;
use super::wire::Wire;
use crate::Setback;

/// What makes connections. It keeps what it has read until it is told to [`forget`](Self::forget).
pub(super) struct Dialer {
    timeouts: Timeouts,
    files: TlsFiles,
    tls: Option<Arc<ClientConfig>>,
}

impl Dialer {
    pub(super) fn new(options: &Options, timeouts: Timeouts) -> Self {
        Dialer {
            timeouts,
            files: options.tls.clone(),
            tls: None,
        }
    }

    /// After a setback: what was read may be out of date.
    pub(super) fn forget(&mut self) {
        self.tls = None;
    }

    /// All steps.
    pub(super) fn open(&mut self, endpoint: &Endpoint) -> Result<Wire, Setback> {
        let addresses = self.addresses(endpoint)?;
        let socket = self.connect(endpoint, &addresses)?;
        self.secure(endpoint, socket)
    }

    /// Where to connect.
    pub(super) fn addresses(&mut self, endpoint: &Endpoint) -> Result<Vec<SocketAddr>, Setback> {
        endpoint.addresses().map_err(|error| {
            let host = &endpoint.authority;
            Setback::retry(format!(
                "the name {host} cannot be resolved ({error}): check name and network"
            ))
        })
    }

    /// A connection to one of the addresses.
    pub(super) fn connect(
        &mut self,
        endpoint: &Endpoint,
        addresses: &[SocketAddr],
    ) -> Result<Socket, Setback> {
        Socket::connect(addresses, self.timeouts.connect).map_err(|error| {
            let host = &endpoint.authority;
            Setback::retry(format!(
                "cannot connect to {host} ({error}): is the server running?"
            ))
        })
    }

    /// TLS on it, where the address says so.
    pub(super) fn secure(&mut self, endpoint: &Endpoint, mut socket: Socket) -> Result<Wire, Setback> {
        if !endpoint.secure {
            return Ok(Wire::Plain(socket));
        }
        let config = match &self.tls {
            Some(config) => config,
            None => self.tls.insert(tls::config(&self.files).map_err(Setback::retry)?),
        };
        let name = endpoint.server_name().ok_or_else(|| {
            Setback::retry(format!(
                "{} is no name that a certificate can bear",
                endpoint.authority
            ))
        })?;
        socket.allow(self.timeouts.connect);
        let stream = tls::shake_hands(Arc::clone(config), name, socket).map_err(Setback::retry)?;
        Ok(Wire::Tls(Box::new(stream)))
    }
}
