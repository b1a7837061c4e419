//! The values that somebody logs, each in its place of an operation: typed, hidden where its name is a secret's, bounded.
//!
//! | name | becomes |
//! |---|---|
//! | `corrid`, `corr_id`, `correlator`, `correlators` | correlators: one, or those of a list that is shown as `["a", "b"]` |
//! | `traceparent`, `trace_id` | a property, and the trace's id a correlator |
//! | of a secret | a property `***` with the hint `redacted` |
//! | any other | a property |
//!
//! An error becomes the exception, with all that caused it, and a property with its own text.

use std::error::Error;
use std::fmt;

use tnt4_model::{Operation, Property, Value};

use super::{text, thread};
use crate::redaction::{HINT, MASK, Names};

/// The longest message, in bytes.
pub(crate) const MESSAGE: usize = 384 << 10;
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
    pub(crate) operation: &'a mut Operation,
    /// Properties that were used before, whose memory is used again.
    pub(crate) spares: &'a mut Vec<Property>,
    /// Likewise for the text.
    pub(crate) memory: &'a mut String,
    pub(crate) names: &'a Names,
}

/// What becomes of a value.
enum Role {
    Correlator,
    Trace,
    Secret,
    Plain,
}

impl Fields<'_> {
    /// The text of the event.
    pub(crate) fn message(&mut self, shown: fmt::Arguments<'_>) {
        let mut out = std::mem::take(self.memory);
        out.clear();
        text::show(&mut out, MESSAGE, shown);
        self.operation.message.text = Some(out);
    }

    /// A value that is no text.
    pub(crate) fn typed(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        match self.role(name) {
            Role::Plain | Role::Trace => self.slot(name).value = value,
            Role::Secret => self.hide(name),
            Role::Correlator => match value {
                Value::String(text) => self.correlators(&text),
                Value::Integer(number) => self.correlators(&number.to_string()),
                // No identity of anything.
                other => self.slot(name).value = other,
            },
        }
    }

    /// A text.
    pub(crate) fn text(&mut self, name: &str, given: &str) {
        if given.len() > VALUE || !matches!(self.role(name), Role::Plain) {
            return self.shown(name, format_args!("{given}"));
        }
        set_text(self.slot(name)).push_str(given);
    }

    /// A value that is known by what it shows of itself.
    pub(crate) fn shown(&mut self, name: &str, shown: fmt::Arguments<'_>) {
        match self.role(name) {
            Role::Plain => self.push_text(name, shown),
            // What a secret shows is not even looked at.
            Role::Secret => self.hide(name),
            Role::Correlator => {
                let mut out = String::new();
                text::show(&mut out, VALUE, shown);
                self.correlators(&out);
            }
            Role::Trace => {
                let mut out = String::new();
                text::show(&mut out, VALUE, shown);
                if let Some(id) = trace_id(&out) {
                    self.correlator(id);
                }
                self.push_text(name, format_args!("{out}"));
            }
        }
    }

    /// Bytes: as text where they are text; others are shown as Rust writes them, which is more than they were.
    pub(crate) fn bytes(&mut self, name: &str, bytes: &[u8]) {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.text(name, text),
            Err(_) => {
                self.shown(name, format_args!("{}", bytes.escape_ascii()));
                if let Some(last) = self.operation.properties.last_mut()
                    && last.name == name
                {
                    last.hint.get_or_insert_with(|| LOSSY.to_owned());
                }
            }
        }
    }

    /// An error, and what caused it.
    pub(crate) fn error(&mut self, name: &str, error: &(dyn Error + 'static)) {
        if matches!(self.role(name), Role::Secret) {
            return self.hide(name);
        }
        self.push_text(name, format_args!("{error}"));
        let out = self.operation.exception.get_or_insert_default();
        if !out.is_empty() {
            out.push('\n');
        }
        text::show(out, EXCEPTION, format_args!("{error}"));
        let mut cause = error.source();
        for _ in 0..CAUSES {
            let Some(error) = cause else { break };
            out.push_str("\ncaused by: ");
            text::show(out, EXCEPTION, format_args!("{error}"));
            cause = error.source();
        }
        text::cut(out, 0, EXCEPTION);
    }

    /// Where in the program it was, in which thread and process.
    pub(crate) fn place(&mut self, module: Option<&str>, file: Option<&str>, line: Option<u32>) {
        let thread = thread::current();
        let places = [
            ("file", file),
            ("module", module),
            ("thread", thread.name.as_deref()),
        ];
        for (name, text) in places {
            if let Some(text) = text {
                set_text(self.slot(name)).push_str(text);
            }
        }
        if let Some(line) = line {
            self.slot("line").value = Value::from(line);
        }
        self.operation.thread_id = Some(thread.number);
        self.operation.process_id = Some(i64::from(std::process::id()));
    }

    /// Adds a correlator, if it is not there yet.
    pub(crate) fn correlator(&mut self, id: &str) {
        let known = &mut self.operation.correlators;
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

    fn push_text(&mut self, name: &str, shown: fmt::Arguments<'_>) {
        let slot = self.slot(name);
        if !text::show(set_text(slot), VALUE, shown) {
            slot.hint = Some(LOSSY.to_owned());
        }
    }

    fn hide(&mut self, name: &str) {
        let slot = self.slot(name);
        set_text(slot).push_str(MASK);
        slot.hint = Some(HINT.to_owned());
    }

    fn role(&self, name: &str) -> Role {
        match name {
            "corrid" | "corr_id" | "corr-id" | "correlator" | "correlators" => Role::Correlator,
            "traceparent" | "trace_id" => Role::Trace,
            _ if self.names.hides(name) => Role::Secret,
            _ => Role::Plain,
        }
    }

    /// A new property of this name; its value is whatever it was before.
    fn slot(&mut self, name: &str) -> &mut Property {
        let mut property = self
            .spares
            .pop()
            .unwrap_or_else(|| Property::new(String::new(), false));
        property.name.to_mut().clear();
        property.name.to_mut().push_str(name);
        property.hint = None;
        let properties = &mut self.operation.properties;
        let place = properties.len();
        properties.push(property);
        // It was pushed just now.
        &mut properties[place]
    }
}

/// Makes the value an empty text, in the memory of the one before it.
fn set_text(property: &mut Property) -> &mut String {
    if !matches!(property.value, Value::String(_)) {
        property.value = Value::String(String::new());
    }
    match &mut property.value {
        Value::String(text) => {
            text.clear();
            text
        }
        _ => property.name.to_mut(),
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
