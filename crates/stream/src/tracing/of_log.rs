//! Records of `log` that `tracing-log` has made events of. All come from one place in the program, and say in fields where
//! they were made.

use std::fmt;

use tracing_core::field::{Field, Visit};
use tracing_core::{Event, Metadata};

use crate::bridge::Place;

/// What `tracing-log` calls its events.
const TARGET: &str = "log";
/// And what it calls the place in the program that they come from.
const NAME: &str = "log event";

/// Where a record of `log` was made.
#[derive(Default)]
pub(crate) struct OfLog {
    target: Option<String>,
    module: Option<String>,
    file: Option<String>,
    line: Option<u32>,
}

impl OfLog {
    /// What the event says of that, if it is such a record.
    pub(crate) fn told(event: &Event<'_>) -> Option<Self> {
        let metadata = event.metadata();
        is_of_log(metadata).then(|| {
            let mut of_log = OfLog::default();
            event.record(&mut of_log);
            of_log
        })
    }

    /// What the record speaks for.
    pub(crate) fn target(&self) -> &str {
        self.target.as_deref().unwrap_or(TARGET)
    }

    pub(crate) fn place(&self) -> Place<'_> {
        Place {
            module: self.module.as_deref(),
            file: self.file.as_deref(),
            line: self.line,
            name: None,
        }
    }

    /// Whether a field of such an event says where it was made.
    pub(crate) fn is_place(field: &Field) -> bool {
        matches!(
            field.name(),
            "log.target" | "log.module_path" | "log.file" | "log.line"
        )
    }
}

fn is_of_log(metadata: &Metadata<'_>) -> bool {
    metadata.target() == TARGET && metadata.name() == NAME
}

impl Visit for OfLog {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "log.line" {
            self.line = u32::try_from(value).ok();
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let place = match field.name() {
            "log.target" => &mut self.target,
            "log.module_path" => &mut self.module,
            "log.file" => &mut self.file,
            _ => return,
        };
        *place = Some(value.to_owned());
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
