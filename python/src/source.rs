//! The fully qualified name of this process, for events that bring none: `APPL=…#PROCESS=…#RUNTIME=…#SERVER=…#NETADDR=…`.
//!
//! Made at the first event, and made anew in a child of a fork, which has another number. The address is the one from
//! which this machine would reach others: a datagram socket is told of a partner, and sends nothing.

use std::net::UdpSocket;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use pyo3::prelude::*;
use tnt4::{SourceFqn, SourceType};

use crate::text;

/// The name, and the process that it is of.
static MADE: ArcSwapOption<(i64, SourceFqn)> = ArcSwapOption::const_empty();

/// The name of the process with this number, which is this one.
pub(crate) fn of_process(py: Python<'_>, process: i64) -> SourceFqn {
    match &*MADE.load() {
        Some(made) if made.0 == process => return made.1.clone(),
        _ => {}
    }
    let fqn = made(py, process);
    MADE.store(Some(Arc::new((process, fqn.clone()))));
    fqn
}

fn made(py: Python<'_>, process: i64) -> SourceFqn {
    let parts = [
        (
            SourceType::Appl,
            application(py).unwrap_or_else(|_| "python".to_owned()),
        ),
        (SourceType::Process, process.to_string()),
        (
            SourceType::Runtime,
            runtime(py).unwrap_or_else(|_| "Python".to_owned()),
        ),
        (SourceType::Server, host()),
        (
            SourceType::NetAddr,
            address().unwrap_or_else(|| "127.0.0.1".to_owned()),
        ),
    ];
    let built = parts.iter().fold(SourceFqn::builder(), |builder, (kind, name)| {
        // A `#` would end a name early.
        builder.component(kind, name.replace('#', "_"))
    });
    built
        .build()
        .unwrap_or_else(|_| SourceFqn::from_wire(format!("PROCESS={process}")))
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

fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match name.trim() {
        "" => std::env::var("HOSTNAME")
            .ok()
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "localhost".to_owned()),
        name => name.to_owned(),
    }
}

fn address() -> Option<String> {
    let socket = UdpSocket::bind(("0.0.0.0", 0)).ok()?;
    // An address that is set aside for examples.
    socket.connect(("192.0.2.1", 9)).ok()?;
    Some(socket.local_addr().ok()?.ip().to_string())
}
