//! Records of front ends to `logging` that keep what they know in one dictionary: its entries are properties like those
//! of `extra`, with types, and with what is hidden hidden.
//!
//! * loguru adds an attribute `extra`, a dictionary.
//! * structlog, where a formatter is to render its events, makes the event dictionary the message, and adds `_logger` and
//!   `_name`. The entry `event` is the text, `exc_info` and `exception` are what they are in a record.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString};

use super::layout::{Attributes, Slot};
use crate::once::intern;

/// Takes such a dictionary apart, where there is one.
pub(super) fn unpack(attributes: &mut Attributes<'_>) {
    if attributes.extra.is_empty() {
        return;
    }
    loguru(attributes);
    structlog(attributes);
}

fn loguru(attributes: &mut Attributes<'_>) {
    let Some(place) = place_of("extra", attributes) else {
        return;
    };
    let dict = attributes
        .extra
        .get(place)
        .map(|(_, value)| value.cast::<PyDict>());
    let Some(Ok(dict)) = dict.map(|dict| dict.cloned()) else {
        return;
    };
    attributes.extra.remove(place);
    attributes.extra.extend(entries(&dict));
}

fn structlog(attributes: &mut Attributes<'_>) {
    if place_of("_logger", attributes).is_none() {
        return;
    }
    let Some(Ok(dict)) = attributes
        .get(Slot::Message)
        .map(|message| message.cast::<PyDict>().cloned())
    else {
        return;
    };
    let py = dict.py();
    let Ok(Some(event)) = dict.get_item(intern!(py, "event")) else {
        return;
    };
    attributes.set(Slot::Message, event);
    attributes
        .extra
        .retain(|(key, _)| !matches!(key.to_str(), Ok("_logger" | "_name")));
    for (key, value) in entries(&dict) {
        match key.to_str() {
            Ok("event" | "_record" | "_from_structlog") => {}
            Ok("exc_info") if value.is_instance_of::<PyBool>() => {
                if value.is_truthy().unwrap_or(false)
                    && let Ok(current) = py
                        .import(intern!(py, "sys"))
                        .and_then(|sys| sys.call_method0("exc_info"))
                {
                    attributes.set(Slot::ExceptionInfo, current);
                }
            }
            Ok("exc_info") => attributes.set(Slot::ExceptionInfo, value),
            Ok("exception") => attributes.set(Slot::ExceptionText, value),
            _ => attributes.extra.push((key, value)),
        }
    }
}

fn place_of(name: &str, attributes: &Attributes<'_>) -> Option<usize> {
    let mut names = attributes.extra.iter().map(|(key, _)| key.to_str());
    names.position(|key| key.is_ok_and(|key| key == name))
}

fn entries<'py>(dict: &Bound<'py, PyDict>) -> Vec<(Bound<'py, PyString>, Bound<'py, PyAny>)> {
    let named = dict
        .iter()
        .map(|(key, value)| Some((key.cast_into().ok()?, value)));
    named.flatten().collect()
}
