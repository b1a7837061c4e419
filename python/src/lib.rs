//! The native half of the Python package: `jKool._tnt4`.
//!
//! ```text
//! logEvent ─▶ logger ─▶ emitter (no code of Python between) ─▶ record ─▶ event ─▶ outlet ─▶ the stream
//!                                                                │
//!                              decoration, value, context, redaction, source
//! ```
//!
//! What runs at every log call is here; what runs once (settings, connecting, the command's arguments) is in Python.
//! Two rules hold everywhere: no lock and no borrow is held while code of Python can run, and whatever an application
//! logs, it never sees an exception of ours. The stubs in `jKool/_tnt4.pyi` are the manual.

mod command;
mod interpreter;

mod emitter;
mod exit;
mod greenlets;
mod outlet;
mod probe;
mod registry;
mod settings;
mod stats;

mod activity;
mod context;
mod decoration;
mod json;
mod log_event;
mod manner;
mod process;
mod record;

mod budget;
mod entries;
mod once;
mod redaction;
mod source;
mod text;
mod value;
mod voice;

mod collector;

use pyo3::pymodule;

/// The module that Python imports. Nothing here counts on the GIL, so free-threaded interpreters keep it off.
#[pymodule(gil_used = false)]
mod _tnt4 {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::collector::Collector;
    #[pymodule_export]
    use crate::command::run;
    #[pymodule_export]
    use crate::context::{Scope, active_trace, new_tracking_id};
    #[pymodule_export]
    use crate::decoration::{PyProperty, PySnapshot};
    #[pymodule_export]
    use crate::emitter::Emitter;
    #[pymodule_export]
    use crate::exit::exiting;
    #[pymodule_export]
    use crate::json::record_to_json;
    #[pymodule_export]
    use crate::log_event::log_event;
    #[pymodule_export]
    use crate::process::process_properties;
    #[pymodule_export]
    use crate::registry::was_forked;
    #[pymodule_export]
    use crate::voice::say_once_to;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::interpreter::be_the_only_one(module.py())?;
        crate::entries::look_for_the_gil(module.py())?;
        crate::once::prepare(module.py())?;
        module.add("activity_variable", crate::context::variable(module.py())?)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
