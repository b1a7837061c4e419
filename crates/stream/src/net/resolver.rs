//! From a name to addresses, in the order in which to try them.
//!
//! * The system's look-up knows no timeout, so it runs in a thread of its own. One that hangs is waited for again
//!   at the next attempt: there is at most one.
//! * Each connection asks anew; names move.
//! * The families take turns, so that a network without IPv6 costs one failed attempt and not ten; and an address
//!   that has failed comes last, until it works.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, channel};
use std::time::Duration;

use url::Host;

use super::place::Place;
use crate::own_thread;

/// The most addresses that are tried.
const MOST: usize = 8;

/// How a name is looked up.
type LookUp = Arc<dyn Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync>;

/// What finds addresses.
pub(crate) struct Resolver {
    look_up: LookUp,
    pending: Option<Pending>,
    failed: Vec<SocketAddr>,
}

/// A look-up that was not answered in time.
struct Pending {
    place: Place,
    answer: Receiver<io::Result<Vec<SocketAddr>>>,
}

impl Resolver {
    /// One that asks the system.
    pub(crate) fn new() -> Self {
        Self::with(|name, port| Ok((name, port).to_socket_addrs()?.collect()))
    }

    pub(crate) fn with(
        look_up: impl Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> Self {
        Resolver {
            look_up: Arc::new(look_up),
            pending: None,
            failed: Vec::new(),
        }
    }

    /// The addresses of this place, at least one, within `patience`.
    pub(crate) fn addresses(&mut self, place: &Place, patience: Duration) -> io::Result<Vec<SocketAddr>> {
        if let Some(ip) = place.ip() {
            return Ok(vec![(ip, place.port).into()]);
        }
        let found = in_order(self.ask(place, patience)?, &self.failed);
        if found.is_empty() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "it has no address"));
        }
        Ok(found)
    }

    /// This address could not be connected to.
    pub(crate) fn failed(&mut self, address: SocketAddr) {
        if !self.failed.contains(&address) {
            // The oldest is forgotten; addresses may come and go for years.
            if self.failed.len() >= 4 * MOST {
                self.failed.remove(0);
            }
            self.failed.push(address);
        }
    }

    /// This address could be connected to.
    pub(crate) fn works(&mut self, address: SocketAddr) {
        self.failed.retain(|other| *other != address);
    }

    fn ask(&mut self, place: &Place, patience: Duration) -> io::Result<Vec<SocketAddr>> {
        let pending = match self.pending.take() {
            // What it has said meanwhile is out of date by now.
            Some(pending) if !matches!(pending.answer.try_recv(), Err(TryRecvError::Empty)) => {
                self.begin(place)?
            }
            Some(pending) if pending.place != *place => {
                self.pending = Some(pending);
                return Err(late("an earlier look-up still hangs"));
            }
            Some(pending) => pending,
            None => self.begin(place)?,
        };
        match pending.answer.recv_timeout(patience) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Timeout) => {
                self.pending = Some(pending);
                Err(late("no answer in time"))
            }
            Err(RecvTimeoutError::Disconnected) => {
                Err(io::Error::other("the look-up ended without an answer"))
            }
        }
    }

    fn begin(&self, place: &Place) -> io::Result<Pending> {
        let Host::Domain(name) = place.host.clone() else {
            return Err(io::Error::other("an address needs no look-up"));
        };
        let (sender, answer) = channel();
        let (look_up, port) = (Arc::clone(&self.look_up), place.port);
        own_thread::spawn("tnt4-look-up", move || {
            // Nobody may be waiting any more.
            let _ = sender.send(look_up(&name, port));
        })?;
        Ok(Pending {
            place: place.clone(),
            answer,
        })
    }
}

fn late(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, why)
}

/// The families in turn, that of the first address first, and last what has failed.
fn in_order(addresses: Vec<SocketAddr>, failed: &[SocketAddr]) -> Vec<SocketAddr> {
    let of_four = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv4() == of_four);
    let mut ordered: Vec<SocketAddr> = Vec::new();
    for turn in 0..first.len().max(second.len()) {
        for address in [first.get(turn), second.get(turn)].into_iter().flatten() {
            if !ordered.contains(address) {
                ordered.push(*address);
            }
        }
    }
    ordered.sort_by_key(|address| failed.contains(address));
    ordered.truncate(MOST);
    ordered
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use url::Url;

    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    fn place(url: &str) -> Place {
        Place::of(&Url::parse(url).unwrap()).unwrap()
    }

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn families_take_turns_and_failures_come_last() {
        let found = [
            "[::1]:1",
            "[::2]:1",
            "[::3]:1",
            "1.0.0.1:1",
            "[::1]:1",
            "1.0.0.2:1",
        ];
        let turns = ["[::1]:1", "1.0.0.1:1", "[::2]:1", "1.0.0.2:1", "[::3]:1"];
        assert_eq!(in_order(addresses(&found), &[]), addresses(&turns));
        let failed = addresses(&["[::1]:1", "[::2]:1", "9.9.9.9:1"]);
        let turns = ["1.0.0.1:1", "1.0.0.2:1", "[::3]:1", "[::1]:1", "[::2]:1"];
        assert_eq!(in_order(addresses(&found), &failed), addresses(&turns));
    }

    #[test]
    fn an_address_that_failed_comes_last_until_it_works() {
        let both = addresses(&["[::1]:1", "1.0.0.1:1"]);
        let found = both.clone();
        let mut resolver = Resolver::with(move |_, _| Ok(found.clone()));
        let place = place("http://records.example:1");
        resolver.failed(both[0]);
        assert_eq!(resolver.addresses(&place, LONG).unwrap(), [both[1], both[0]]);
        resolver.works(both[0]);
        assert_eq!(resolver.addresses(&place, LONG).unwrap(), both);
    }

    #[test]
    fn addresses_are_not_looked_up() {
        let mut resolver = Resolver::with(|_, _| Err(io::Error::other("nobody was to ask")));
        for (url, address) in [("http://1.0.0.1", "1.0.0.1:80"), ("http://[::1]:2", "[::1]:2")] {
            assert_eq!(
                resolver.addresses(&place(url), LONG).unwrap(),
                addresses(&[address])
            );
        }
    }

    #[test]
    fn a_look_up_that_hangs_is_the_only_one() {
        let (release, gate) = channel::<()>();
        let (gate, asked) = (Mutex::new(gate), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&asked);
        let mut resolver = Resolver::with(move |_, _| {
            count.fetch_add(1, Ordering::SeqCst);
            let _ = gate.lock().unwrap().recv();
            Ok(vec!["1.0.0.1:80".parse().unwrap()])
        });
        let (one, other) = (place("http://records.example"), place("http://other.example"));
        for place in [&one, &one, &other, &one] {
            let error = resolver.addresses(place, Duration::from_millis(1)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        }
        release.send(()).unwrap();
        assert_eq!(
            resolver.addresses(&one, LONG).unwrap(),
            addresses(&["1.0.0.1:80"])
        );
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        // The next connection asks anew.
        drop(release);
        assert!(resolver.addresses(&other, LONG).is_ok());
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_name_without_addresses_is_an_error() {
        let mut resolver = Resolver::with(|_, _| Ok(Vec::new()));
        assert!(
            resolver
                .addresses(&place("http://records.example"), LONG)
                .is_err()
        );
        let mut resolver = Resolver::with(|_, _| panic!("a look-up that breaks"));
        assert!(
            resolver
                .addresses(&place("http://records.example"), LONG)
                .is_err()
        );
    }
}
