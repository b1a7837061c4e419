//! Any object of Python as the value of a property: never an exception, never more than the budget.
//!
//! ```text
//! bool int float str ─▶ as they are          datetime ─▶ a moment          set list dict … ─▶ JSON, bounded
//! Decimal UUID Path Enum bytes … ─▶ what their users would write           anything else ─▶ str()
//! ```
//!
//! A value that is not the whole object says so: its display hint is `lossy`.

mod container;
mod known;

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString};
use tnt4::{Property, Value};

use crate::budget::Budget;
use crate::redaction::Redaction;
use crate::text;
pub(crate) use known::{micros, timestamp};

/// The hint of a value that is not the whole object.
pub(crate) const LOSSY: &str = "lossy";

/// A value, and what goes with it.
pub(crate) struct Typed {
    pub(crate) value: Value,
    pub(crate) hint: Option<&'static str>,
}

impl Typed {
    fn whole(value: impl Into<Value>) -> Self {
        Typed {
            value: value.into(),
            hint: None,
        }
    }

    fn hinted(value: impl Into<Value>, hint: &'static str) -> Self {
        Typed {
            value: value.into(),
            hint: Some(hint),
        }
    }

    fn lossy(value: impl Into<Value>) -> Self {
        Self::hinted(value, LOSSY)
    }

    /// The same without what looks like a secret.
    fn scrubbed(mut self, redaction: &Redaction) -> Self {
        if let Value::String(text) = &mut self.value
            && redaction.scrub(text).any()
        {
            self.hint = Some(crate::redaction::HINT);
        }
        self
    }

    /// Text within the budget.
    fn text(text: String, budget: &mut Budget) -> Self {
        let granted = budget.text(text.len());
        match text::cut(text, granted) {
            (text, false) => Self::whole(text),
            (text, true) => Self::lossy(text),
        }
    }
}

/// The property of this name, its value redacted where the name or the value asks for it.
pub(crate) fn property(
    name: String,
    object: &Bound<'_, PyAny>,
    budget: &mut Budget,
    redaction: &Redaction,
) -> Property {
    if redaction.hides(&name, object) {
        return Property::new(name, crate::redaction::MASK).with_hint(crate::redaction::HINT);
    }
    let Typed { value, hint } = of(object, budget, redaction);
    let property = Property::new(name, value);
    match hint {
        Some(hint) => property.with_hint(hint),
        None => property,
    }
}

/// The value of any object.
pub(crate) fn of(object: &Bound<'_, PyAny>, budget: &mut Budget, redaction: &Redaction) -> Typed {
    if let Some(typed) = simple(object, budget) {
        return typed.scrubbed(redaction);
    }
    if object.is_none() {
        return Typed::whole("None");
    }
    // Of a container each text is looked at by itself: in JSON it has other quotation marks.
    container::of(object, budget, redaction).unwrap_or_else(|| {
        let typed = known::of(object, budget).unwrap_or_else(|| other(object, budget));
        typed.scrubbed(redaction)
    })
}

/// The value of an object of exactly one of the classes that nearly all are of.
fn simple(object: &Bound<'_, PyAny>, budget: &mut Budget) -> Option<Typed> {
    if let Ok(text) = object.cast_exact::<PyString>() {
        return Some(Typed::text(text::of(text), budget));
    }
    if let Ok(number) = object.cast_exact::<PyInt>() {
        return Some(integer(number, budget));
    }
    if let Ok(number) = object.cast_exact::<PyFloat>() {
        return Some(Typed::whole(number.value()));
    }
    let truth = object.cast_exact::<PyBool>().ok()?;
    Some(Typed::whole(truth.is_true()))
}

/// A number of any length.
fn integer(number: &Bound<'_, PyAny>, budget: &mut Budget) -> Typed {
    match number.extract::<i64>() {
        Ok(number) => Typed::whole(number),
        // Python refuses to write down more than some thousand digits.
        Err(_) => match number.str() {
            Ok(digits) => Typed::text(text::of(&digits), budget),
            Err(_) => Typed::lossy("a whole number of too many digits"),
        },
    }
}

/// What nobody here knows, in its own words.
fn other(object: &Bound<'_, PyAny>, budget: &mut Budget) -> Typed {
    // To show millions of elements may take seconds. (An array of numpy shows a few of them.)
    const MANY: usize = 1_000;
    if object.len().is_ok_and(|length| length > MANY) && !is_of_numpy(object) {
        let length = object.len().unwrap_or_default();
        return Typed::lossy(format!("<{} of {length} elements>", text::type_name(object)));
    }
    match object.str() {
        Ok(shown) => Typed::text(text::of(&shown), budget),
        Err(_) => Typed::lossy(text::unprintable(object)),
    }
}

fn is_of_numpy(object: &Bound<'_, PyAny>) -> bool {
    let module = object.get_type().module();
    module.is_ok_and(|module| {
        let module = text::of(&module);
        ["numpy", "pandas"]
            .iter()
            .any(|name| module.split('.').next() == Some(*name))
    })
}
