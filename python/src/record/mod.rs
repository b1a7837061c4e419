//! A record of `logging` as an event of jKool.
//!
//! ```text
//! attributes (once through) ─▶ message, exception (code of Python may run) ─▶ event, within a budget
//! ```
//!
//! | of the record | in the event |
//! |---|---|
//! | `name` | `operation` |
//! | `getMessage()`, or what the handler's formatter makes | `msg-text` |
//! | `levelno`, `levelname` | `severity`; properties `level` and `level-number` where they say more |
//! | `created` | `time-usec` |
//! | `process`, `thread` | `pid`, `tid` |
//! | `exc_info`, `exc_text` | `exception` |
//! | `pathname`, `lineno`, `funcName`, `processName`, `threadName`, `taskName`, `stack_info` | properties `file`, `line`, `function`, `process`, `thread`, `task`, `stack` |
//! | what `extra` has brought, or another [front end](front_ends) | a property each, in the place of one of the same name above |
//! | what `logEvent` has brought | see [`decoration`](crate::decoration) |

mod exception;
mod front_ends;
pub(crate) mod layout;
pub(crate) mod level;
mod message;

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tnt4::{Event, Property, Timestamp};

use crate::budget::Budget;
use crate::context::Context;
use crate::manner::Manner;
use crate::once::intern;
use crate::redaction::{self, Kinds};
use crate::{decoration, source, text, value};
pub(crate) use exception::rendered;
use layout::{Attributes, Slot};

/// What a record says, before it is measured.
pub(crate) struct Record<'py> {
    attributes: Attributes<'py>,
    message: message::Message<'py>,
    exception: Option<String>,
    context: Context,
}

impl<'py> Record<'py> {
    /// Reads a record. What fails in it is reported by the handler, as `logging` has it, and does not stop it.
    pub(crate) fn read(record: &Bound<'py, PyAny>, handler: Option<&Bound<'py, PyAny>>) -> PyResult<Self> {
        let py = record.py();
        let dict = record.getattr(intern!(py, "__dict__"))?.cast_into::<PyDict>()?;
        let mut attributes = Attributes::of(&dict);
        front_ends::unpack(&mut attributes);
        let message = message::read(record, &attributes, handler);
        let exception = exception::read(&attributes);
        let message = message.without(exception.is_some(), &dict);
        Ok(Record {
            attributes,
            message,
            exception,
            context: Context::current(py),
        })
    }

    /// What `logEvent` has brought.
    pub(crate) fn decoration(&self) -> Option<&Bound<'py, PyDict>> {
        self.attributes.get(Slot::Decoration)?.cast::<PyDict>().ok()
    }

    /// The name of its logger.
    pub(crate) fn logger(&self) -> Cow<'_, str> {
        self.attributes
            .get(Slot::Name)
            .map(text::borrowed)
            .unwrap_or_default()
    }

    /// The event, of so little of it that it is no longer than a record may be.
    pub(crate) fn shortened(&mut self, py: Python<'py>, manner: &Manner, event: Event) -> Event {
        if let Some(message) = event.operation.message.text
            && self.message.text.is_empty()
        {
            self.message.text = message;
        }
        self.event(py, manner, Budget::tight())
    }

    /// The event, of so much of it as the budget allows.
    pub(crate) fn event(&mut self, py: Python<'py>, manner: &Manner, mut budget: Budget) -> Event {
        let budget = &mut budget;
        let attributes = &self.attributes;
        let name = attributes.get(Slot::Name).map(text::shown).unwrap_or_default();
        let mut event = Event::new(name);
        self.gravity(&mut event);
        // Only of one that is cut the whole may be wanted again.
        let mut message = match self.message.text.len() > budget.message {
            true => self.message.text.clone(),
            false => std::mem::take(&mut self.message.text),
        };
        let mut redacted = Kinds::default();
        if manner.redaction.reads_text() {
            redacted = manner.redaction.scrub(&mut message);
        }
        let operation = &mut event.operation;
        operation.message.text = Some(text::cut(message, budget.message).0);
        if let Some(exception) = &self.exception {
            let mut exception = exception.clone();
            redacted.take_up(manner.redaction.scrub(&mut exception));
            operation.exception = Some(text::cut(exception, budget.exception).0);
        }
        if let Some(created) = attributes
            .get(Slot::Created)
            .and_then(|created| created.extract::<f64>().ok())
        {
            operation.report_time = Some(Timestamp::from_micros((created * 1e6).round_ties_even() as i64));
        }
        operation.process_id = integer(attributes.get(Slot::Process));
        let process = operation
            .process_id
            .unwrap_or_else(|| i64::from(std::process::id()));
        operation.thread_id = integer(attributes.get(Slot::Thread));
        manner.fill(operation);
        self.places(&mut operation.properties, budget);
        if !attributes.extra.is_empty() {
            operation
                .properties
                .retain(|own| !attributes.has_extra(&own.name));
        }
        redaction::note(&redacted, &mut operation.properties);
        if let Some(arguments) = &self.message.arguments {
            operation.properties.push(value::property(
                "args".to_owned(),
                arguments,
                budget,
                &manner.redaction,
            ));
        }
        for (name, object) in &attributes.extra {
            if !budget.element() {
                operation
                    .properties
                    .push(Property::fixed("…", "more properties").with_hint(value::LOSSY));
                break;
            }
            let name = text::cut(text::of(name), 1024).0;
            operation
                .properties
                .push(value::property(name, object, budget, &manner.redaction));
        }
        self.context.apply(operation);
        if let Some(decoration) = self.decoration() {
            decoration::apply(decoration, &mut event, budget, &manner.redaction);
        }
        if event.operation.source.fqn.is_none() {
            event.operation.source.fqn = Some(match &manner.source {
                Some(fqn) => fqn.clone(),
                None => source::of_process(py, process),
            });
        }
        event
    }

    fn gravity(&self, event: &mut Event) {
        let attributes = &self.attributes;
        let number = integer(attributes.get(Slot::LevelNumber)).unwrap_or_default();
        let name = attributes
            .get(Slot::LevelName)
            .map(text::borrowed)
            .unwrap_or_default();
        let (severity, says_more) = level::severity(number, &name);
        event.operation.severity = severity;
        if says_more {
            let properties = &mut event.operation.properties;
            properties.push(Property::fixed("level", name.into_owned()));
            properties.push(Property::fixed("level-number", number));
        }
    }

    /// Where in the program it was.
    fn places(&self, properties: &mut Vec<Property>, budget: &mut Budget) {
        properties.reserve(8 + self.attributes.extra.len());
        for (slot, name) in [
            (Slot::Path, "file"),
            (Slot::Function, "function"),
            (Slot::ProcessName, "process"),
            (Slot::ThreadName, "thread"),
            (Slot::TaskName, "task"),
            (Slot::StackInfo, "stack"),
        ] {
            if let Some(object) = self.attributes.get(slot) {
                let text = text::shown(object);
                let granted = budget.text(text.len());
                properties.push(Property::fixed(name, text::cut(text, granted).0));
            }
        }
        if let Some(line) = integer(self.attributes.get(Slot::Line)) {
            properties.push(Property::fixed("line", line));
        }
    }
}

fn integer(object: Option<&Bound<'_, PyAny>>) -> Option<i64> {
    object?.extract::<i64>().ok()
}
