//! `connect()`: whether the server can be reached and lets us in.
//!
//! The way is gone step by step, beside the stream. Over HTTP a record is delivered at the end, which the server is told not
//! to store; a broker is sent nothing.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tnt4::{Event, Item, ProblemKind, RecordId, Severity, probe};

use crate::settings::Settings;
use crate::{exit, stats};

/// Goes the way to the server, once. `None` where it let us in, else the kind of problem, and words.
pub(crate) fn access(py: Python<'_>, settings: &Settings) -> PyResult<Option<(String, String)>> {
    let builder = settings.builder()?;
    let (outcome, ended) = exit::aside(py, "tnt4-connect", move || {
        let mut ended = None;
        let hello = Event::new("tnt4py")
            .severity(Severity::Debug)
            .message("connected");
        let mut record = Vec::new();
        Item::from(hello.time_to_live(-1)).encode(Some(RecordId::new()), &mut record);
        let outcome = probe(builder, record, |finding| {
            if let Err(why) = &finding.outcome {
                let kind = finding.problem_kind.unwrap_or(ProblemKind::Unreachable);
                ended = Some((stats::word(kind).to_owned(), why.clone()));
            }
        });
        (outcome, ended)
    })?;
    outcome.map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(ended)
}
