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
    if object.is_instance_of::<PyBool>() {
        return None;
    }
    if let Ok(number) = object.extract::<i64>() {
        return Some(number);
    }
    let number = match object.cast::<PyString>() {
        Ok(digits) => {
            let digits = text::of(digits);
            if let Ok(number) = digits.trim().parse::<i64>() {
                return Some(number);
            }
            digits.trim().parse::<f64>().ok()?
        }
        Err(_) => object.cast::<PyFloat>().ok()?.value(),
    };
    (number.is_finite() && number.abs() < 9.2e18).then_some(number.round() as i64)
}
