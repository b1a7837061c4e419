//! `logEvent`: a record with decorations, by way of its logger.
//!
//! A native function has no frame, so the record's place in the program is the caller's. The decorations travel in the
//! record, as the attribute `jKool`: filters and other handlers see them, and a queue takes them along.

use std::cell::Cell;

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};

use crate::decoration::{self, KEYWORDS, SOURCE};
use crate::record::{layout::DECORATION, level};
use crate::{text, voice};

/// The level of events without a severity: that of `logging.INFO`.
const INFO: i64 = 20;

thread_local! {
    /// How many decorated records this thread has handled.
    static HANDLED: Cell<u64> = const { Cell::new(0) };
}

/// A decorated record came to a handler.
pub(crate) fn was_handled() {
    let _ = HANDLED.try_with(|handled| handled.set(handled.get().wrapping_add(1)));
}

fn handled() -> u64 {
    HANDLED.try_with(Cell::get).unwrap_or_default()
}

/// Logs a message with decorations. The stub has the manual.
#[pyfunction]
#[pyo3(
    name = "logEvent",
    signature = (logger, message, sourceFqn = None, *positional, **decorations),
    text_signature = "(logger, message, sourceFqn=None, tracking_id=None, time_usec=None, corr_id=None, \
        exception=None, resource=None, wait_time_used=None, source_url=None, severity=20, pid=None, tid=None, \
        comp_code=None, reason_code=None, location=None, operation=None, user=None, start_time_usec=None, \
        end_time_usec=None, elapsed_time_usec=None, msg_size=None, encoding=None, charset=None, mime_type=None, \
        msg_age=None, msg_tag=None, parent_tracking_id=None, properties=None, snapshots=None)"
)]
#[expect(non_snake_case, reason = "the original's name")]
pub(crate) fn log_event<'py>(
    py: Python<'py>,
    logger: &Bound<'py, PyAny>,
    message: &Bound<'py, PyAny>,
    sourceFqn: Option<&Bound<'py, PyAny>>,
    positional: &Bound<'py, PyTuple>,
    decorations: Option<Bound<'py, PyDict>>,
) -> PyResult<()> {
    let decorations = decorations.unwrap_or_else(|| PyDict::new(py));
    named(positional, &decorations)?;
    if let Some(source) = sourceFqn {
        decorations.set_item(intern!(py, SOURCE), source)?;
    }
    let level = match decorations.get_item(intern!(py, "severity"))? {
        Some(severity) if !severity.is_none() => level_of(&severity),
        _ => INFO,
    };
    let extra = PyDict::new(py);
    extra.set_item(intern!(py, DECORATION), decorations)?;
    let before = handled();
    let (logger, message) = behind(logger, message, &extra)?;
    let options = PyDict::new(py);
    options.set_item(intern!(py, "extra"), extra)?;
    logger.call_method(intern!(py, "log"), (level, message), Some(&options))?;
    if handled() == before {
        say_if_dropped(&logger, level);
    }
    Ok(())
}

/// Gives the arguments without a name theirs, and refuses names that nobody knows.
fn named(positional: &Bound<'_, PyTuple>, decorations: &Bound<'_, PyDict>) -> PyResult<()> {
    if positional.len() > KEYWORDS.len() {
        return Err(PyTypeError::new_err("logEvent() takes at most 30 arguments"));
    }
    for (name, object) in KEYWORDS.iter().zip(positional.iter()) {
        if decorations.contains(*name)? {
            return Err(PyTypeError::new_err(format!(
                "logEvent() got multiple values for argument '{name}'"
            )));
        }
        decorations.set_item(*name, object)?;
    }
    for (key, _) in decorations.iter() {
        let key = key.cast::<pyo3::types::PyString>()?.to_str()?;
        if !KEYWORDS.contains(&key) {
            return Err(PyTypeError::new_err(format!(
                "logEvent() got an unexpected keyword argument '{key}'"
            )));
        }
    }
    Ok(())
}

/// The level at which a severity is logged: its own number, or that of a word of `logging` or jKool.
fn level_of(severity: &Bound<'_, PyAny>) -> i64 {
    if let Ok(number) = severity.extract::<i64>() {
        return number;
    }
    let known = severity
        .py()
        .import("logging")
        .and_then(|logging| logging.call_method1("getLevelName", (severity,)))
        .and_then(|number| number.extract::<i64>());
    match known {
        Ok(number) => number,
        Err(_) => decoration::severity(severity).map_or(INFO, level::level),
    }
}

/// The logger itself where `logger` is an adapter, which would put its own `extra` in the place of ours.
fn behind<'py>(
    logger: &Bound<'py, PyAny>,
    message: &Bound<'py, PyAny>,
    extra: &Bound<'py, PyDict>,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    static ADAPTER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = logger.py();
    let adapter = ADAPTER.get_or_try_init(py, || -> PyResult<_> {
        Ok(py.import("logging")?.getattr("LoggerAdapter")?.unbind())
    })?;
    let (mut logger, mut message) = (logger.clone(), message.clone());
    while logger.is_instance(adapter.bind(py))? {
        let options = PyDict::new(py);
        options.set_item("extra", PyDict::new(py))?;
        let processed = logger.call_method1("process", (message, options))?;
        message = processed.get_item(0)?;
        if let Ok(Some(added)) = processed.get_item(1)?.cast::<PyDict>()?.get_item("extra")
            && let Ok(added) = added.cast::<PyDict>()
        {
            for (key, object) in added.iter() {
                if !extra.contains(&key)? {
                    extra.set_item(key, object)?;
                }
            }
        }
        logger = logger.getattr("logger")?;
    }
    Ok((logger, message))
}

/// Nothing is more puzzling than a program that sends nothing because the root logger's level is WARNING.
fn say_if_dropped(logger: &Bound<'_, PyAny>, level: i64) {
    let enabled = logger
        .call_method1("isEnabledFor", (level,))
        .and_then(|answer| answer.is_truthy());
    if let Ok(false) = enabled {
        let name = logger
            .getattr("name")
            .map_or_else(|_| String::new(), |name| text::shown(&name));
        let name: String = name.chars().take(100).collect();
        let needed = logger
            .py()
            .import("logging")
            .and_then(|logging| logging.call_method1("getLevelName", (level,)))
            .map_or_else(|_| level.to_string(), |word| text::shown(&word));
        voice::say_once(&format!(
            "logEvent: logger {name:?} drops events of severity {needed}, as its level is higher; \
             call its setLevel(logging.INFO), or a lower level, to have them sent"
        ));
    }
}
