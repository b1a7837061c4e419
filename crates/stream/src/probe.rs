//! The way to a server, one step after the other, for people who want to know where it ends.
//!
//! It goes the way that records go, through the same rooms and with the same words, but once and by itself: with the
//! configuration of a stream, without one, and without its spool. Each transport knows its own steps.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

use crate::builder::Way;
use crate::diagnostics::Diagnostics;
use crate::http::HttpTransport;
use crate::mqtt::MqttTransport;
use crate::net::tls::{TlsSocket, Validity};
use crate::net::wire::Wire;
use crate::{BuildError, Builder, ProblemKind, Setback, own_thread};

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
    /// TLS, where the address says `https:`, `mqtts:` or `wss:`.
    Tls,
    /// The way from HTTP to MQTT, where the address says `ws:` or `wss:`.
    WebSocket,
    /// Who we are, and whether we may.
    Authorization,
    /// A record there, and its acknowledgement back; with a broker, whose subscribers would get it, only a ping.
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
            Step::WebSocket => "WebSocket",
            Step::Authorization => "authorization",
            Step::RoundTrip => "round trip",
        })
    }
}

/// Goes the way to the server that the builder names, and tells of each step as soon as it is done; the first that
/// fails is the last. Says whether all went well.
///
/// The last step delivers `record`, one JSON object without line breaks; pick one that nobody minds to find at the
/// server. Without one the way ends at [`Step::Authorization`], and nothing is left behind. A broker is sent no record in
/// either case, and meets us under another client id. The builder's own transport, spool and clock are not used. A failing
/// step takes as long as its timeouts allow: a few seconds for each address of the name.
///
/// ```no_run
/// let builder = tnt4::Stream::builder().url("https://data.example");
/// let event = tnt4::Event::new("tnt4 doctor").severity(tnt4::Severity::Debug);
/// let mut record = Vec::new();
/// tnt4::Item::from(event).encode(Some(tnt4::RecordId::new()), &mut record);
/// let is_well = tnt4::probe(builder, Some(record), |finding| match &finding.outcome {
///     Ok(detail) => println!("ok    {:14}{detail}", finding.step),
///     Err(remedy) => println!("FAIL  {:14}{remedy}", finding.step),
/// })?;
/// # Ok::<(), tnt4::BuildError>(())
/// ```
///
/// # Errors
/// [`BuildError`], where the address cannot be used.
pub fn probe(
    builder: Builder,
    record: Option<Vec<u8>>,
    mut tell: impl FnMut(&Finding),
) -> Result<bool, BuildError> {
    let mut steps = Steps { tell: &mut tell };
    let outcome = match builder.way()? {
        Way::Http(plan) => HttpTransport::new(*plan, Diagnostics::off()).go_all_steps(record, &mut steps),
        Way::Mqtt(plan) => MqttTransport::new(plan.for_a_look(), Diagnostics::off()).go_all_steps(&mut steps),
    };
    Ok(outcome.is_ok())
}

/// Who tells of the steps.
pub(crate) struct Steps<'a> {
    tell: &'a mut dyn FnMut(&Finding),
}

/// A step failed, and that was told.
pub(crate) struct Told;

impl Steps<'_> {
    /// Goes a step, and tells how it went.
    pub(crate) fn step<R>(
        &mut self,
        step: Step,
        work: impl FnOnce() -> Result<(String, R), Setback>,
    ) -> Result<R, Told> {
        let begun = Instant::now();
        let marked = own_thread::Marked::new();
        let (outcome, problem_kind, result) = match work() {
            Ok((detail, result)) => (Ok(detail), None, Ok(result)),
            Err(setback) => (Err(setback.why().to_owned()), Some(setback.kind()), Err(Told)),
        };
        // What is told is for the application again.
        drop(marked);
        (self.tell)(&Finding {
            step,
            took: begun.elapsed(),
            outcome,
            problem_kind,
        });
        result
    }
}

/// Version, and how long the server's certificate lasts.
pub(crate) fn encryption(wire: &Wire) -> String {
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
