//! `logEvent`: a record with decorations, by way of its logger.
//!
//! A native function has no frame, so the record's place in the program is the caller's. The decorations travel in the
//! record, as the attribute `jKool`: filters and other handlers see them, and a queue takes them along.

use std::cell::Cell;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

use crate::decoration::{self, SOURCE};
use crate::entries;
use crate::once::{intern, once};
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
    signature = (logger, message, sourceFqn = None, tracking_id = None, time_usec = None, corr_id = None, exception = None, resource = None, wait_time_used = None, source_url = None, severity = None, pid = None, tid = None, comp_code = None, reason_code = None, location = None, operation = None, user = None, start_time_usec = None, end_time_usec = None, elapsed_time_usec = None, msg_size = None, encoding = None, charset = None, mime_type = None, msg_age = None, msg_tag = None, parent_tracking_id = None, properties = None, snapshots = None)
)]
#[expect(non_snake_case, reason = "the original's name")]
#[expect(
    clippy::too_many_arguments,
    reason = "an array of them would have to be searched at every call"
)]
pub(crate) fn log_event<'py>(
    py: Python<'py>,
    logger: &Bound<'py, PyAny>,
    message: &Bound<'py, PyAny>,
    sourceFqn: Option<&Bound<'py, PyAny>>,
    tracking_id: Option<&Bound<'py, PyAny>>,
    time_usec: Option<&Bound<'py, PyAny>>,
    corr_id: Option<&Bound<'py, PyAny>>,
    exception: Option<&Bound<'py, PyAny>>,
    resource: Option<&Bound<'py, PyAny>>,
    wait_time_used: Option<&Bound<'py, PyAny>>,
    source_url: Option<&Bound<'py, PyAny>>,
    severity: Option<&Bound<'py, PyAny>>,
    pid: Option<&Bound<'py, PyAny>>,
    tid: Option<&Bound<'py, PyAny>>,
    comp_code: Option<&Bound<'py, PyAny>>,
    reason_code: Option<&Bound<'py, PyAny>>,
    location: Option<&Bound<'py, PyAny>>,
    operation: Option<&Bound<'py, PyAny>>,
    user: Option<&Bound<'py, PyAny>>,
    start_time_usec: Option<&Bound<'py, PyAny>>,
    end_time_usec: Option<&Bound<'py, PyAny>>,
    elapsed_time_usec: Option<&Bound<'py, PyAny>>,
    msg_size: Option<&Bound<'py, PyAny>>,
    encoding: Option<&Bound<'py, PyAny>>,
    charset: Option<&Bound<'py, PyAny>>,
    mime_type: Option<&Bound<'py, PyAny>>,
    msg_age: Option<&Bound<'py, PyAny>>,
    msg_tag: Option<&Bound<'py, PyAny>>,
    parent_tracking_id: Option<&Bound<'py, PyAny>>,
    properties: Option<&Bound<'py, PyAny>>,
    snapshots: Option<&Bound<'py, PyAny>>,
) -> PyResult<()> {
    let decorations = PyDict::new(py);
    for (name, object) in [
        (intern!(py, SOURCE), sourceFqn),
        (intern!(py, "tracking_id"), tracking_id),
        (intern!(py, "time_usec"), time_usec),
        (intern!(py, "corr_id"), corr_id),
        (intern!(py, "exception"), exception),
        (intern!(py, "resource"), resource),
        (intern!(py, "wait_time_used"), wait_time_used),
        (intern!(py, "source_url"), source_url),
        (intern!(py, "severity"), severity),
        (intern!(py, "pid"), pid),
        (intern!(py, "tid"), tid),
        (intern!(py, "comp_code"), comp_code),
        (intern!(py, "reason_code"), reason_code),
        (intern!(py, "location"), location),
        (intern!(py, "operation"), operation),
        (intern!(py, "user"), user),
        (intern!(py, "start_time_usec"), start_time_usec),
        (intern!(py, "end_time_usec"), end_time_usec),
        (intern!(py, "elapsed_time_usec"), elapsed_time_usec),
        (intern!(py, "msg_size"), msg_size),
        (intern!(py, "encoding"), encoding),
        (intern!(py, "charset"), charset),
        (intern!(py, "mime_type"), mime_type),
        (intern!(py, "msg_age"), msg_age),
        (intern!(py, "msg_tag"), msg_tag),
        (intern!(py, "parent_tracking_id"), parent_tracking_id),
        (intern!(py, "properties"), properties),
        (intern!(py, "snapshots"), snapshots),
    ] {
        if let Some(object) = object {
            decorations.set_item(name, object)?;
        }
    }
    log(logger, message, severity, &decorations)
}

/// Logs it with what was brought.
fn log<'py>(
    logger: &Bound<'py, PyAny>,
    message: &Bound<'py, PyAny>,
    severity: Option<&Bound<'py, PyAny>>,
    decorations: &Bound<'py, PyDict>,
) -> PyResult<()> {
    let py = logger.py();
    let level = severity.map_or(INFO, level_of);
    let extra = PyDict::new(py);
    extra.set_item(intern!(py, DECORATION), decorations)?;
    let before = handled();
    let (logger, message) = behind(logger, message, &extra)?;
    let options = PyDict::new(py);
    options.set_item(intern!(py, "extra"), extra)?;
    let log = logger.getattr(intern!(py, "log")).map_err(|_| {
        let kind = text::type_name(&logger);
        PyTypeError::new_err(format!(
            "logEvent: the first argument is a logger, as of logging.getLogger(name), and was given an object of type {kind}"
        ))
    })?;
    log.call((level, message), Some(&options))?;
    if handled() == before {
        say_if_dropped(&logger, level);
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
    let adapter = once(py, &ADAPTER, || -> PyResult<_> {
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
            for (key, object) in entries::first(added, usize::MAX) {
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
        let is_disabled = logger.getattr("disabled").and_then(|is| is.is_truthy());
        if let Ok(true) = is_disabled {
            return voice::say_once(&format!(
                "logEvent: logger {name:?} is disabled and drops all events: a configuration that does not name it disables it, \
                 unless that has disable_existing_loggers=False"
            ));
        }
        let limit = logger
            .getattr("manager")
            .and_then(|manager| manager.getattr("disable"));
        if let Ok(limit) = limit.and_then(|limit| limit.extract::<i64>())
            && limit >= level.max(1)
        {
            return voice::say_once(&format!(
                "logEvent: logging.disable({limit}) is in force, and drops the events of logger {name:?} up to that level; \
                 logging.disable(logging.NOTSET) lifts it"
            ));
        }
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
