//! Greenlets: threads of gevent or eventlet, all of which run in one thread of the system, by turns.
//!
//! Whoever waits in native code stops all of them. So where one of these libraries has put its own functions in the place of
//! the standard ones (`monkey.patch_all()`), whoever waits sleeps by `time.sleep` instead, which lets the others run, and
//! looks now and then. Neither library is imported for that.

use std::time::Duration;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;

use crate::once::intern;

/// The first pause, and the longest; each is twice the one before.
const SHORTEST: Duration = Duration::from_micros(500);
const LONGEST: Duration = Duration::from_millis(20);

/// Module, function that says whether the standard module of a name was replaced.
const LIBRARIES: [(&str, &str); 2] = [
    ("gevent.monkey", "is_module_patched"),
    ("eventlet.patcher", "is_monkey_patched"),
];

/// Pauses in which other greenlets run.
pub(crate) struct Pauses<'py> {
    sleep: Bound<'py, PyAny>,
    next: Duration,
}

impl<'py> Pauses<'py> {
    /// `None` where there are no greenlets.
    pub(crate) fn where_needed(py: Python<'py>) -> Option<Self> {
        let modules = py
            .import(intern!(py, "sys"))
            .and_then(|sys| sys.getattr(intern!(py, "modules")))
            .ok()?;
        let replaced = LIBRARIES.iter().any(|(module, asked)| {
            let answer = modules
                .get_item(module)
                .and_then(|module| module.call_method1(*asked, ("time",)));
            answer.is_ok_and(|answer| answer.is_truthy().unwrap_or(false))
        });
        if !replaced {
            return None;
        }
        let sleep = py
            .import(intern!(py, "time"))
            .and_then(|time| time.getattr(intern!(py, "sleep")));
        Some(Pauses {
            sleep: sleep.ok()?,
            next: SHORTEST,
        })
    }

    /// Lets others run, no longer than that; `false` where that cannot be, as in the loop that switches greenlets. The
    /// error is one that ends the caller: Ctrl-C, or somebody who kills the greenlet.
    pub(crate) fn pause(&mut self, most: Duration) -> PyResult<bool> {
        let seconds = self.next.min(most).as_secs_f64();
        self.next = (self.next * 2).min(LONGEST);
        match self.sleep.call1((seconds,)) {
            Ok(_) => Ok(true),
            Err(error) if error.is_instance_of::<PyException>(self.sleep.py()) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
