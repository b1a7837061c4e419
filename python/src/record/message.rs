//! The text of a record.
//!
//! `msg % args` is done here, without a call into Python, as long as it is `LogRecord`'s own `getMessage` that would do
//! it. Where it fails, the handler reports that as every handler does, and the template goes as it is, with the arguments
//! as a property.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString};

use super::layout::{Attributes, Slot};
use crate::once::{intern, once};
use crate::text;

/// The text of a record.
pub(super) struct Message<'py> {
    pub(super) text: String,
    /// What could not be put into the text.
    pub(super) arguments: Option<Bound<'py, PyAny>>,
    /// Whether a formatter made it, which adds the exception.
    formatted: bool,
}

/// Reads the text.
pub(super) fn read<'py>(
    record: &Bound<'py, PyAny>,
    attributes: &Attributes<'py>,
    handler: Option<&Bound<'py, PyAny>>,
) -> Message<'py> {
    let py = record.py();
    let formatter = handler
        .and_then(|handler| handler.getattr(intern!(py, "formatter")).ok())
        .filter(|formatter| !formatter.is_none());
    let formatted = formatter.is_some();
    let made = match &formatter {
        Some(formatter) => formatter.call_method1(intern!(py, "format"), (record,)),
        None => plain(record, attributes),
    };
    match made {
        Ok(made) => Message {
            text: text::shown(&made),
            arguments: None,
            formatted,
        },
        Err(error) => {
            report(record, handler, error);
            let template = attributes.get(Slot::Message);
            Message {
                text: template.map(text::shown).unwrap_or_default(),
                arguments: attributes.get(Slot::Arguments).cloned(),
                formatted: false,
            }
        }
    }
}

impl Message<'_> {
    /// The message without the exception that a formatter has added to it, which has a field of its own.
    pub(super) fn without(mut self, has_exception: bool, attributes: &Bound<'_, PyDict>) -> Self {
        if self.formatted && has_exception {
            let added = attributes.get_item(intern!(attributes.py(), "exc_text"));
            if let Ok(Some(added)) = added
                && !added.is_none()
            {
                let added = text::shown(&added);
                if !added.is_empty()
                    && let Some(at) = self.text.rfind(&added)
                {
                    let before = self.text.get(..at).unwrap_or_default().trim_end().to_owned();
                    let after = self.text.get(at + added.len()..).unwrap_or_default();
                    self.text = before + after;
                }
            }
        }
        self
    }
}

/// `record.getMessage()`.
fn plain<'py>(record: &Bound<'py, PyAny>, attributes: &Attributes<'py>) -> PyResult<Bound<'py, PyAny>> {
    static USUAL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = record.py();
    let usual = once(py, &USUAL, || {
        let class = py.import("logging")?.getattr("LogRecord")?;
        class.getattr("getMessage").map(Bound::unbind)
    })?;
    let own = record.get_type().getattr(intern!(py, "getMessage"))?;
    let message = attributes
        .get(Slot::Message)
        .filter(|message| message.is_exact_instance_of::<PyString>());
    match message {
        Some(message) if own.is(usual) => match attributes.get(Slot::Arguments) {
            Some(arguments) if arguments.is_truthy()? => message.rem(arguments),
            _ => Ok(message.clone()),
        },
        _ => record.call_method0(intern!(py, "getMessage")),
    }
}

/// Has the handler report an error, on standard error and only if `logging.raiseExceptions` is set.
fn report(record: &Bound<'_, PyAny>, handler: Option<&Bound<'_, PyAny>>, error: PyErr) {
    let Some(handler) = handler else {
        return;
    };
    let py = record.py();
    // `handleError` reports the exception that is being handled, and only code of Python can handle one.
    let _ = py.import(intern!(py, "jKool._errors")).and_then(|module| {
        module.call_method1(intern!(py, "report"), (handler, record, error.into_value(py)))
    });
}
