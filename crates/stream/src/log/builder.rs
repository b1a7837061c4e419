//! How a logger is configured.

use std::fmt;

use log::LevelFilter;
use tnt4_model::SourceFqn;

use super::Logger;
use crate::bridge::{Level, Levels, Manner, Origin, Outlet};
use crate::redaction::Names;
use crate::{Builder, Guard, InitError, Stream};

/// The configuration of a [`Logger`].
#[must_use = "a builder does nothing until it is built"]
pub struct LoggerBuilder {
    origin: Origin,
    level: Option<Level>,
    targets: Vec<(String, Level)>,
    names: Names,
    source: Option<SourceFqn>,
}

impl LoggerBuilder {
    pub(super) fn new() -> Self {
        LoggerBuilder {
            origin: Origin::Environment,
            level: None,
            targets: Vec::new(),
            names: Names::usual(),
            source: None,
        }
    }

    /// Sends to a stream of this configuration, whatever the environment says.
    pub fn builder(mut self, builder: Builder) -> Self {
        self.origin = Origin::Builder(Box::new(builder));
        self
    }

    /// Sends to this stream. Its end is the application's affair.
    pub fn stream(mut self, stream: &Stream) -> Self {
        self.origin = Origin::Given(stream.clone());
        self
    }

    /// From which level on records are sent, whatever the environment says. By default `TNT4_LEVEL` says it, for instance
    /// `info` or `warn,shop=debug`; else it is `Info`.
    pub fn level(mut self, level: LevelFilter) -> Self {
        self.level = Some(known(level));
        self
    }

    /// The same for a target and what is below it: `shop` is also `shop::orders`. The longest that fits decides.
    pub fn target(mut self, target: impl Into<String>, level: LevelFilter) -> Self {
        self.targets.push((target.into(), known(level)));
        self
    }

    /// The names whose values are hidden. [`Names::usual`] by default.
    pub fn redact(mut self, names: Names) -> Self {
        self.names = names;
        self
    }

    /// Sets where the events come from; [this process](crate::source::of_process) by default.
    pub fn source(mut self, fqn: SourceFqn) -> Self {
        self.source = Some(fqn);
        self
    }

    /// Makes a logger, for those who combine several or ask a filter of their own. [`Logger::max_level`] is
    /// what `log::set_max_level` wants to know.
    ///
    /// # Errors
    /// [`InitError`], where there is no stream to be had, or `TNT4_LEVEL` means nothing.
    pub fn build(self) -> Result<(Logger, Guard), InitError> {
        let mut levels = match self.level {
            Some(level) => Levels::of(level),
            None => Levels::from_env()?,
        };
        levels.targets.extend(self.targets);
        let outlet = Outlet::open(self.origin)?;
        let guard = Guard::new(outlet.clone());
        let manner = Manner::new(self.names, self.source);
        Ok((Logger::new(outlet, manner, levels), guard))
    }

    /// Makes a logger, and makes it the process's.
    ///
    /// # Errors
    /// As [`build`](Self::build), and where the process has a logger already.
    pub fn init(self) -> Result<Guard, InitError> {
        let (logger, guard) = self.build()?;
        let level = logger.max_level();
        log::set_boxed_logger(Box::new(logger)).map_err(|_| InitError::Taken("logger"))?;
        log::set_max_level(level);
        Ok(guard)
    }
}

fn known(level: LevelFilter) -> Level {
    match level {
        LevelFilter::Off => Level::Off,
        LevelFilter::Error => Level::Error,
        LevelFilter::Warn => Level::Warn,
        LevelFilter::Info => Level::Info,
        LevelFilter::Debug => Level::Debug,
        LevelFilter::Trace => Level::Trace,
    }
}

/// Without the stream, of which more is to be said than a line.
impl fmt::Debug for LoggerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggerBuilder")
            .field("level", &self.level)
            .field("targets", &self.targets)
            .finish_non_exhaustive()
    }
}
