//! What an event belongs to: the activity around the call, and the trace that a tracing library has under way.
//!
//! The activity is in a context variable, so that each task and thread has its own. OpenTelemetry is asked only where the
//! application has loaded it.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use tnt4::Operation;

use crate::once::{intern, once};
use crate::text;

/// The activity around a call.
#[pyclass(frozen, module = "jKool._tnt4")]
pub(crate) struct Scope {
    /// The activity's tracking id.
    #[pyo3(get)]
    tracking_id: String,
    /// What connects it with others; all within it has these too.
    #[pyo3(get)]
    correlators: Vec<String>,
}

#[pymethods]
impl Scope {
    #[new]
    fn new(tracking_id: String, correlators: Vec<String>) -> Self {
        Scope {
            tracking_id,
            correlators,
        }
    }
}

/// The variable that holds the [`Scope`].
pub(crate) fn variable(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static VARIABLE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let made = once(py, &VARIABLE, || {
        let options = PyDict::new(py);
        options.set_item("default", py.None())?;
        let class = py.import("_contextvars")?.getattr("ContextVar")?;
        class.call(("jKool.activity",), Some(&options)).map(Bound::unbind)
    })?;
    Ok(made.bind(py))
}

/// What an event belongs to.
#[derive(Default)]
pub(crate) struct Context {
    scope: Option<Py<Scope>>,
    trace: Option<String>,
}

impl Context {
    /// The context of the call that is under way.
    pub(crate) fn current(py: Python<'_>) -> Self {
        Context {
            scope: scope(py),
            trace: trace(py),
        }
    }

    /// Notes it in an event.
    pub(crate) fn apply(&self, operation: &mut Operation) {
        if let Some(scope) = &self.scope {
            let scope = scope.get();
            operation.parent_id = Some(scope.tracking_id.as_str().into());
            operation.correlators.extend(scope.correlators.iter().cloned());
        }
        if let Some(trace) = &self.trace
            && !operation.correlators.contains(trace)
        {
            operation.correlators.push(trace.clone());
        }
    }
}

fn scope(py: Python<'_>) -> Option<Py<Scope>> {
    static GET: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let get = once(py, &GET, || variable(py)?.getattr("get").map(Bound::unbind)).ok()?;
    let found = get.bind(py).call0().ok()?;
    found.cast_into::<Scope>().ok().map(Bound::unbind)
}

/// The trace id of the active span of OpenTelemetry.
fn trace(py: Python<'_>) -> Option<String> {
    static MODULES: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    let modules = once(py, &MODULES, || -> PyResult<_> {
        Ok(py
            .import("sys")?
            .getattr("modules")?
            .cast_into::<PyDict>()?
            .unbind())
    })
    .ok()?;
    let module = modules
        .bind(py)
        .get_item(intern!(py, "opentelemetry.trace"))
        .ok()??;
    let span = module.call_method0(intern!(py, "get_current_span")).ok()?;
    let context = span.call_method0(intern!(py, "get_span_context")).ok()?;
    if !context.getattr(intern!(py, "is_valid")).ok()?.is_truthy().ok()? {
        return None;
    }
    let number = context.getattr(intern!(py, "trace_id")).ok()?;
    let written = number
        .call_method1(intern!(py, "__format__"), (intern!(py, "032x"),))
        .ok()?;
    Some(text::shown(&written))
}

/// The trace id of the active span, for activities.
#[pyfunction]
pub(crate) fn active_trace(py: Python<'_>) -> Option<String> {
    trace(py)
}

/// A new tracking id.
#[pyfunction]
pub(crate) fn new_tracking_id() -> String {
    tnt4::TrackingId::new().into_string()
}
