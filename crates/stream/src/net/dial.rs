//! How a connection comes about, a step each: the name's addresses → TCP → TLS.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;

use super::place::Place;
use super::resolver::Resolver;
use super::socket::Socket;
use super::tls::{self, TlsFiles};
use super::wire::Wire;
use crate::{ProblemKind, Setback};

/// What makes connections. It keeps what it has read until it is told to [`forget`](Self::forget).
pub(crate) struct Dialer {
    /// For each address, and for TLS.
    timeout: Duration,
    resolver: Resolver,
    files: TlsFiles,
    tls: Option<Arc<ClientConfig>>,
}

impl Dialer {
    pub(crate) fn new(timeout: Duration, files: TlsFiles) -> Self {
        Dialer {
            timeout,
            resolver: Resolver::new(),
            files,
            tls: None,
        }
    }

    /// After a setback: what was read may be out of date.
    pub(crate) fn forget(&mut self) {
        self.tls = None;
    }

    /// The addresses of a place, which people know by this name.
    pub(crate) fn addresses(&mut self, place: &Place, name: &str) -> Result<Vec<SocketAddr>, Setback> {
        let found = self.resolver.addresses(place, self.timeout);
        found.map_err(|error| {
            Setback::retry(format!(
                "the name of {name} cannot be resolved ({error}): check name and network"
            ))
        })
    }

    /// A connection to the first of the addresses that lets us, and its address.
    pub(crate) fn connect(
        &mut self,
        name: &str,
        addresses: &[SocketAddr],
    ) -> Result<(Socket, SocketAddr), Setback> {
        let mut problem = String::new();
        for address in addresses {
            match Socket::connect(address, self.timeout) {
                Ok(socket) => {
                    self.resolver.works(*address);
                    return Ok((socket, *address));
                }
                Err(error) => {
                    self.resolver.failed(*address);
                    problem = error.to_string();
                }
            }
        }
        Err(Setback::retry(format!(
            "cannot connect to {name} ({problem}): is it running?"
        )))
    }

    /// TLS on a connection to a place, which people know by this name.
    pub(crate) fn secure(&mut self, place: &Place, name: &str, mut socket: Socket) -> Result<Wire, Setback> {
        let config = match &self.tls {
            Some(config) => config,
            None => self.tls.insert(tls::config(&self.files).map_err(no_tls)?),
        };
        let server = place
            .server_name()
            .ok_or_else(|| no_tls(format!("{name} is no name that a certificate can bear")))?;
        socket.allow(self.timeout);
        let stream = tls::shake_hands(Arc::clone(config), server, socket).map_err(no_tls)?;
        Ok(Wire::Tls(Box::new(stream)))
    }
}

fn no_tls(why: String) -> Setback {
    Setback::retry_of(ProblemKind::Tls, why)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use url::Url;

    use super::*;

    #[test]
    fn an_address_that_answers_is_found_and_tried_first_from_then_on() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let alive = listener.local_addr().unwrap();
        // Nobody listens there any more.
        let dead = TcpListener::bind("127.0.0.2:0").unwrap().local_addr().unwrap();
        let place = Place::of(&Url::parse("http://records.example").unwrap()).unwrap();
        let mut dialer = Dialer::new(Duration::from_secs(30), TlsFiles::default());
        dialer.resolver = Resolver::with(move |_, _| Ok(vec![dead, alive]));
        for tried in [[dead, alive], [alive, dead]] {
            let addresses = dialer.addresses(&place, "records.example").unwrap();
            assert_eq!(addresses, tried);
            let (_, address) = dialer.connect("records.example", &addresses).unwrap();
            assert_eq!(address, alive);
        }
    }
}
