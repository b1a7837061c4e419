//! The native half of the Python package: `jKool._tnt4`.
//!
//! Thin on purpose: what is here takes Python's arguments, lets go of the interpreter, and calls the crate that does
//! the work. One operation has one file here, and its stub, which is its manual, in `jKool/_tnt4.pyi`.

mod command;

use pyo3::pymodule;

/// The module that Python imports. Nothing here counts on the GIL, so free-threaded interpreters keep it off.
#[pymodule(gil_used = false)]
mod _tnt4 {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::command::run;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
