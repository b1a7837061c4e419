//! Objects of well-known classes, as their users would write them.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyFloat, PyInt, PyString, PyType};
use tnt4::Timestamp;

use super::{Typed, integer};
use crate::budget::Budget;
use crate::once::{intern, once};
use crate::text;

/// A function that makes a value of an object of its class.
type Writer = for<'py> fn(&Bound<'py, PyAny>, &mut Budget) -> PyResult<Typed>;

/// Module, class, how; a class stands before those that it is derived from.
const CLASSES: &[(&str, &str, Writer)] = &[
    ("enum", "Enum", enumeration),
    ("datetime", "datetime", moment),
    ("datetime", "date", iso),
    ("datetime", "time", iso),
    ("datetime", "timedelta", duration),
    ("decimal", "Decimal", decimal),
    ("uuid", "UUID", plain),
    ("fractions", "Fraction", plain),
    ("pathlib", "PurePath", plain),
    ("builtins", "BaseException", exception),
    ("builtins", "str", derived_text),
    ("builtins", "int", derived_integer),
    ("builtins", "float", derived_float),
    ("builtins", "bytes", bytes),
    ("builtins", "bytearray", bytes),
    ("builtins", "memoryview", bytes),
];

/// The value of an object whose class is derived from a known one; of others `None`, as where it cannot be had.
pub(super) fn of(object: &Bound<'_, PyAny>, budget: &mut Budget) -> Option<Typed> {
    static LOADED: PyOnceLock<Vec<Option<Py<PyType>>>> = PyOnceLock::new();
    let py = object.py();
    // What is not imported has no objects: a module that nobody uses is not loaded for this.
    let modules = py
        .import(intern!(py, "sys"))
        .ok()?
        .getattr(intern!(py, "modules"))
        .ok()?;
    let always = once(py, &LOADED, || {
        let builtins = py.import("builtins")?;
        let class = |name: &str| Some(builtins.getattr(name).ok()?.cast_into().ok()?.unbind());
        let classes = CLASSES.iter();
        Ok(classes
            .map(|(module, name, _)| class(name).filter(|_| *module == "builtins"))
            .collect())
    })
    .ok()?;
    for ((module, name, write), builtin) in CLASSES.iter().zip(always) {
        let class = match builtin {
            Some(class) => class.bind(py).clone().into_any(),
            None => match modules.get_item(*module).and_then(|module| module.getattr(*name)) {
                Ok(class) => class,
                Err(_) => continue,
            },
        };
        if object.is_instance(&class).unwrap_or(false) {
            return write(object, budget).ok();
        }
    }
    scalar(object, budget)
}

/// numpy's numbers and truths know what they are in Python.
fn scalar(object: &Bound<'_, PyAny>, budget: &mut Budget) -> Option<Typed> {
    let py = object.py();
    if !object.hasattr(intern!(py, "dtype")).unwrap_or(false)
        || object.hasattr(intern!(py, "__len__")).unwrap_or(true) && object.len().is_ok()
    {
        return None;
    }
    let plain = object.call_method0(intern!(py, "item")).ok()?;
    if plain.is_instance_of::<pyo3::types::PyBool>() {
        return Some(Typed::whole(plain.is_truthy().ok()?));
    }
    if let Ok(number) = plain.cast_exact::<PyFloat>() {
        return Some(Typed::whole(number.value()));
    }
    plain
        .cast_exact::<PyInt>()
        .ok()
        .map(|number| integer(number, budget))
}

fn enumeration(object: &Bound<'_, PyAny>, budget: &mut Budget) -> PyResult<Typed> {
    let name = object.getattr(intern!(object.py(), "name"))?;
    Ok(Typed::text(text::shown(&name), budget))
}

/// One without a zone is of this machine's, as everywhere in Python.
fn moment(object: &Bound<'_, PyAny>, budget: &mut Budget) -> PyResult<Typed> {
    match timestamp(object) {
        Some(moment) => Ok(Typed::whole(moment)),
        None => iso(object, budget),
    }
}

/// The moment of a `datetime`.
pub(crate) fn timestamp(object: &Bound<'_, PyAny>) -> Option<Timestamp> {
    let seconds = object.call_method0(intern!(object.py(), "timestamp")).ok()?;
    let seconds = seconds.extract::<f64>().ok()?;
    // To the microsecond: the double has some hundred years of them.
    (seconds.abs() < 1e11).then(|| Timestamp::from_micros((seconds * 1e6).round_ties_even() as i64))
}

fn iso(object: &Bound<'_, PyAny>, budget: &mut Budget) -> PyResult<Typed> {
    let written = object.call_method0(intern!(object.py(), "isoformat"))?;
    Ok(Typed::text(text::shown(&written), budget))
}

fn duration(object: &Bound<'_, PyAny>, _: &mut Budget) -> PyResult<Typed> {
    Ok(Typed::hinted(micros(object)?, "age.usec"))
}

/// The length of a `timedelta` in microseconds.
pub(crate) fn micros(object: &Bound<'_, PyAny>) -> PyResult<i64> {
    let py = object.py();
    let part = |name| object.getattr(name)?.extract::<i64>();
    let seconds = part(intern!(py, "days"))? * 86_400 + part(intern!(py, "seconds"))?;
    Ok(seconds * 1_000_000 + part(intern!(py, "microseconds"))?)
}

/// A number where the double says the same, else its digits.
fn decimal(object: &Bound<'_, PyAny>, budget: &mut Budget) -> PyResult<Typed> {
    let number = object.extract::<f64>().unwrap_or(f64::NAN);
    let again = object.get_type().call1((format!("{number:?}"),));
    if number.is_finite() && again.is_ok_and(|again| again.eq(object).unwrap_or(false)) {
        return Ok(Typed::whole(number));
    }
    plain(object, budget)
}

fn plain(object: &Bound<'_, PyAny>, budget: &mut Budget) -> PyResult<Typed> {
    Ok(Typed::text(text::of(&object.str()?), budget))
}

fn exception(object: &Bound<'_, PyAny>, budget: &mut Budget) -> PyResult<Typed> {
    let words = text::shown(object);
    let name = text::type_name(object);
    let line = if words.is_empty() {
        name
    } else {
        format!("{name}: {words}")
    };
    Ok(Typed::text(line, budget))
}

fn derived_text(object: &Bound<'_, PyAny>, budget: &mut Budget) -> PyResult<Typed> {
    Ok(Typed::text(text::of(object.cast::<PyString>()?), budget))
}

fn derived_integer(object: &Bound<'_, PyAny>, budget: &mut Budget) -> PyResult<Typed> {
    Ok(integer(object, budget))
}

fn derived_float(object: &Bound<'_, PyAny>, _: &mut Budget) -> PyResult<Typed> {
    Ok(Typed::whole(object.cast::<PyFloat>()?.value()))
}

/// As text where they are text; other bytes are shown as Python writes them, which is more than they were.
fn bytes(object: &Bound<'_, PyAny>, budget: &mut Budget) -> PyResult<Typed> {
    let py = object.py();
    let length = object.len()?;
    let first = object.get_item(pyo3::types::PySlice::new(
        py,
        0,
        length.min(budget.value + 1) as isize,
        1,
    ))?;
    let copy = py.get_type::<PyBytes>().call1((first,))?.cast_into::<PyBytes>()?;
    Ok(match std::str::from_utf8(copy.as_bytes()) {
        Ok(text) if length <= budget.value => Typed::text(text.to_owned(), budget),
        _ => {
            let shown = copy.as_bytes().escape_ascii().to_string();
            let granted = budget.text(shown.len());
            Typed::lossy(text::cut(shown, granted).0)
        }
    })
}
