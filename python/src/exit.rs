//! The end of the process: how long it may still wait for a server, and from when on nothing new is begun.
//!
//! `logging` closes its handlers one after the other when the interpreter ends. Together they have two seconds, however
//! many there are.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::greenlets::Pauses;
use crate::once::intern;

/// What all that waits at the end may take together.
const AT_EXIT: Duration = Duration::from_secs(2);
/// How often those who wait look whether somebody wants them to stop.
const LOOK: Duration = Duration::from_millis(50);

static EXITING: AtomicBool = AtomicBool::new(false);
static UNTIL: OnceLock<Instant> = OnceLock::new();

/// The interpreter has begun to end.
#[pyfunction]
pub(crate) fn exiting() {
    EXITING.store(true, Ordering::SeqCst);
}

/// Whether the interpreter has begun to end.
pub(crate) fn has_begun() -> bool {
    EXITING.load(Ordering::SeqCst)
}

/// Whether so much of the interpreter is gone that no thread may be started.
pub(crate) fn is_finalizing(py: Python<'_>) -> bool {
    let asked = py
        .import(intern!(py, "sys"))
        .and_then(|sys| sys.call_method0(intern!(py, "is_finalizing")))
        .and_then(|answer| answer.is_truthy());
    asked.unwrap_or(true)
}

/// How long a call may wait that would wait for so long.
pub(crate) fn granted(wanted: Duration) -> Duration {
    if !has_begun() {
        return wanted;
    }
    let until = *UNTIL.get_or_init(|| Instant::now() + AT_EXIT);
    wanted.min(until.saturating_duration_since(Instant::now()))
}

/// Does something that takes up to `timeout`, in pieces between which Ctrl-C is heard, and other greenlets run. `step` is
/// told how long it may take and answers with the outcome, or with `None` where it wants to go on.
pub(crate) fn waiting<T: Send>(
    py: Python<'_>,
    timeout: Duration,
    mut step: impl FnMut(Duration) -> Option<T> + Send,
) -> PyResult<Option<T>> {
    let until = Instant::now().checked_add(timeout);
    let mut pauses = Pauses::where_needed(py);
    loop {
        let left = until.map_or(LOOK, |until| until.saturating_duration_since(Instant::now()));
        let native = if pauses.is_some() {
            Duration::ZERO
        } else {
            left.min(LOOK)
        };
        let outcome = py.detach(|| step(native));
        if outcome.is_some() || left.is_zero() {
            return Ok(outcome);
        }
        match &mut pauses {
            Some(paused) => {
                if !paused.pause(left)? {
                    pauses = None;
                }
            }
            None => py.check_signals()?,
        }
    }
}

/// Does something that takes as long as it takes, on a thread of its own; Ctrl-C ends the waiting for it.
pub(crate) fn aside<T: Send + 'static>(
    py: Python<'_>,
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> PyResult<T> {
    let (done, is_done) = mpsc::channel();
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        let _ = done.send(work());
    })?;
    let outcome = waiting(py, Duration::MAX, move |time| match is_done.recv_timeout(time) {
        Ok(outcome) => Some(Some(outcome)),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => Some(None),
    })?;
    outcome
        .flatten()
        .ok_or_else(|| PyRuntimeError::new_err(format!("the thread {name} has ended before its work")))
}
