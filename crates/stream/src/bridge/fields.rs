//! The values that somebody logs, each in its place of an operation: typed, hidden where its name is a secret's, bounded.
//!
//! | name | becomes |
//! |---|---|
//! | `corrid`, `corr_id`, `correlator`, `correlators` | correlators: one, or those of a list that is shown as `["a", "b"]` |
//! | `traceparent`, `trace_id` | a property, and the trace's id a correlator |
//! | of a secret | a property `***` with the hint `redacted`; a number under `max_tokens` and the like is none |
//! | any other | a property |
//!
//! An error becomes the exception, with all that caused it, and a property with its own text.

use std::error::Error;
use std::fmt;

use tnt4_model::{Operation, Property, Value};

use super::known::KnownNames;
use super::role::Role;
use super::sheet::Page;
use super::text;
use crate::redaction::{HINT, MASK, Names};

/// The longest message, in bytes.
const MESSAGE: usize = 384 << 10;
/// The longest exception text, in bytes.
const EXCEPTION: usize = 128 << 10;
/// The longest value of a property, in bytes.
const VALUE: usize = 32 << 10;
/// So many errors that caused one another are told.
const CAUSES: usize = 32;
/// The display hint of a value of which something is missing.
pub(crate) const LOSSY: &str = "lossy";

/// Where values go.
pub(crate) struct Fields<'a> {
    to: Destination<'a>,
    /// Memory that was used before.
    memory: &'a mut String,
    names: &'a Names,
}

/// Events are encoded at once; what may still be changed, as an activity's properties, is not.
enum Destination<'a> {
    Page(&'a mut Page, &'a mut KnownNames),
    Operation(&'a mut Operation),
}

impl<'a> Fields<'a> {
    /// Those of an event.
    pub(super) fn of_page(
        page: &'a mut Page,
        known: &'a mut KnownNames,
        memory: &'a mut String,
        names: &'a Names,
    ) -> Self {
        Fields {
            to: Destination::Page(page, known),
            memory,
            names,
        }
    }

    /// Those of an operation.
    pub(crate) fn of(operation: &'a mut Operation, memory: &'a mut String, names: &'a Names) -> Self {
        Fields {
            to: Destination::Operation(operation),
            memory,
            names,
        }
    }

    /// The text of the event.
    pub(crate) fn message(&mut self, shown: fmt::Arguments<'_>) {
        let out = match &mut self.to {
            Destination::Page(page, _) => {
                page.has_message = true;
                &mut page.message
            }
            Destination::Operation(operation) => operation.message.text.get_or_insert_default(),
        };
        out.clear();
        text::show(out, MESSAGE, shown);
    }

    /// A value that is no text.
    pub(crate) fn typed(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        match (self.role(name), value) {
            (role, value) if role.hides(&value) => self.hide(name),
            (Role::Correlator, Value::String(text)) => self.correlators(&text),
            (Role::Correlator, Value::Integer(number)) => self.correlators(&number.to_string()),
            // What else has the name of a correlator is no identity of anything.
            (_, value) => self.to.value(name, value),
        }
    }

    /// A text.
    pub(crate) fn text(&mut self, name: &str, given: &str) {
        match self.role(name) {
            Role::Plain if given.len() <= VALUE => self.to.text(name, given, None),
            role => self.shown_as(role, name, format_args!("{given}")),
        }
    }

    /// A value that is known by what it shows of itself.
    pub(crate) fn shown(&mut self, name: &str, shown: fmt::Arguments<'_>) {
        let role = self.role(name);
        self.shown_as(role, name, shown);
    }

    fn shown_as(&mut self, role: Role, name: &str, shown: fmt::Arguments<'_>) {
        if role.hides_texts() {
            // It is not even looked at.
            return self.hide(name);
        }
        let mut out = std::mem::take(self.memory);
        out.clear();
        let whole = text::show(&mut out, VALUE, shown);
        if role == Role::Trace
            && let Some(id) = trace_id(&out)
        {
            self.correlator(id);
        }
        match role {
            Role::Correlator => self.correlators(&out),
            _ => self.to.text(name, &out, (!whole).then_some(LOSSY)),
        }
        out.shrink_to(VALUE);
        *self.memory = out;
    }

    /// Bytes: as text where they are text; others are shown as Rust writes them, which is more than they were.
    pub(crate) fn bytes(&mut self, name: &str, bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else {
            if self.role(name).hides_texts() {
                return self.hide(name);
            }
            let mut out = bytes.get(..VALUE).unwrap_or(bytes).escape_ascii().to_string();
            text::cut(&mut out, 0, VALUE);
            return self.to.text(name, &out, Some(LOSSY));
        };
        self.text(name, text);
    }

    /// An error, and what caused it.
    pub(crate) fn error(&mut self, name: &str, error: &(dyn Error + 'static)) {
        if self.role(name).hides_texts() {
            return self.hide(name);
        }
        let mut told = String::new();
        let whole = text::show(&mut told, VALUE, format_args!("{error}"));
        self.to.text(name, &told, (!whole).then_some(LOSSY));
        let mut cause = error.source();
        for _ in 0..CAUSES {
            let Some(error) = cause else { break };
            told.push_str("\ncaused by: ");
            text::show(&mut told, VALUE, format_args!("{error}"));
            cause = error.source();
        }
        self.exception(&told);
    }

    /// The text of an exception; several follow each other.
    pub(crate) fn exception(&mut self, told: &str) {
        let out = match &mut self.to {
            Destination::Page(page, _) => &mut page.exception,
            Destination::Operation(operation) => operation.exception.get_or_insert_default(),
        };
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(told);
        text::cut(out, 0, EXCEPTION);
    }

    /// Adds a correlator, if it is not there yet.
    fn correlator(&mut self, id: &str) {
        let known = match &mut self.to {
            Destination::Page(page, _) => &mut page.correlators,
            Destination::Operation(operation) => &mut operation.correlators,
        };
        if !id.is_empty() && !known.iter().any(|other| other == id) {
            known.push(id.to_owned());
        }
    }

    /// One correlator, or several.
    fn correlators(&mut self, shown: &str) {
        let several = shown
            .starts_with('[')
            .then(|| serde_json::from_str::<Vec<String>>(shown).ok())
            .flatten();
        match several {
            Some(several) => several.iter().for_each(|id| self.correlator(id)),
            None => self.correlator(unquoted(shown)),
        }
    }

    fn hide(&mut self, name: &str) {
        self.to.text(name, MASK, Some(HINT));
    }

    /// What becomes of the value of this name, which comes next.
    fn role(&mut self, name: &str) -> Role {
        match &mut self.to {
            Destination::Page(_, known) => known.next(name, self.names).role,
            Destination::Operation(_) => Role::of(name, self.names),
        }
    }
}

/// What comes in has the name whose role was asked for last.
impl Destination<'_> {
    fn text(&mut self, name: &str, text: &str, hint: Option<&str>) {
        match self {
            Destination::Page(page, known) => page.properties.text(&known.current().encoded, text, hint),
            Destination::Operation(operation) => {
                let mut property = Property::new(name, text);
                property.hint = hint.map(str::to_owned);
                operation.properties.push(property);
            }
        }
    }

    fn value(&mut self, name: &str, value: Value) {
        match self {
            Destination::Page(page, known) => page.properties.value(&known.current().encoded, &value, None),
            Destination::Operation(operation) => operation.properties.push(Property::new(name, value)),
        }
    }
}

/// A text that somebody has shown by `Debug`.
fn unquoted(shown: &str) -> &str {
    shown
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(shown)
}

/// The id of a trace, where that or a `traceparent` of W3C Trace Context is shown.
fn trace_id(shown: &str) -> Option<&str> {
    let shown = unquoted(shown);
    let id = match shown.split('-').collect::<Vec<_>>()[..] {
        [id] => id,
        [_version, id, _parent, _flags] => id,
        _ => return None,
    };
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_id && id.bytes().any(|byte| byte != b'0')).then_some(id)
}
