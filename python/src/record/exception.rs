//! The exception of a record, as text.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::layout::{Attributes, Slot};
use crate::once::intern;
use crate::text;

/// The exception that a record brings: its `exc_info`, else the text that somebody has made of it before.
pub(super) fn read(attributes: &Attributes<'_>) -> Option<String> {
    let of_info = attributes.get(Slot::ExceptionInfo).and_then(rendered);
    of_info.or_else(|| {
        let text = attributes.get(Slot::ExceptionText).map(text::shown)?;
        (!text.is_empty()).then_some(text)
    })
}

/// The text of an exception, or of a tuple as `sys.exc_info()` gives it. `None` where there is no exception in it.
pub(crate) fn rendered(object: &Bound<'_, PyAny>) -> Option<String> {
    let py = object.py();
    let exception = match object.cast::<PyTuple>() {
        Ok(info) => {
            let value = info.get_item(1).ok()?;
            // A class without a value is what some old interfaces give.
            if value.is_none() {
                info.get_item(0).ok()?
            } else {
                value
            }
        }
        Err(_) => object.clone(),
    };
    if exception.is_none() {
        return None;
    }
    let written = py
        .import(intern!(py, "jKool._errors"))
        .and_then(|module| module.call_method1(intern!(py, "rendered"), (&exception,)));
    Some(match written {
        Ok(written) => text::shown(&written),
        Err(_) => text::shown(&exception),
    })
}
