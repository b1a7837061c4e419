//! Containers as JSON, as deep, as many and as long as the budget allows.
//!
//! A dictionary becomes an object, a dataclass an object of its fields, every other container an array. Depth and
//! number bound cycles as well. What is under a secret's name is hidden at any depth.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFrozenSet, PyList, PySet, PyTuple};
use tnt4::Value;

use super::{Typed, known, other, simple};
use crate::budget::{Budget, DEPTH};
use crate::entries;
use crate::once::intern;
use crate::redaction::{HINT, MASK, Redaction};
use crate::text;

/// What stands for what was left out.
const MORE: &str = "…";

/// The JSON of a container; of other objects `None`.
pub(super) fn of(object: &Bound<'_, PyAny>, budget: &mut Budget, redaction: &Redaction) -> Option<Typed> {
    let kind = Kind::of(object)?;
    let mut writer = Writer {
        out: String::new(),
        budget,
        redaction,
        lossy: false,
        redacted: false,
    };
    writer.container(object, &kind, 1);
    let Writer {
        out, lossy, redacted, ..
    } = writer;
    let granted = budget.text(out.len());
    let (out, cut) = text::cut(out, granted);
    Some(match (lossy || cut, redacted) {
        (true, _) => Typed::lossy(out),
        (false, true) => Typed::hinted(out, HINT),
        (false, false) => Typed::hinted(out, "json"),
    })
}

/// The kinds of container.
enum Kind<'py> {
    Dict(Bound<'py, PyDict>),
    /// Its fields' names.
    Dataclass(Bound<'py, PyAny>),
    Elements,
}

impl<'py> Kind<'py> {
    fn of(object: &Bound<'py, PyAny>) -> Option<Self> {
        if let Ok(dict) = object.cast::<PyDict>() {
            return Some(Kind::Dict(dict.clone()));
        }
        let is_sequence = object.is_instance_of::<PyList>()
            || object.is_instance_of::<PyTuple>()
            || object.is_instance_of::<PySet>()
            || object.is_instance_of::<PyFrozenSet>();
        if is_sequence || is_deque(object) {
            return Some(Kind::Elements);
        }
        // A class that is a dataclass has the attribute as well; only its objects have values.
        let fields = object
            .get_type()
            .getattr(intern!(object.py(), "__dataclass_fields__"))
            .ok()?;
        fields
            .is_instance_of::<PyDict>()
            .then_some(Kind::Dataclass(fields))
    }
}

fn is_deque(object: &Bound<'_, PyAny>) -> bool {
    object.get_type().name().is_ok_and(|name| name == "deque")
}

struct Writer<'a> {
    out: String,
    budget: &'a mut Budget,
    redaction: &'a Redaction,
    lossy: bool,
    /// Whether something in it was hidden.
    redacted: bool,
}

impl Writer<'_> {
    fn container(&mut self, object: &Bound<'_, PyAny>, kind: &Kind<'_>, depth: usize) {
        if depth > DEPTH {
            return self.left_out();
        }
        let done = match kind {
            Kind::Dict(dict) => self.dict(dict, depth),
            Kind::Dataclass(fields) => self.dataclass(object, fields, depth),
            Kind::Elements => self.elements(object, depth),
        };
        if done.is_err() {
            self.left_out();
        }
    }

    fn dict(&mut self, dict: &Bound<'_, PyDict>, depth: usize) -> PyResult<()> {
        // Of the keys first, so that code which runs for a value may change the dictionary.
        let most = self.budget.elements + 1;
        let items = entries::first(dict, most);
        let all = items.len() == dict.len();
        self.out.push('{');
        let mut first = true;
        for (key, value) in items {
            if !self.next(&mut first) {
                return self.end('}', false);
            }
            let key = match key.str() {
                Ok(key) => text::of(&key),
                Err(_) => {
                    self.lossy = true;
                    text::unprintable(&key)
                }
            };
            self.member(&key, &value, depth);
        }
        self.end('}', all)
    }

    fn dataclass(
        &mut self,
        object: &Bound<'_, PyAny>,
        fields: &Bound<'_, PyAny>,
        depth: usize,
    ) -> PyResult<()> {
        self.out.push('{');
        let mut first = true;
        for name in fields.try_iter()? {
            let name = name?;
            let Ok(value) = object.getattr(name.cast::<pyo3::types::PyString>()?) else {
                continue;
            };
            if !self.next(&mut first) {
                return self.end('}', false);
            }
            self.member(&text::shown(&name), &value, depth);
        }
        self.end('}', true)
    }

    fn elements(&mut self, object: &Bound<'_, PyAny>, depth: usize) -> PyResult<()> {
        let most = self.budget.elements + 1;
        let length = object.len()?;
        let elements: Vec<_> = object.try_iter()?.take(most).collect::<PyResult<_>>()?;
        let all = elements.len() == length;
        self.out.push('[');
        let mut first = true;
        for element in elements {
            if !self.next(&mut first) {
                return self.end(']', false);
            }
            self.value(&element, depth);
        }
        self.end(']', all)
    }

    /// Whether there is room for one more element; the comma before it.
    fn next(&mut self, first: &mut bool) -> bool {
        if !self.budget.element() || self.out.len() > self.budget.value {
            return false;
        }
        if !std::mem::take(first) {
            self.out.push(',');
        }
        true
    }

    fn end(&mut self, bracket: char, all: bool) -> PyResult<()> {
        if !all {
            self.lossy = true;
            self.out.push_str(MORE);
        }
        self.out.push(bracket);
        Ok(())
    }

    fn member(&mut self, name: &str, value: &Bound<'_, PyAny>, depth: usize) {
        if self.redaction.reads_text() {
            let mut shown = name.to_owned();
            self.redacted |= self.redaction.scrub(&mut shown).any();
            self.string(&shown);
        } else {
            self.string(name);
        }
        self.out.push(':');
        if self.redaction.hides(name, value) {
            self.redacted = true;
            self.string(MASK);
        } else {
            self.value(value, depth);
        }
    }

    fn value(&mut self, object: &Bound<'_, PyAny>, depth: usize) {
        if object.is_none() {
            return self.out.push_str("null");
        }
        if let Some(kind) = Kind::of(object) {
            return self.container(object, &kind, depth + 1);
        }
        let typed = scalar(object, self.budget);
        self.lossy |= typed.hint == Some(super::LOSSY);
        let typed = typed.scrubbed(self.redaction);
        self.redacted |= typed.hint == Some(HINT);
        match typed.value {
            Value::Integer(number) => self.out.push_str(&number.to_string()),
            Value::Decimal(number) if number.is_finite() => self.out.push_str(&format!("{number:?}")),
            Value::Decimal(number) => self.string(&number.to_string()),
            Value::Boolean(truth) => self.out.push_str(if truth { "true" } else { "false" }),
            Value::String(text) => self.string(&text),
            Value::Timestamp(moment) => self.string(&moment.to_string()),
        }
    }

    fn string(&mut self, text: &str) {
        // JSON of a string cannot fail.
        self.out
            .push_str(&serde_json::to_string(text).unwrap_or_default());
    }

    fn left_out(&mut self) {
        self.lossy = true;
        self.string(MORE);
    }
}

/// The value of what is no container.
fn scalar(object: &Bound<'_, PyAny>, budget: &mut Budget) -> Typed {
    simple(object, budget)
        .or_else(|| known::of(object, budget))
        .unwrap_or_else(|| other(object, budget))
}
