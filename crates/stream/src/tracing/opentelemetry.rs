//! The id of the trace that OpenTelemetry has under way in this thread, as a correlator.
//!
//! Spans are asked to note it when they are entered: when they begin, the trace of their own is not active yet.
//!
//! OpenTelemetry panics where its memory of the thread is gone, and destructors of thread-locals may log. So each thread
//! has a sentinel that is made after that memory, and therefore ends before it: from then on nobody asks.

use std::cell::Cell;
use std::panic::catch_unwind;

use opentelemetry::Context;
use opentelemetry::trace::{TraceContextExt, TraceId};

thread_local! {
    static STATE: Cell<State> = const { Cell::new(State::Unknown) };
    static SENTINEL: Sentinel = const { Sentinel };
}

#[derive(Clone, Copy)]
enum State {
    /// Nobody has asked in this thread.
    Unknown,
    /// The sentinel lives.
    Alive,
    /// The thread is ending.
    Ending,
}

struct Sentinel;

impl Drop for Sentinel {
    fn drop(&mut self) {
        STATE.set(State::Ending);
    }
}

/// The id of the active trace.
pub(crate) fn active() -> Option<String> {
    match STATE.get() {
        State::Alive => current(),
        State::Ending => None,
        State::Unknown => first(),
    }
}

/// Asks for the first time in this thread, which may be as it ends.
#[cold]
fn first() -> Option<String> {
    let found = catch_unwind(current);
    let is_alive = found.is_ok() && SENTINEL.try_with(|_| ()).is_ok();
    STATE.set(if is_alive { State::Alive } else { State::Ending });
    found.ok().flatten()
}

fn current() -> Option<String> {
    let id = Context::map_current(|context| context.span().span_context().trace_id());
    (id != TraceId::INVALID).then(|| id.to_string())
}
