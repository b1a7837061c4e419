//! `connect()`: whether the server can be reached and lets us in.
//!
//! The way is gone step by step, beside the stream, and no record is sent.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tnt4::{ProblemKind, probe};

use crate::settings::Settings;
use crate::{exit, stats};

/// Goes the way to the server, once. `None` where it let us in, else the kind of problem, and words.
pub(crate) fn access(py: Python<'_>, settings: &Settings) -> PyResult<Option<(String, String)>> {
    let builder = settings.builder()?;
    let (outcome, ended) = exit::aside(py, "tnt4-connect", move || {
        let mut ended = None;
        let outcome = probe(builder, None, |finding| {
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
