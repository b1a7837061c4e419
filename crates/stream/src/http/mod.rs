//! The transport to servers that take records by HTTP/1.1: jKool, the local collector, any that takes JSON.
//!
//! The way through, a room each:
//! [`endpoint`] (where) → [`dial`] with [`proxy`] (how to get there, as the [`options`] say, over the rooms of [`net`](crate::net)) →
//! [`connection`] (an exchange, at the server\'s [`pace`]) →
//! [`access`] (may we?) → [`request`] → [`pipeline`] (many requests at once), as the [`window`] allows →
//! [`answer`] → [`status`] and [`verdict`] (what it means), in [`words`] fit to be shown.
//!
//! * What goes wrong on the way, step by step, is what a [`probe`] tells.
//! * What the server and we have told each other holds for a [`session`], which a setback ends. A [`redirect`]ion
//!   within the origin is followed; the token goes nowhere else.
//! * An access-request opens each connection. A server that announces `Accept-Post: application/x-ndjson` in
//!   its answer gets many records in a body, one a line; any other gets one JSON object a request.
//! * Requests of one object are written without waiting for answers, and each answer is its record's verdict.
//!   A body of many records waits for its answer, a list of the rejected ones, and its records go again singly
//!   where it was rejected as a whole.
//! * A body of many goes in [`gzip`] where that is announced and helps.
//! * A body of many that is too large for the server, or takes too long, goes in parts, as the [`body_bound`] says.
//! * A connection that the server ended in between is renewed at once, without a setback: once, and again
//!   after each progress. So is one on which something came that was not asked for, before it is written to.
//! * A 404, 405 or 409 may mean the address for a while: the record is asked about once more, on a new connection.
//! * A server that ends every connection with its first answer could never answer more than the
//!   access-request. What it granted then holds for the connections that follow; every request bears the token.

mod access;
mod answer;
mod any_answer;
mod body_bound;
mod connection;
mod dial;
mod endpoint;
mod gzip;
mod options;
mod pace;
mod pipeline;
pub(crate) mod probe;
pub(crate) mod proxy;
mod redirect;
mod request;
mod session;
mod status;
mod verdict;
mod window;

use self::access::Grant;
pub(crate) use self::any_answer::check_any_answer;
use self::body_bound::BodyBound;
use self::connection::{Connection, ExchangeError};
use self::dial::Dialer;
pub(crate) use self::endpoint::Endpoint;
pub use self::gzip::Compression;
use self::gzip::Compressor;
pub(crate) use self::options::{Options, Plan};
use self::pipeline::Means;
use self::request::Content;
use self::session::Session;
use self::window::Window;
use crate::diagnostics::Diagnostics;
use crate::net::{self, Timeouts, date, place, socket, wire, words};
use crate::{Batch, Setback, Transport};

/// The transport to servers that take records by HTTP.
pub(crate) struct HttpTransport {
    session: Session,
    timeouts: Timeouts,
    diagnostics: Diagnostics,
    /// The request that is being written: its memory is used again.
    request: Vec<u8>,
    dialer: Dialer,
    connection: Option<Connection>,
    /// One that was opened for the next that is wanted.
    opened: Option<Connection>,
    window: Window,
    body_bound: BodyBound,
    compressor: Compressor,
    /// What a connection was granted that then ended: it holds for the next.
    granted: Option<Grant>,
    /// Whether it has been said that everybody can read along, or be the server.
    warned: bool,
    unverified: bool,
}

impl HttpTransport {
    pub(crate) fn new(plan: Plan, diagnostics: Diagnostics) -> Self {
        let dialer = Dialer::new(&plan);
        let compressor = Compressor::new(plan.compression, &plan.endpoint);
        let relay = plan.route.relay(&plan.endpoint).cloned();
        let timeouts = plan.timeouts;
        HttpTransport {
            session: Session::new(plan.endpoint, plan.token, relay),
            timeouts,
            diagnostics,
            request: Vec::new(),
            dialer,
            connection: None,
            opened: None,
            window: Window::new(),
            body_bound: BodyBound::new(),
            compressor,
            granted: None,
            warned: false,
            unverified: plan.tls.unverified,
        }
    }

    /// One request and what its answer says, on the connection that is open.
    ///
    /// `doubted` is what the first record was answered and what is asked once more.
    fn step(&mut self, batch: &mut Batch<'_>, doubted: Option<u16>) -> Result<(), Stop> {
        let connection = self.connected()?;
        if doubted.is_some() {
            return self.send_singly(batch, 1, doubted);
        }
        if !connection.grant.takes_many {
            return self.send_singly(batch, usize::MAX, None);
        }
        let lengths = batch.unsettled().map(|(_, record)| record.bytes().len());
        match self.body_bound.fitting(lengths) {
            // A single record needs no list of one: it is its own verdict.
            1 => self.send_singly(batch, 1, None),
            count => self.send_many(batch, count),
        }
    }

    /// Sends the first records that are not settled, at most so many, one a request.
    fn send_singly(&mut self, batch: &mut Batch<'_>, most: usize, doubted: Option<u16>) -> Result<(), Stop> {
        let connection = self
            .connection
            .as_mut()
            .ok_or_else(|| Setback::retry("no connection"))?;
        let means = Means {
            connection,
            window: &mut self.window,
            session: &self.session,
            timeout: self.timeouts.answer,
            outgoing: &mut self.request,
            most,
            doubted,
        };
        let outcome = pipeline::run(means, batch);
        self.learn(matches!(outcome, Err(Stop::Ended(_))));
        outcome
    }

    /// Sends the first records that are not settled, so many, in one body.
    fn send_many(&mut self, batch: &mut Batch<'_>, count: usize) -> Result<(), Stop> {
        let (indices, lines): (Vec<usize>, Vec<&[u8]>) = batch
            .unsettled()
            .take(count)
            .map(|(index, record)| (index, record.bytes()))
            .unzip();
        let cut = lines.len() < batch.unsettled_count();
        let bytes = lines.iter().map(|line| line.len()).sum();
        let outcome = self.exchange_lines(&lines, bytes);
        if matches!(outcome, Err(Stop::Late(_))) {
            self.body_bound.late(bytes);
        }
        let (answer, compressed) = outcome?;
        if let Some(stop) = self.session.detour(&answer) {
            return Err(stop);
        }
        if compressed && matches!(answer.status, status::BAD_REQUEST | status::UNSUPPORTED) {
            // It may have been for the compression: the same lines go again, as they are.
            self.compressor.refused();
            return Ok(());
        }
        if answer.status == status::TOO_LARGE && self.body_bound.refused(bytes) {
            return Ok(());
        }
        match verdict::of_many(&answer, lines.len(), &self.session.secrets)? {
            Some(verdicts) => {
                self.body_bound.taken(cut);
                batch.settle_each(indices.into_iter().zip(verdicts));
            }
            // On this connection they go singly from now on.
            None => self.take_singly(),
        }
        Ok(())
    }

    fn take_singly(&mut self) {
        match &mut self.connection {
            Some(connection) if connection.usable => connection.grant.takes_many = false,
            // It ended with the answer: the next one would begin with bodies of many again.
            _ => self.granted = Some(Grant::default()),
        }
    }

    /// A connection that takes a request; the one that is open, or a new one.
    fn connected(&mut self) -> Result<&mut Connection, Stop> {
        if let Some(connection) = &mut self.connection
            && connection.usable
            && !connection.is_fresh()
        {
            self.learn(true);
        }
        if self
            .connection
            .as_ref()
            .is_none_or(|connection| !connection.usable)
        {
            self.connection = None;
            self.session.begin()?;
            let (mut connection, grant) = match self.granted {
                Some(grant) => (self.open()?, grant),
                None => {
                    let mut connection = self.open()?;
                    let grant = self.ask_for_access(&mut connection)?;
                    if connection.usable {
                        (connection, grant)
                    } else {
                        self.granted = Some(grant);
                        (self.open()?, grant)
                    }
                }
            };
            connection.grant = grant;
            self.connection = Some(connection);
        }
        self.connection
            .as_mut()
            .ok_or_else(|| Setback::retry("no connection").into())
    }

    fn open(&mut self) -> Result<Connection, Setback> {
        if let Some(connection) = self.opened.take() {
            return Ok(connection);
        }
        let endpoint = &self.session.endpoint;
        if !endpoint.secure && !endpoint.place.is_loopback() && !self.warned {
            self.warned = true;
            self.diagnostics.say(&format!(
                "{endpoint}: http is not encrypted: token and records can be read on the way; use https",
            ));
        }
        if endpoint.secure && self.unverified && !self.warned {
            self.warned = true;
            self.diagnostics.say(&format!(
                "{endpoint}: anybody may be the server: its certificate is not checked; give ca_file instead",
            ));
        }
        self.dialer.open(endpoint).map(Connection::new)
    }

    fn ask_for_access(&mut self, connection: &mut Connection) -> Result<Grant, Stop> {
        let body = access::body(self.session.token.as_ref());
        self.session
            .head
            .write(Content::Xml, &[body.as_bytes()], &mut self.request);
        let answer = connection
            .exchange(&self.request, self.timeouts)
            .map_err(|error| error.setback())?;
        match self.session.detour(&answer) {
            Some(stop) => Err(stop),
            None => Ok(access::grant(&answer, &self.session.secrets)?),
        }
    }

    /// Sends a body of many, compressed or not, and says which.
    fn exchange_lines(&mut self, lines: &[&[u8]], bytes: usize) -> Result<(answer::Answer, bool), Stop> {
        let takes_gzip = self
            .connection
            .as_ref()
            .is_some_and(|connection| connection.grant.takes_gzip);
        if takes_gzip && self.compressor.is_worth_it(bytes) {
            let mut compressor = std::mem::take(&mut self.compressor);
            let answer = compressor
                .compress(lines)
                .map(|body| self.exchange(Content::NdJsonInGzip, &[body]));
            self.compressor = compressor;
            if let Some(answer) = answer {
                return Ok((answer?, true));
            }
        }
        Ok((self.exchange(Content::NdJson, lines)?, false))
    }

    fn exchange(&mut self, content: Content, body: &[&[u8]]) -> Result<answer::Answer, Stop> {
        let connection = self
            .connection
            .as_mut()
            .ok_or_else(|| Setback::retry("no connection"))?;
        self.session.head.write(content, body, &mut self.request);
        let outcome = match connection.exchange(&self.request, self.timeouts) {
            Ok(answer) => Ok(answer),
            Err(ExchangeError::Dead(why)) if connection.answered > 0 => Err(Stop::Ended(why)),
            Err(ExchangeError::Late(why)) => Err(Stop::Late(why)),
            Err(error) => Err(Stop::Setback(error.setback())),
        };
        self.learn(matches!(outcome, Err(Stop::Ended(_))));
        outcome
    }

    /// What the open connection teaches about how to begin the next one. `ended` says that it is dead.
    fn learn(&mut self, ended: bool) {
        let Some(connection) = &self.connection else {
            return;
        };
        if connection.usable || connection.answered > 1 {
            // A connection that goes on after a record can begin with an access-request next time.
            self.granted = None;
        } else if ended && self.granted.is_none() {
            // Perhaps it never answers more than once.
            self.granted = Some(connection.grant);
        }
    }
}

/// Why a step led nowhere.
enum Stop {
    /// The connection had ended since its last answer, as far as can be seen.
    Ended(String),
    /// The server was too slow for a body of many.
    Late(String),
    /// The first record was answered with this status, which may mean the address as well.
    Doubted(u16),
    /// The server wants the request at another path of its own.
    Redirected(String),
    Setback(Setback),
}

impl From<Setback> for Stop {
    fn from(setback: Setback) -> Self {
        Stop::Setback(setback)
    }
}

impl Transport for HttpTransport {
    fn deliver(&mut self, batch: &mut Batch<'_>) -> Result<(), Setback> {
        let (mut renewed, mut doubted) = (false, None);
        while batch.unsettled_count() > 0 && !batch.is_abandoned() {
            let before = batch.unsettled_count();
            let outcome = self.step(batch, doubted);
            let progress = batch.unsettled_count() < before;
            renewed &= outcome.is_err() && !progress;
            if progress {
                self.session.arrived();
                doubted = None;
            }
            let setback = match outcome {
                Ok(()) => continue,
                Err(Stop::Ended(_)) if !renewed => {
                    renewed = true;
                    self.connection = None;
                    continue;
                }
                Err(Stop::Ended(why) | Stop::Late(why)) => Setback::retry(why),
                Err(Stop::Doubted(status)) => {
                    (renewed, doubted) = (false, Some(status));
                    (self.connection, self.granted) = (None, None);
                    continue;
                }
                Err(Stop::Redirected(target)) => match self.session.redirected(target) {
                    Ok(()) => {
                        // Who may do what there is asked anew.
                        (self.connection, self.granted) = (None, None);
                        continue;
                    }
                    Err(setback) => setback,
                },
                Err(Stop::Setback(setback)) => setback,
            };
            // The next attempt finds out anew where the server is, and whether it lets us in.
            self.connection = None;
            self.granted = None;
            self.session.end();
            self.dialer.forget();
            return Err(setback);
        }
        Ok(())
    }

    fn destination(&self) -> String {
        self.session.endpoint.to_string()
    }
}

#[cfg(test)]
mod tests;
