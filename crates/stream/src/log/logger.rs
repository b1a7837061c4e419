//! What `log` hands its records to.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use log::{LevelFilter, Log, Metadata, Record};

use super::values::Values;
use crate::Severity;
use crate::bridge::{Level, Levels, Manner, Outlet, Place, Sheet, Statement};

/// How long `log::logger().flush()` may take: it has no way to say that it did not succeed.
const TIME_TO_FLUSH: Duration = Duration::from_secs(2);

/// What `log` hands its records to. [`LoggerBuilder::build`](super::LoggerBuilder::build) makes it.
pub struct Logger {
    outlet: Arc<Outlet>,
    manner: Manner,
    levels: Levels,
}

impl Logger {
    pub(super) fn new(outlet: Arc<Outlet>, manner: Manner, levels: Levels) -> Self {
        Logger {
            outlet,
            manner,
            levels,
        }
    }

    /// The most detailed level that it sends of any target, for `log::set_max_level`.
    #[must_use]
    pub fn max_level(&self) -> LevelFilter {
        match self.levels.most_detailed() {
            Level::Off => LevelFilter::Off,
            Level::Error => LevelFilter::Error,
            Level::Warn => LevelFilter::Warn,
            Level::Info => LevelFilter::Info,
            Level::Debug => LevelFilter::Debug,
            Level::Trace => LevelFilter::Trace,
        }
    }
}

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        level(metadata.level()).0 <= self.levels.of_target(metadata.target())
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let Some(_entered) = Outlet::enter() else {
            return;
        };
        let statement = Statement {
            callsite: None,
            target: record.target(),
            severity: level(record.level()).1,
            place: Place {
                module: record.module_path(),
                file: record.file(),
                line: record.line(),
                name: None,
            },
        };
        let mut sheet = Sheet::begin(&statement, &self.manner);
        let mut fields = sheet.fields(&self.manner);
        fields.message(*record.args());
        // A source may end early, or fail: what it said until then goes.
        let _ = record.key_values().visit(&mut Values(&mut fields));
        sheet.send(&self.outlet);
    }

    /// Waits until what was logged before has arrived, for 2 s at most.
    fn flush(&self) {
        if Outlet::enter().is_some() {
            let _ = self.outlet.flush(TIME_TO_FLUSH);
        }
    }
}

fn level(level: log::Level) -> (Level, Severity) {
    match level {
        log::Level::Error => (Level::Error, Severity::Error),
        log::Level::Warn => (Level::Warn, Severity::Warning),
        log::Level::Info => (Level::Info, Severity::Info),
        log::Level::Debug => (Level::Debug, Severity::Debug),
        log::Level::Trace => (Level::Trace, Severity::Trace),
    }
}

impl fmt::Debug for Logger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logger")
            .field("stream", self.outlet.stream())
            .field("levels", &self.levels)
            .finish_non_exhaustive()
    }
}
