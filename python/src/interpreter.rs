//! One interpreter of a process may use this module: what is native of it has one state for the whole process, and
//! holds objects of that interpreter. Since Python 3.12 the interpreter itself refuses a second one.

use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;

/// Where the table of modules is of the interpreter that came first: each interpreter has its own.
static FIRST: AtomicUsize = AtomicUsize::new(0);

/// Refuses to be loaded where another interpreter of the process has this module.
pub(crate) fn be_the_only_one(py: Python<'_>) -> PyResult<()> {
    let own = py.import("sys")?.getattr("modules")?.as_ptr() as usize;
    match FIRST.compare_exchange(0, own, Ordering::SeqCst, Ordering::SeqCst) {
        Err(first) if first != own => Err(PyImportError::new_err(
            "jKool is in use by another interpreter of this process, and one at a time can use it: \
             import it in the main interpreter only, or give each application a process of its own \
             (with mod_wsgi: WSGIApplicationGroup %{GLOBAL})",
        )),
        _ => Ok(()),
    }
}
