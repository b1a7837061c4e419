//! How a logger is configured.

use std::fmt;

use tnt4_model::SourceFqn;

use super::Logger;
use crate::bridge::{Levels, Manner, Origin, Outlet};
use crate::redaction::Names;
use crate::{Builder, Guard, InitError, Stream};

/// The configuration of a [`Logger`].
#[must_use = "a builder does nothing until it is built"]
pub struct LoggerBuilder {
    origin: Origin,
    redact: bool,
    more_names: Vec<String>,
    levels: Option<String>,
    source: Option<SourceFqn>,
}

impl LoggerBuilder {
    pub(super) fn new() -> Self {
        LoggerBuilder {
            origin: Origin::Environment,
            redact: true,
            more_names: Vec::new(),
            levels: None,
            source: None,
        }
    }

    /// A stream of this configuration, instead of the environment's.
    pub fn builder(mut self, builder: Builder) -> Self {
        self.origin = Origin::Builder(Box::new(builder));
        self
    }

    /// This stream, instead of one of its own. Its end is the application's affair: the guard only flushes it.
    pub fn stream(mut self, stream: Stream) -> Self {
        self.origin = Origin::Given(stream);
        self
    }

    /// From which level on records are sent, instead of what `TNT4_LEVEL` says: `info`, which is the default, or
    /// `warn,shop=debug,shop::db=off`. The longest target that fits decides.
    pub fn level(mut self, levels: impl Into<String>) -> Self {
        self.levels = Some(levels.into());
        self
    }

    /// Whether values under the names of secrets are hidden ([`Names::usual`]). They are by default.
    pub fn redact(mut self, redact: bool) -> Self {
        self.redact = redact;
        self
    }

    /// The value of this name is hidden, too.
    pub fn redact_name(mut self, name: impl Into<String>) -> Self {
        self.more_names.push(name.into());
        self
    }

    /// Where records come from. By default the process: see [`source::of_process`](crate::source::of_process).
    pub fn source(mut self, source: SourceFqn) -> Self {
        self.source = Some(source);
        self
    }

    /// Makes a logger, for those who combine several or ask a filter of their own. [`Logger::max_level`] is
    /// what `log::set_max_level` wants to know.
    ///
    /// # Errors
    /// [`InitError`], where there is no stream to be had, or the levels mean nothing.
    pub fn build(self) -> Result<(Logger, Guard), InitError> {
        let levels = match self.levels {
            Some(levels) => Levels::parse(&levels)?,
            None => Levels::from_env()?,
        };
        let names = match self.redact {
            true => Names::usual(),
            false => Names::none(),
        };
        let names = self.more_names.iter().fold(names, |names, name| names.and(name));
        let outlet = Outlet::open(self.origin)?;
        let guard = Guard::new(outlet.clone());
        let manner = Manner::new(names, self.source);
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

/// Without the stream, of which more is to be said than a line.
impl fmt::Debug for LoggerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggerBuilder")
            .field("levels", &self.levels)
            .field("redact", &self.redact)
            .finish_non_exhaustive()
    }
}
