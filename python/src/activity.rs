//! Activities and snapshots that are sent by themselves.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tnt4::{Activity, ActivityStatus, Event, Snapshot};

use crate::budget::Budget;
use crate::context::Context;
use crate::manner::Manner;
use crate::{decoration, source};

/// An activity of these fields, which are keywords of `logEvent`.
pub(crate) fn of(
    py: Python<'_>,
    name: &str,
    status: &str,
    fields: &Bound<'_, PyDict>,
    manner: &Manner,
) -> Activity {
    let mut event = Event::new(name);
    let process = i64::from(std::process::id());
    let operation = &mut event.operation;
    operation.process_id = Some(process);
    operation.source.fqn = Some(match &manner.source {
        Some(fqn) => fqn.clone(),
        None => source::of_process(py, process),
    });
    manner.fill(operation);
    decoration::apply(fields, &mut event, &mut Budget::wide(), &manner.redaction);
    let status = ActivityStatus::from_name(status).unwrap_or(ActivityStatus::Unknown);
    let mut activity = Activity::new(name).status(status);
    activity.operation = event.operation;
    activity
}

/// A snapshot, within the activity around the call.
pub(crate) fn snapshot(py: Python<'_>, object: &Bound<'_, PyAny>, manner: &Manner) -> Option<Snapshot> {
    let mut snapshot = decoration::snapshot(object, &mut Budget::wide(), &manner.redaction)?;
    let measures = &mut snapshot.measures;
    if measures.parent_id.is_none() {
        let mut event = Event::new("");
        Context::current(py).apply(&mut event.operation);
        measures.parent_id = event.operation.parent_id;
    }
    measures.source.fqn = Some(match &manner.source {
        Some(fqn) => fqn.clone(),
        None => source::of_process(py, i64::from(std::process::id())),
    });
    Some(snapshot)
}
