//! `connect()`: whether the server can be reached and lets us in.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tnt4::{Step, probe};

use crate::settings::Settings;

/// Goes the way to the server, once. `None` where it let us in, else the step at which the way ended, and why.
pub(crate) fn access(py: Python<'_>, settings: &Settings) -> PyResult<Option<(String, String)>> {
    let builder = settings.builder()?;
    let mut ended = None;
    let outcome = py.detach(|| {
        // The last step delivers a record; one that is no object of JSON is never sent.
        let event = tnt4::Event::new("tnt4py")
            .severity(tnt4::Severity::Debug)
            .message("connected");
        let mut record = Vec::new();
        tnt4::Item::from(event).encode(Some(tnt4::RecordId::new()), &mut record);
        probe(builder, record, |finding| {
            if let Err(why) = &finding.outcome {
                ended = Some((word(finding.step).to_owned(), why.clone()));
            }
        })
    });
    outcome.map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(ended)
}

fn word(step: Step) -> &'static str {
    match step {
        Step::Name => "name",
        Step::Connection => "connection",
        Step::Proxy => "proxy",
        Step::Tls => "tls",
        Step::Authorization => "authorization",
        _ => "delivery",
    }
}
