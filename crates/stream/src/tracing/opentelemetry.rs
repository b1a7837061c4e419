//! The id of the trace that OpenTelemetry has under way in this thread, as a correlator.

use opentelemetry::Context;
use opentelemetry::trace::{TraceContextExt, TraceId};

use super::lineage::Lineage;

/// Adds the id of the active trace to the correlators.
pub(crate) fn relate(correlators: &mut Vec<String>) {
    if let Some(id) = active().map(|id| id.to_string())
        && !correlators.contains(&id)
    {
        correlators.push(id);
    }
}

/// Gives a span that was entered the id of the active trace: it was not active yet when the span began.
pub(crate) fn correlate(lineage: &Lineage) {
    if let Some(id) = active().map(|id| id.to_string())
        && !lineage.has_correlator(&id)
    {
        lineage.correlate(&[id]);
    }
}

fn active() -> Option<TraceId> {
    let id = Context::map_current(|context| context.span().span_context().trace_id());
    (id != TraceId::INVALID).then_some(id)
}
