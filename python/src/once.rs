//! What is made once a process, and never under a lock while code of Python runs.
//!
//! `PyOnceLock::get_or_init` holds its lock while it makes the value, and lets go of the interpreter once it has the lock,
//! so another thread may run meanwhile. If that one forks, the child has the lock, and not the thread that would open it:
//! its first record would wait for ever. So the value is made first, and then put into the cell in one step; where two
//! threads make it, one of the two is used. PyO3's `intern!` is made in the former way, hence one of our own.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyString};

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

/// A text as an object of Python, made once for each place in the source.
macro_rules! intern {
    ($py:expr, $text:expr) => {{
        static CELL: pyo3::sync::PyOnceLock<pyo3::Py<pyo3::types::PyString>> = pyo3::sync::PyOnceLock::new();
        $crate::once::interned($py, &CELL, $text)
    }};
}
pub(crate) use intern;

/// The text in the cell.
pub(crate) fn interned<'a, 'py>(
    py: Python<'py>,
    cell: &'a PyOnceLock<Py<PyString>>,
    text: &str,
) -> &'a Bound<'py, PyString> {
    if cell.get(py).is_none() {
        let _ = cell.set(py, PyString::intern(py, text).unbind());
    }
    // It is there, so that nothing is waited for.
    cell.get_or_init(py, || PyString::intern(py, text).unbind())
        .bind(py)
}

/// Has PyO3 make what it makes at its first use in calls of ours, before anybody can fork in the middle of that.
pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    let list = PyList::empty(py);
    let _ = (list.get_type().name()?, list.get_type().module()?);
    let _ = list.try_iter()?.size_hint();
    Ok(())
}
