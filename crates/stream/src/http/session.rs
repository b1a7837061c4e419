//! What holds from one setback to the next: where the server has sent us, and who we are to it.
//!
//! A setback ends it. The next attempt begins at the configured address, with the token that then is in its file.

use super::Stop;
use super::answer::Answer;
use super::endpoint::Endpoint;
use super::proxy::Proxy;
use super::redirect::{self, MOST};
use super::request::Head;
use super::words::Secrets;
use crate::{Secret, Setback, TokenSource};

/// What holds from one setback to the next.
pub(super) struct Session {
    /// Where requests go now.
    pub(super) endpoint: Endpoint,
    pub(super) head: Head,
    pub(super) token: Option<Secret>,
    /// What is struck out of all texts of the server's.
    pub(super) secrets: Secrets,
    source: Option<TokenSource>,
    /// The proxy that sees our requests, if any.
    relay: Option<Proxy>,
    /// Path and query as they were configured.
    home: String,
    /// How often the server has sent us elsewhere since it took a record.
    hops: usize,
    begun: bool,
}

impl Session {
    pub(super) fn new(endpoint: Endpoint, source: Option<TokenSource>, relay: Option<Proxy>) -> Self {
        Session {
            head: Head::new(&endpoint, None, relay.as_ref()),
            home: endpoint.target.clone(),
            endpoint,
            token: None,
            secrets: Secrets::default(),
            source,
            relay,
            hops: 0,
            begun: false,
        }
    }

    /// Before a connection is opened.
    pub(super) fn begin(&mut self) -> Result<(), Setback> {
        if self.begun {
            return Ok(());
        }
        self.token = match &self.source {
            None => None,
            Some(source) => Some(source.read().map_err(|error| Setback::Blocked {
                why: error.to_string(),
            })?),
        };
        self.secrets = Secrets::of(
            self.token
                .iter()
                .map(Secret::expose)
                .chain(self.relay.iter().flat_map(Proxy::secrets))
                .chain(query_secrets(&self.home)),
        );
        self.go_to(self.home.clone());
        (self.begun, self.hops) = (true, 0);
        Ok(())
    }

    /// After a setback.
    pub(super) fn end(&mut self) {
        self.begun = false;
    }

    /// What an answer says that is about the way and not about records.
    pub(super) fn detour(&self, answer: &Answer) -> Option<Stop> {
        if let Some(setback) = self.relay.as_ref().and_then(|proxy| proxy.unauthorized(answer)) {
            return Some(Stop::Setback(setback));
        }
        redirect::target(answer, &self.endpoint).map(Stop::Redirected)
    }

    /// The server has sent us to another path.
    pub(super) fn redirected(&mut self, target: String) -> Result<(), Setback> {
        self.hops += 1;
        if self.hops > MOST {
            return Err(Setback::Blocked {
                why: format!("redirected more than {MOST} times: give the address where records are taken"),
            });
        }
        self.go_to(target);
        Ok(())
    }

    /// The server has taken a record.
    pub(super) fn arrived(&mut self) {
        self.hops = 0;
    }

    fn go_to(&mut self, target: String) {
        self.endpoint.target = target;
        self.head = Head::new(&self.endpoint, self.token.as_ref(), self.relay.as_ref());
    }
}

/// What may be secret in a query string: its values, where they are long enough to be told from other words.
fn query_secrets(target: &str) -> impl Iterator<Item = &str> {
    const LONG_ENOUGH: usize = 6;
    let (_, query) = target.split_once('?').unwrap_or_default();
    let values = query
        .split('&')
        .map(|pair| pair.split_once('=').map_or(pair, |(_, value)| value));
    values.filter(|value| value.len() >= LONG_ENOUGH)
}
