//! Text of Python as text of Rust.
//!
//! A `str` of Python may hold lone surrogates, which UTF-8 has no bytes for: they become U+FFFD. What is longer than
//! it may be loses its middle, since the beginning says what it is and the end how it came out.

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::once::intern;

/// The text, each lone surrogate as U+FFFD.
pub(crate) fn of(text: &Bound<'_, PyString>) -> String {
    match text.to_str() {
        Ok(whole) => whole.to_owned(),
        Err(_) => repaired(text).unwrap_or_else(|_| text.to_string_lossy().into_owned()),
    }
}

/// Two surrogates that belong together become their character, as they would have in UTF-16.
fn repaired(text: &Bound<'_, PyString>) -> PyResult<String> {
    let py = text.py();
    let encoded = text.call_method1(
        intern!(py, "encode"),
        (intern!(py, "utf-16-le"), intern!(py, "surrogatepass")),
    )?;
    let bytes = encoded.cast_into::<PyBytes>()?;
    let (units, _) = bytes.as_bytes().as_chunks::<2>();
    let units = units.iter().map(|unit| u16::from_le_bytes(*unit));
    Ok(char::decode_utf16(units)
        .map(|decoded| decoded.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect())
}

/// The same, without a copy where it is a `str`.
pub(crate) fn borrowed<'a>(object: &'a Bound<'_, PyAny>) -> Cow<'a, str> {
    match object.cast::<PyString>().map(|text| text.to_str()) {
        Ok(Ok(text)) => Cow::Borrowed(text),
        _ => Cow::Owned(shown(object)),
    }
}

/// `str(object)`, or what takes its place where that fails. Python code may run.
pub(crate) fn shown(object: &Bound<'_, PyAny>) -> String {
    match object.cast::<PyString>() {
        Ok(text) => of(text),
        Err(_) => match object.str() {
            Ok(text) => of(&text),
            Err(_) => unprintable(object),
        },
    }
}

/// What stands for an object that cannot say what it is.
pub(crate) fn unprintable(object: &Bound<'_, PyAny>) -> String {
    format!("<{} that cannot be shown>", type_name(object))
}

/// The name of the object's class.
pub(crate) fn type_name(object: &Bound<'_, PyAny>) -> String {
    object
        .get_type()
        .name()
        .map_or_else(|_| "object".to_owned(), |name| of(&name))
}

/// The text, and whether its middle had to go so that it takes `most` bytes, and a few for the note of that.
pub(crate) fn cut(text: String, most: usize) -> (String, bool) {
    if text.len() <= most {
        return (text, false);
    }
    let head = boundary(&text, most / 2);
    let tail = boundary(&text, text.len() - (most - most / 2));
    let (first, last) = (
        text.get(..head).unwrap_or_default(),
        text.get(tail..).unwrap_or_default(),
    );
    let missing = tail - head;
    (format!("{first}…[truncated {missing} bytes]{last}"), true)
}

/// The next place from here on at which a character begins.
fn boundary(text: &str, from: usize) -> usize {
    let mut places = from..text.len();
    places
        .find(|place| text.is_char_boundary(*place))
        .unwrap_or(text.len())
}
