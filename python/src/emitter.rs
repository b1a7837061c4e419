//! The native half of every handler: a record goes from `Logger.callHandlers` to the stream without another call in Python.
//!
//! `handle` takes no lock. The stream has one of its own, which is never held while code of Python can run; so neither
//! a fork, nor a record that is logged while another is handled, can meet a lock that will not open.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::exceptions::{PyException, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use tnt4::{Activity, Event, Item, Severity, Value};

use crate::budget::Budget;
use crate::once::intern;
use crate::outlet::Outlet;
use crate::record::Record;
use crate::settings::{Settings, UNNAMED, duration};
use crate::{activity, log_event, probe, stats};

/// The native half of a handler.
#[pyclass(frozen, subclass, module = "jKool._tnt4")]
pub(crate) struct Emitter {
    outlet: OnceLock<Outlet>,
    /// Whether a class derived from the handler has an `emit` of its own.
    is_overridden: AtomicBool,
}

#[pymethods]
impl Emitter {
    /// Takes whatever the derived class takes.
    #[new]
    #[pyo3(signature = (*_args, **_options))]
    fn new(_args: &Bound<'_, PyTuple>, _options: Option<&Bound<'_, PyDict>>) -> Self {
        Emitter {
            outlet: OnceLock::new(),
            is_overridden: AtomicBool::new(false),
        }
    }

    /// Gives it its settings, once.
    fn configure(slf: &Bound<'_, Self>, settings: Settings) -> PyResult<()> {
        let py = slf.py();
        let outlet = Outlet::new(settings)?;
        let own = slf.get_type().getattr(intern!(py, "emit"))?;
        let ours = py.get_type::<Emitter>().getattr(intern!(py, "emit"))?;
        slf.get().is_overridden.store(!own.is(&ours), Ordering::Relaxed);
        let set = slf.get().outlet.set(outlet);
        set.map_err(|_| PyRuntimeError::new_err("this handler has its settings already"))
    }

    /// `logging.Handler.handle`: filters, then emits.
    fn handle<'py>(slf: &Bound<'py, Self>, record: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let mut record = record.clone();
        let filters = slf.getattr(intern!(py, "filters"))?;
        let unfiltered = filters
            .cast_exact::<PyList>()
            .is_ok_and(|filters| filters.is_empty());
        if !unfiltered {
            let verdict = slf.call_method1(intern!(py, "filter"), (&record,))?;
            if !verdict.is_truthy()? {
                return Ok(verdict);
            }
            // Since Python 3.12 a filter may give another record.
            if !verdict.is_instance_of::<pyo3::types::PyBool>()
                && !verdict.is_instance_of::<pyo3::types::PyInt>()
            {
                record = verdict;
            }
        }
        if slf.get().is_overridden.load(Ordering::Relaxed) {
            slf.call_method1(intern!(py, "emit"), (&record,))?;
        } else {
            Self::emit(slf, &record)?;
        }
        Ok(record)
    }

    /// Makes an event of the record and hands it to the stream. Raises nothing but what is no `Exception`.
    fn emit(slf: &Bound<'_, Self>, record: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = slf.py();
        let Some(outlet) = slf.get().outlet.get() else {
            return Ok(());
        };
        match Record::read(record, Some(slf.as_any())) {
            Ok(mut read) => {
                if read.decoration().is_some() {
                    log_event::was_handled();
                }
                let mut event = read.event(py, &outlet.manner, Budget::wide());
                let process = match event.operation.severity >= Severity::Error {
                    true => outlet.watch().and_then(|watch| watch.with_error(py)),
                    false => None,
                };
                event.operation.snapshots.extend(process.clone());
                if is_too_long(&event) {
                    event = read.shortened(py, &outlet.manner, event);
                    event.operation.snapshots.extend(process);
                }
                outlet.send(py, event, &read.logger());
                // Asked again: a stream that was closed is another one now.
                if let Some(watch) = outlet.watch() {
                    watch.attend(py);
                }
                Ok(())
            }
            Err(error) if error.is_instance_of::<PyException>(py) => {
                let module = py.import(intern!(py, "jKool._errors"))?;
                let _ = module.call_method1(intern!(py, "report"), (slf, record, error.into_value(py)));
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Sends an activity; see `jKool._activity`.
    fn send_activity(&self, py: Python<'_>, name: &str, status: &str, fields: &Bound<'_, PyDict>) {
        if let Some(outlet) = self.outlet.get() {
            let sent: Activity = activity::of(py, name, status, fields, &outlet.manner);
            outlet.send(py, sent, UNNAMED);
        }
    }

    /// Sends a snapshot by itself.
    fn send_snapshot(&self, py: Python<'_>, snapshot: &Bound<'_, PyAny>) {
        if let Some(outlet) = self.outlet.get()
            && let Some(sent) = activity::snapshot(py, snapshot, &outlet.manner)
        {
            outlet.send(py, sent, UNNAMED);
        }
    }

    /// Waits until all that was sent has arrived, for so many seconds at most.
    fn flush_within(&self, py: Python<'_>, seconds: f64) -> PyResult<bool> {
        let timeout = duration("timeout", seconds)?;
        self.outlet
            .get()
            .map_or(Ok(true), |outlet| outlet.flush(py, timeout))
    }

    /// Gives up the stream.
    fn close_within(&self, py: Python<'_>, seconds: f64) -> PyResult<()> {
        let timeout = duration("timeout", seconds)?;
        self.outlet
            .get()
            .map_or(Ok(()), |outlet| outlet.close(py, timeout))
    }

    /// Begins to deliver what earlier processes have left.
    fn begin(&self, py: Python<'_>) {
        if let Some(stream) = self.outlet.get().and_then(|outlet| outlet.opened_again(py)) {
            py.detach(|| stream.start());
        }
        if let Some(watch) = self.outlet.get().and_then(Outlet::watch) {
            watch.attend(py);
        }
    }

    /// What became of the records.
    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        stats::of(py, self.outlet.get().and_then(Outlet::stream).as_deref())
    }

    /// Whether the server lets us in: `None`, or the kind of problem, and words.
    fn probe(&self, py: Python<'_>) -> PyResult<Option<(String, String)>> {
        match self.outlet.get() {
            Some(outlet) => probe::access(py, &outlet.settings),
            None => Ok(None),
        }
    }

    /// What tells its stream from others. It holds the token.
    #[getter]
    fn key(&self) -> Option<&str> {
        self.outlet.get().map(|outlet| outlet.settings.key.as_str())
    }
}

/// Whether the event might be longer than a record may be.
fn is_too_long(event: &Event) -> bool {
    const LONGEST: usize = (1 << 20) - 256;
    let operation = &event.operation;
    let values = operation.properties.iter().map(|property| match &property.value {
        Value::String(text) => property.name.len() + text.len(),
        _ => property.name.len(),
    });
    let text = operation.message.text.as_ref().map_or(0, String::len);
    let exception = operation.exception.as_ref().map_or(0, String::len);
    let total = text + exception + values.sum::<usize>() + 4_096 * operation.snapshots.len();
    // A byte takes six in JSON at the most.
    total > LONGEST / 8 && Item::from(event.clone()).to_json().len() > LONGEST
}
