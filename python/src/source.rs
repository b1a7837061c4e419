//! The fully qualified name of this process, for events that bring none: `APPL=…#PROCESS=…#RUNTIME=…#SERVER=…#NETADDR=…`.
//!
//! Made at the first event, and made anew in a child of a fork, which has another number.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use pyo3::prelude::*;
use tnt4::{SourceFqn, source};

use crate::text;

/// The name, and the process that it is of.
static MADE: ArcSwapOption<(i64, SourceFqn)> = ArcSwapOption::const_empty();

/// The name of the process with this number: this one, or one whose records came by a queue.
pub(crate) fn of_process(py: Python<'_>, process: i64) -> SourceFqn {
    match &*MADE.load() {
        Some(made) if made.0 == process => return made.1.clone(),
        _ => {}
    }
    let own = i64::from(std::process::id());
    let made = match MADE.load_full() {
        Some(made) if made.0 == own => made,
        _ => {
            let application = application(py).unwrap_or_else(|_| "python".to_owned());
            let runtime = runtime(py).unwrap_or_else(|_| "Python".to_owned());
            let made = Arc::new((own, source::of(&application, &runtime)));
            MADE.store(Some(Arc::clone(&made)));
            made
        }
    };
    if process == own {
        return made.1.clone();
    }
    let name = made.1.as_str().to_owned();
    SourceFqn::from_wire(name.replacen(&format!("#PROCESS={own}#"), &format!("#PROCESS={process}#"), 1))
}

/// The script's name without its folder and ending; of `python -m package` the package's.
fn application(py: Python<'_>) -> PyResult<String> {
    let main = py.import("sys")?.getattr("modules")?.get_item("__main__")?;
    if let Ok(spec) = main.getattr("__spec__")
        && let Ok(name) = spec.getattr("name").and_then(|name| name.extract::<String>())
        && !name.is_empty()
    {
        let name = name.strip_suffix(".__main__").unwrap_or(&name);
        return Ok(name.to_owned());
    }
    let argument = py.import("sys")?.getattr("argv")?.get_item(0)?;
    let argument = text::shown(&argument);
    let name = std::path::Path::new(&argument)
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    Ok(match &*name {
        "" | "-" | "-c" => "python".to_owned(),
        name => name.to_owned(),
    })
}

fn runtime(py: Python<'_>) -> PyResult<String> {
    let implementation = py.import("sys")?.getattr("implementation")?.getattr("name")?;
    let version = py.version_info();
    Ok(format!(
        "{} {}.{}.{}",
        text::shown(&implementation),
        version.major,
        version.minor,
        version.patch
    ))
}
