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

use tnt4_model::Severity;
use tracing_core::{Event, Level, Metadata};

use super::visitor::{LogPlace, Visitor};
use crate::bridge::{Manner, Place, Sheet};

/// What `tracing-log` calls the events that it makes of records of `log`.
const OF_LOG: &str = "log";

/// The event on a sheet. The application's code runs.
pub(crate) fn written(event: &Event<'_>, manner: &Manner) -> Box<Sheet> {
    let metadata = event.metadata();
    let mut sheet = Sheet::begin(metadata.target(), severity(metadata.level()));
    if metadata.target() == OF_LOG && metadata.name().starts_with("log ") {
        let mut place = LogPlace::default();
        record(event, &mut sheet, manner, Some(&mut place));
        let (module, file) = (place.module.as_deref(), place.file.as_deref());
        sheet.place(manner, module, file, place.line);
        if let Some(target) = place.target {
            sheet.name = target;
        }
        return sheet;
    }
    sheet.static_place(manner, place(metadata));
    if is_named(metadata) {
        sheet.fields(manner).text("name", metadata.name());
    }
    record(event, &mut sheet, manner, None);
    sheet
}

fn record(event: &Event<'_>, sheet: &mut Sheet, manner: &Manner, log: Option<&mut LogPlace>) {
    let mut fields = sheet.fields(manner);
    event.record(&mut Visitor {
        fields: &mut fields,
        log,
    });
}

/// Where an event or span is in the program.
pub(crate) fn place(metadata: &Metadata<'static>) -> Place<'static> {
    Place {
        module: metadata.module_path(),
        file: metadata.file(),
        line: metadata.line(),
    }
}

/// Whether the event's name says more than its place.
fn is_named(metadata: &Metadata<'_>) -> bool {
    !metadata.name().starts_with("event ")
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
