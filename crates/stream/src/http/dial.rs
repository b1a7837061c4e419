//! How a connection comes about, a step each: the name's addresses → TCP → the proxy's tunnel → TLS.

use std::net::SocketAddr;

use super::endpoint::Endpoint;
use super::options::Plan;
use super::proxy::{self, Route};
use super::socket::Socket;
use super::wire::Wire;
use super::{Timeouts, net};
use crate::Setback;

/// What makes connections. It keeps what it has read until it is told to [`forget`](Self::forget).
pub(super) struct Dialer {
    timeouts: Timeouts,
    dialer: net::dial::Dialer,
    pub(super) route: Route,
}

impl Dialer {
    pub(super) fn new(plan: &Plan) -> Self {
        Dialer {
            timeouts: plan.timeouts,
            dialer: net::dial::Dialer::new(plan.timeouts.connect, plan.tls.clone()),
            route: plan.route.clone(),
        }
    }

    /// After a setback: what was read may be out of date.
    pub(super) fn forget(&mut self) {
        self.dialer.forget();
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
        let name = self.next_stop(endpoint);
        let place = match &self.route {
            Route::Direct => &endpoint.place,
            Route::Through(proxy) => &proxy.place,
            Route::Blocked(why) => return Err(Setback::Blocked { why: why.clone() }),
        };
        self.dialer.addresses(place, &name)
    }

    /// A connection to the first of the addresses that lets us, and its address.
    pub(super) fn connect(
        &mut self,
        endpoint: &Endpoint,
        addresses: &[SocketAddr],
    ) -> Result<(Socket, SocketAddr), Setback> {
        let name = self.next_stop(endpoint);
        self.dialer.connect(&name, addresses)
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

    /// TLS on it, where the address says so.
    pub(super) fn secure(&mut self, endpoint: &Endpoint, socket: Socket) -> Result<Wire, Setback> {
        if !endpoint.secure {
            return Ok(Wire::Plain(socket));
        }
        self.dialer.secure(&endpoint.place, &endpoint.authority, socket)
    }

    /// What is connected to, for people.
    fn next_stop(&self, endpoint: &Endpoint) -> String {
        match &self.route {
            Route::Through(proxy) => format!("the proxy {proxy}"),
            _ => endpoint.authority.clone(),
        }
    }
}
