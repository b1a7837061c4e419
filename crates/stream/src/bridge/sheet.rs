//! An event in used memory: a thread that has logged once needs no more memory for the next event.
//!
//! A thread has one sheet. Whoever fills it has it to himself; if an event is logged meanwhile, by the `Debug` of a value
//! for instance, that one gets a new sheet, and one of the two is kept.

use std::cell::Cell;

use tnt4_model::{Event, Property, Severity};

use super::{Fields, Manner, Outlet};
use crate::fork;

/// What is kept of the memory of a text, in bytes.
const KEPT: usize = 4 << 10;
/// How many properties' memory is kept.
const SPARES: usize = 32;

thread_local! {
    static KEPT_SHEET: Cell<Option<Box<Sheet>>> = const { Cell::new(None) };
}

/// An event that is being written.
pub(crate) struct Sheet {
    pub(crate) event: Event,
    spares: Vec<Property>,
    memory: String,
    /// Whose source it bears: of which manner, in which process.
    source_of: Option<(u64, u64)>,
}

impl Sheet {
    /// A sheet for an event of this name, reported now.
    pub(crate) fn begin(name: &str, severity: Severity) -> Box<Self> {
        let mut sheet = KEPT_SHEET.try_with(Cell::take).ok().flatten().unwrap_or_else(|| {
            Box::new(Sheet {
                event: Event::new(String::new()),
                spares: Vec::new(),
                memory: String::new(),
                source_of: None,
            })
        });
        sheet.clear(name);
        sheet.event.operation.severity = severity;
        sheet
    }

    /// Where its values go.
    pub(crate) fn fields<'a>(&'a mut self, manner: &'a Manner) -> Fields<'a> {
        Fields {
            operation: &mut self.event.operation,
            spares: &mut self.spares,
            memory: &mut self.memory,
            names: &manner.names,
        }
    }

    /// Says where in the program the event was, in which thread and process.
    pub(crate) fn place(
        &mut self,
        manner: &Manner,
        module: Option<&str>,
        file: Option<&str>,
        line: Option<u32>,
    ) {
        self.fields(manner).place(module, file, line);
        let source_of = Some((manner.number, fork::generation()));
        if self.source_of != source_of {
            self.event.operation.source.fqn = Some(manner.source());
            self.source_of = source_of;
        }
    }

    /// Hands the event to the stream, and keeps the memory.
    pub(crate) fn send(mut self: Box<Self>, outlet: &Outlet) {
        outlet.send_event(&mut self.event);
        self.keep();
    }

    /// Keeps the memory.
    pub(crate) fn keep(mut self: Box<Self>) {
        self.trim();
        let _ = KEPT_SHEET.try_with(|kept| kept.set(Some(self)));
    }

    /// A new event in the memory of the old one.
    fn clear(&mut self, name: &str) {
        let old = &mut self.event.operation;
        let mut text = std::mem::take(&mut old.name);
        text.clear();
        text.push_str(name);
        let mut event = Event::new(text);
        let new = &mut event.operation;
        // In this order each gets the memory that it had before, where events are alike.
        self.spares.extend(old.properties.drain(..).rev());
        new.properties = std::mem::take(&mut old.properties);
        new.correlators = std::mem::take(&mut old.correlators);
        new.correlators.clear();
        if let Some(text) = old.message.text.take() {
            self.memory = text;
        }
        new.source = std::mem::take(&mut old.source);
        self.event = event;
    }

    /// Gives back what is more than the next event is likely to need.
    fn trim(&mut self) {
        let operation = &mut self.event.operation;
        operation.properties.truncate(SPARES);
        self.spares.truncate(SPARES);
        for property in &mut operation.properties {
            if let tnt4_model::Value::String(text) = &mut property.value {
                text.shrink_to(KEPT);
            }
        }
        operation.exception = None;
        if let Some(text) = &mut operation.message.text {
            text.shrink_to(KEPT);
        }
    }
}
