//! Moments, durations and whole numbers, in whatever form an application has them.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyString};
use tnt4::Timestamp;

use crate::text;
use crate::value;

/// A moment: microseconds since 1970 as a number or in digits, a `datetime`, or ISO 8601.
pub(crate) fn timestamp(object: &Bound<'_, PyAny>) -> Option<Timestamp> {
    if let Some(micros) = integer(object) {
        return Some(Timestamp::from_micros(micros));
    }
    match object.cast::<PyString>() {
        Ok(written) => Timestamp::parse_iso(&text::of(written)),
        Err(_) => value::timestamp(object),
    }
}

/// A duration: microseconds as a number or in digits, or a `timedelta`.
pub(super) fn duration(object: &Bound<'_, PyAny>) -> Option<i64> {
    integer(object).or_else(|| value::micros(object).ok())
}

/// A whole number, as a number or in digits.
pub(super) fn integer(object: &Bound<'_, PyAny>) -> Option<i64> {
    if let Ok(digits) = object.cast::<PyString>() {
        let digits = text::of(digits);
        let digits = digits.trim();
        return digits.parse().ok().or_else(|| rounded(digits.parse().ok()?));
    }
    if let Ok(number) = object.cast::<PyFloat>() {
        return rounded(number.value());
    }
    if object.is_instance_of::<PyBool>() || object.is_none() {
        return None;
    }
    object.extract::<i64>().ok()
}

fn rounded(number: f64) -> Option<i64> {
    (number.is_finite() && number.abs() < 9.2e18).then_some(number.round() as i64)
}
