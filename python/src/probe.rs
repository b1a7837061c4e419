//! `connect()`: whether the server can be reached and lets us in.
//!
//! Over HTTP the way is gone step by step, beside the stream. A broker is asked by the stream itself, with a record.
//! Either way one record is delivered at the end, which the server is told not to store.

use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tnt4::{Event, Item, ProblemKind, RecordId, Severity, Step, Stream, probe};

use crate::settings::Settings;
use crate::stats;

/// How long a broker has to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Goes the way to the server, once. `None` where it let us in, else the kind of problem, and words.
pub(crate) fn over_http(py: Python<'_>, settings: &Settings) -> PyResult<Option<(String, String)>> {
    let builder = settings.builder()?;
    let mut ended = None;
    let outcome = py.detach(|| {
        let mut record = Vec::new();
        hello().encode(Some(RecordId::new()), &mut record);
        probe(builder, record, |finding| {
            if let Err(why) = &finding.outcome {
                let refused = why.starts_with("unauthorized") || why.starts_with("forbidden");
                let kind = match finding.step {
                    Step::Authorization if refused => ProblemKind::Unauthorized,
                    Step::Tls => ProblemKind::Tls,
                    _ => ProblemKind::Unreachable,
                };
                ended = Some((stats::word(kind).to_owned(), why.clone()));
            }
        })
    });
    outcome.map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(ended)
}

/// Sends a record to the broker, and waits for its answer.
pub(crate) fn over_mqtt(py: Python<'_>, stream: &Stream) -> Option<(String, String)> {
    py.detach(|| {
        let flushed = match stream.send(hello()) {
            Ok(()) => stream.flush(PATIENCE),
            Err(dropped) => return Some((stats::word(ProblemKind::Local).to_owned(), dropped.to_string())),
        };
        if flushed.is_complete() {
            return None;
        }
        let kind = stream.problem_kind().unwrap_or(ProblemKind::Unanswered);
        let why = flushed
            .problem()
            .unwrap_or("the broker has not answered")
            .to_owned();
        Some((stats::word(kind).to_owned(), why))
    })
}

/// A record that nobody has to keep.
fn hello() -> Item {
    let event = Event::new("tnt4py")
        .severity(Severity::Debug)
        .message("connected");
    Item::from(event.time_to_live(-1))
}
