//! What is made once a process, and never under a lock while code of Python runs.
//!
//! `PyOnceLock::get_or_init` holds its lock while it makes the value, and to import a module or make an object may let
//! another thread run. If that one forks, the child has the lock, and not the thread that would open it: its first
//! record would wait for ever. So the value is made first; where two threads make it, one of the two is used.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// The value in the cell, made if there is none.
pub(crate) fn once<'a, T: Send + Sync>(
    py: Python<'_>,
    cell: &'a PyOnceLock<T>,
    make: impl FnOnce() -> PyResult<T>,
) -> PyResult<&'a T> {
    if let Some(made) = cell.get(py) {
        return Ok(made);
    }
    let _ = cell.set(py, make()?);
    cell.get(py)
        .ok_or_else(|| PyRuntimeError::new_err("what was just made is not there"))
}
