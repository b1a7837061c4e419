//! How a connection comes about, a step each: the name's addresses → TCP → the proxy's tunnel → TLS.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ClientConfig;

use super::Timeouts;
use super::endpoint::Endpoint;
use super::options::{Plan, TlsFiles};
use super::proxy::{self, Route};
use super::resolver::Resolver;
use super::socket::Socket;
use super::tls;
use super::wire::Wire;
use crate::Setback;

/// What makes connections. It keeps what it has read until it is told to [`forget`](Self::forget).
pub(super) struct Dialer {
    timeouts: Timeouts,
    resolver: Resolver,
    pub(super) route: Route,
    files: TlsFiles,
    tls: Option<Arc<ClientConfig>>,
}

impl Dialer {
    pub(super) fn new(plan: &Plan) -> Self {
        Dialer {
            timeouts: plan.timeouts,
            resolver: Resolver::new(),
            route: plan.route.clone(),
            files: plan.tls.clone(),
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
        let (mut socket, _) = self.connect(endpoint, &addresses)?;
        self.tunnel(endpoint, &mut socket)?;
        self.secure(endpoint, socket)
    }

    /// Where to connect: to the server, or to the proxy.
    pub(super) fn addresses(&mut self, endpoint: &Endpoint) -> Result<Vec<SocketAddr>, Setback> {
        let place = match &self.route {
            Route::Direct => &endpoint.place,
            Route::Through(proxy) => &proxy.place,
            Route::Blocked(why) => return Err(Setback::Blocked { why: why.clone() }),
        };
        let found = self.resolver.addresses(place, self.timeouts.connect);
        found.map_err(|error| {
            Setback::retry(format!(
                "the name of {} cannot be resolved ({error}): check name and network",
                self.next_stop(endpoint)
            ))
        })
    }

    /// A connection to the first of the addresses that lets us, and its address.
    pub(super) fn connect(
        &mut self,
        endpoint: &Endpoint,
        addresses: &[SocketAddr],
    ) -> Result<(Socket, SocketAddr), Setback> {
        let mut problem = String::new();
        for address in addresses {
            match Socket::connect(address, self.timeouts.connect) {
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
            "cannot connect to {} ({problem}): is it running?",
            self.next_stop(endpoint)
        )))
    }

    /// A way through the proxy, where there is one and TLS is spoken behind it.
    pub(super) fn tunnel(&self, endpoint: &Endpoint, socket: &mut Socket) -> Result<(), Setback> {
        match &self.route {
            Route::Through(proxy) if endpoint.secure => {
                // It has to connect as well.
                socket.allow(self.timeouts.connect.max(self.timeouts.answer));
                proxy::dig(socket, proxy, &endpoint.place)
            }
            _ => Ok(()),
        }
    }

    /// What is connected to, for people.
    fn next_stop(&self, endpoint: &Endpoint) -> String {
        match &self.route {
            Route::Through(proxy) => format!("the proxy {proxy}"),
            _ => endpoint.authority.clone(),
        }
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
        let name = endpoint.place.server_name().ok_or_else(|| {
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

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::Duration;

    use super::super::options::Options;
    use super::*;

    #[test]
    fn an_address_that_answers_is_found_and_tried_first_from_then_on() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let alive = listener.local_addr().unwrap();
        // Nobody listens there any more.
        let dead = TcpListener::bind("127.0.0.2:0").unwrap().local_addr().unwrap();
        let timeout = Duration::from_secs(30);
        let timeouts = Timeouts {
            connect: timeout,
            answer: timeout,
        };
        let endpoint = Endpoint::parse("http://records.example").unwrap();
        let options = Options {
            proxy: proxy::Choice::Direct,
            ..Options::default()
        };
        let plan = Plan::new(endpoint.clone(), None, timeouts, options);
        let mut dialer = Dialer::new(&plan);
        dialer.resolver = Resolver::with(move |_, _| Ok(vec![dead, alive]));
        for tried in [[dead, alive], [alive, dead]] {
            let addresses = dialer.addresses(&endpoint).unwrap();
            assert_eq!(addresses, tried);
            let (_, address) = dialer.connect(&endpoint, &addresses).unwrap();
            assert_eq!(address, alive);
        }
    }
}
