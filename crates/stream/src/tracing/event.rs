//! An event of `tracing` as an event of jKool.
//!
//! | of the event | in the event |
//! |---|---|
//! | target | `operation` |
//! | `message` | `msg-text` |
//! | level | `severity` |
//! | file, line, module; name of the thread | properties `file`, `line`, `module`, `thread` |
//! | process and thread | `pid`, `tid`, `source-fqn` |
//! | a name of its own | property `name` |
//! | spans around it | `parent-id`, correlators |
//! | fields | properties, correlators, `exception`: see [`Fields`](crate::bridge::Fields) |

use std::ptr;

use tnt4_model::Severity;
use tracing_core::{Event, Level, Metadata};

use super::of_log::OfLog;
use super::visitor::Visitor;
use crate::bridge::{Manner, Place, Sheet, Statement};

/// The event on a sheet. The application's code runs.
pub(crate) fn written(event: &Event<'_>, manner: &Manner) -> Box<Sheet> {
    let metadata = event.metadata();
    let of_log = OfLog::told(event);
    let statement = match &of_log {
        Some(of_log) => Statement {
            callsite: None,
            target: of_log.target(),
            severity: severity(metadata.level()),
            place: of_log.place(),
        },
        None => Statement {
            callsite: Some(ptr::from_ref(metadata).addr()),
            target: metadata.target(),
            severity: severity(metadata.level()),
            place: place_of_event(metadata),
        },
    };
    let mut sheet = Sheet::begin(&statement, manner);
    event.record(&mut Visitor {
        fields: &mut sheet.fields(manner),
        of_log: of_log.is_some(),
    });
    sheet
}

/// Where a span is in the program.
pub(crate) fn place(metadata: &Metadata<'static>) -> Place<'static> {
    Place {
        module: metadata.module_path(),
        file: metadata.file(),
        line: metadata.line(),
        name: None,
    }
}

/// Where an event is, and its name where that says more.
fn place_of_event(metadata: &Metadata<'static>) -> Place<'static> {
    let name = Some(metadata.name()).filter(|name| !name.starts_with("event "));
    Place {
        name,
        ..place(metadata)
    }
}

pub(crate) fn severity(level: &Level) -> Severity {
    match *level {
        Level::TRACE => Severity::Trace,
        Level::DEBUG => Severity::Debug,
        Level::INFO => Severity::Info,
        Level::WARN => Severity::Warning,
        Level::ERROR => Severity::Error,
    }
}
