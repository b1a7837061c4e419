//! The way to a server, one step after the other, for people who want to know where it ends.
//!
//! It goes the way that records go, through the same rooms and with the same words, but once and by itself: with the
//! configuration of a stream, without one, and without its spool.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::access::Grant;
use super::connection::Connection;
use super::proxy::Route;
use super::tls::{TlsSocket, Validity};
use super::wire::Wire;
use super::{HttpTransport, Stop};
use crate::batch::Desk;
use crate::diagnostics::Diagnostics;
use crate::{Batch, BuildError, Builder, ProblemKind, Record, Setback, Transport, Verdict};

/// A step of the way to a server. Shown as one or two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// From the name (the server's, or the proxy's) to addresses.
    Name,
    /// A connection to one of them.
    Connection,
    /// The proxy's way through, where there is a proxy.
    Proxy,
    /// TLS, where the address says `https:`.
    Tls,
    /// Who we are, and whether we may.
    Authorization,
    /// A record there, and its acknowledgement back.
    RoundTrip,
}

/// How a step went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which step.
    pub step: Step,
    /// How long it took.
    pub took: Duration,
    /// What was found, or what stands in the way and what to do about it: one line, without secrets.
    pub outcome: Result<String, String>,
    /// What kind of problem stands in the way, where one does.
    pub problem_kind: Option<ProblemKind>,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Step::Name => "name",
            Step::Connection => "connection",
            Step::Proxy => "proxy",
            Step::Tls => "TLS",
            Step::Authorization => "authorization",
            Step::RoundTrip => "round trip",
        })
    }
}

/// Goes the way to the server that the builder names, and tells of each step as soon as it is done; the first that
/// fails is the last. Says whether all went well.
///
/// The last step delivers `record`, one JSON object without line breaks; pick one that nobody minds to find at the
/// server. The builder's own transport, spool and clock are not used. A failing step takes as long as its timeouts
/// allow: a few seconds for each address of the name.
///
/// ```no_run
/// let builder = tnt4::Stream::builder().url("https://data.example");
/// let event = tnt4::Event::new("tnt4 doctor").severity(tnt4::Severity::Debug);
/// let mut record = Vec::new();
/// tnt4::Item::from(event).encode(Some(tnt4::RecordId::new()), &mut record);
/// let is_well = tnt4::probe(builder, record, |finding| match &finding.outcome {
///     Ok(detail) => println!("ok    {:14}{detail}", finding.step),
///     Err(remedy) => println!("FAIL  {:14}{remedy}", finding.step),
/// })?;
/// # Ok::<(), tnt4::BuildError>(())
/// ```
///
/// # Errors
/// [`BuildError`], where the address cannot be used.
pub fn probe(builder: Builder, record: Vec<u8>, tell: impl FnMut(&Finding)) -> Result<bool, BuildError> {
    let transport = HttpTransport::new(builder.plan()?, Diagnostics::off());
    let mut probe = Probe { transport, tell };
    Ok(probe.run(record).is_ok())
}

struct Probe<T> {
    transport: HttpTransport,
    tell: T,
}

/// A step failed, and that was told.
struct Told;

impl<T: FnMut(&Finding)> Probe<T> {
    fn run(&mut self, record: Vec<u8>) -> Result<(), Told> {
        let endpoint = self.transport.session.endpoint.clone();
        let addresses = self.step(Step::Name, |transport| {
            let addresses = transport.dialer.addresses(&endpoint)?;
            let shown: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            Ok((shown.join(", "), addresses))
        })?;
        let mut socket = self.step(Step::Connection, |transport| {
            let (socket, address) = transport.dialer.connect(&endpoint, &addresses)?;
            let open_to_all = if endpoint.secure || endpoint.place.is_loopback() {
                ""
            } else {
                "; not encrypted: token and records can be read on the way; use https"
            };
            Ok((format!("to {address}{open_to_all}"), socket))
        })?;
        if let Route::Through(proxy) = &self.transport.dialer.route {
            let proxy = proxy.clone();
            self.step(Step::Proxy, |transport| {
                transport.dialer.tunnel(&endpoint, &mut socket)?;
                let what = if endpoint.secure {
                    "lets us through"
                } else {
                    "is sent what is for the server"
                };
                Ok((format!("{proxy} {what}"), ()))
            })?;
        }
        let wire = if endpoint.secure {
            self.step(Step::Tls, |transport| {
                let wire = transport.dialer.secure(&endpoint, socket)?;
                Ok((encryption(&wire), wire))
            })?
        } else {
            Wire::Plain(socket)
        };
        self.transport.opened = Some(Connection::new(wire));
        self.step(Step::Authorization, |transport| {
            transport.authorize().map(|detail| (detail, ()))
        })?;
        self.step(Step::RoundTrip, |transport| {
            transport.deliver_one(record)?;
            Ok(("acknowledged".to_owned(), ()))
        })
    }

    fn step<R>(
        &mut self,
        step: Step,
        work: impl FnOnce(&mut HttpTransport) -> Result<(String, R), Setback>,
    ) -> Result<R, Told> {
        let begun = Instant::now();
        let (outcome, problem_kind, result) = match work(&mut self.transport) {
            Ok((detail, result)) => (Ok(detail), None, Ok(result)),
            Err(setback) => (Err(setback.why().to_owned()), Some(setback.kind()), Err(Told)),
        };
        (self.tell)(&Finding {
            step,
            took: begun.elapsed(),
            outcome,
            problem_kind,
        });
        result
    }
}

impl HttpTransport {
    /// Asks for access, wherever the server sends us, and says what was granted.
    fn authorize(&mut self) -> Result<String, Setback> {
        let mut detail = String::new();
        loop {
            let grant = match self.connected() {
                Ok(connection) => connection.grant,
                Err(Stop::Redirected(target)) => {
                    self.session.redirected(target)?;
                    "redirected to another path; ".clone_into(&mut detail);
                    continue;
                }
                Err(Stop::Ended(why) | Stop::Late(why)) => return Err(Setback::retry(why)),
                // Nothing but the access-request was sent.
                Err(Stop::Doubted(status)) => {
                    return Err(Setback::retry(format!("the server answered {status}")));
                }
                Err(Stop::Setback(setback)) => return Err(setback),
            };
            detail.push_str(granted(grant, self.session.token.is_some()));
            return Ok(detail);
        }
    }

    /// Delivers this record, as any other.
    fn deliver_one(&mut self, record: Vec<u8>) -> Result<(), Setback> {
        let desk = Answer::default();
        let records = [Record::alone(0, record)];
        self.deliver(&mut Batch::new(&records, &desk))?;
        match desk.0.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(Verdict::Done) => Ok(()),
            Some(Verdict::Rejected(why)) => Err(Setback::retry_of(
                ProblemKind::Rejected,
                format!("the record was rejected: {why}"),
            )),
            None => Err(Setback::retry("the server has said nothing about the record")),
        }
    }
}

/// The verdict about the one record.
#[derive(Default)]
struct Answer(Mutex<Option<Verdict>>);

impl Desk for Answer {
    fn settle(&self, verdicts: &[(&Record, Verdict)]) {
        if let Some((_, verdict)) = verdicts.first() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(verdict.clone());
        }
    }

    fn is_abandoned(&self) -> bool {
        false
    }
}

fn granted(grant: Grant, has_token: bool) -> &'static str {
    match (has_token, grant.takes_many, grant.takes_gzip) {
        (true, false, _) => "let in; one record a request",
        (true, true, false) => "let in; many records a request",
        (true, true, true) => "let in; many records a request, compressed or not",
        (false, false, _) => "let in without a token; one record a request",
        (false, true, false) => "let in without a token; many records a request",
        (false, true, true) => "let in without a token; many records a request, compressed or not",
    }
}

/// Version, and how long the server's certificate lasts.
fn encryption(wire: &Wire) -> String {
    let Wire::Tls(stream) = wire else {
        return "none".to_owned();
    };
    let version = match stream.conn.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS 1.3",
    };
    match lasts(stream) {
        Some(lasts) => format!("{version}; the server's certificate is valid until {lasts}"),
        None => version.to_owned(),
    }
}

fn lasts(stream: &TlsSocket) -> Option<String> {
    let end = Validity::of(stream.conn.peer_certificates()?.first()?)?.not_after;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let days = end.seconds.saturating_sub(now.as_secs()) / 86_400;
    Some(format!("{} ({days} days)", end.day))
}
