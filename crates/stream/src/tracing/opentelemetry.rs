//! The id of the trace that OpenTelemetry has under way in this thread, as a correlator.
//!
//! Spans are asked to note it when they are entered: when they begin, the trace of their own is not active yet.

use opentelemetry::Context;
use opentelemetry::trace::{TraceContextExt, TraceId};

/// The id of the active trace.
pub(crate) fn active() -> Option<String> {
    let id = Context::map_current(|context| context.span().span_context().trace_id());
    (id != TraceId::INVALID).then(|| id.to_string())
}
