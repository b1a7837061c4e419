//! The command `tnt4`, run inside the Python process that was started for it.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the command with these arguments, the program's name first, and gives its exit code.
///
/// The interpreter is let go of meanwhile: `serve` runs until somebody ends it.
#[pyfunction]
pub(crate) fn run(py: Python<'_>, args: Vec<OsString>) -> u8 {
    py.detach(|| tnt4_cli::main(args))
}
