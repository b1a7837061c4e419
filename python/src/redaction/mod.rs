//! What must not leave the process: values under the names of secrets, and text that looks like one.
//!
//! By name it is on by default, in properties and in containers at any depth. By pattern it is off by default, since
//! patterns hit what is no secret as well; they are looked for in the message, the exception and text values. What was
//! hidden is said: a value has the display hint [`HINT`], and an event whose text was changed names the kinds of secret.

mod patterns;

use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt};
use tnt4::redaction::Names;
pub(crate) use tnt4::redaction::{HINT, MASK};
use tnt4::{Property, Value};

pub(crate) use patterns::Kinds;
use patterns::Patterns;

/// Notes in an event what was hidden of its message or its exception.
pub(crate) fn note(kinds: &Kinds, properties: &mut Vec<Property>) {
    if kinds.any() {
        let noted = properties.iter_mut().find(|property| property.name == HINT);
        match noted.map(|property| &mut property.value) {
            Some(Value::String(before)) => *before = format!("{before}, {}", kinds.named()),
            _ => properties.push(Property::fixed(HINT, kinds.named())),
        }
    }
}

/// What is hidden.
#[derive(Default)]
pub(crate) struct Redaction {
    names: Names,
    patterns: Patterns,
}

impl Redaction {
    /// By name, and by more names; by the usual patterns, and by more of them.
    pub(crate) fn new(
        by_name: bool,
        names: &[String],
        usual: bool,
        patterns: &[String],
    ) -> Result<Self, String> {
        let known = match by_name || !names.is_empty() {
            true => Names::usual(),
            false => Names::none(),
        };
        Ok(Redaction {
            names: names.iter().fold(known, |known, name| known.and(name)),
            patterns: Patterns::new(usual, patterns)?,
        })
    }

    /// Whether this value of this name is hidden.
    pub(crate) fn hides(&self, name: &str, value: &Bound<'_, PyAny>) -> bool {
        let is_number = || value.is_exact_instance_of::<PyInt>() || value.is_exact_instance_of::<PyFloat>();
        self.names.hides(name) && (!is_number() || self.names.hides_number(name))
    }

    /// Hides what looks like a secret within a text, and says what there was.
    pub(crate) fn scrub(&self, text: &mut String) -> Kinds {
        self.patterns.scrub(text)
    }

    /// Whether text is looked at.
    pub(crate) fn reads_text(&self) -> bool {
        !self.patterns.is_empty()
    }
}
