//! How a logger is configured.

use std::fmt;

use super::Logger;
use crate::bridge::{Choices, Outlet, choices_builder};
use crate::{Guard, InitError};

/// The configuration of a [`Logger`].
#[must_use = "a builder does nothing until it is built"]
pub struct LoggerBuilder {
    choices: Choices,
}

choices_builder!(LoggerBuilder);

impl LoggerBuilder {
    pub(super) fn new() -> Self {
        LoggerBuilder {
            choices: Choices::new(),
        }
    }

    /// From which level on records are sent, instead of what `TNT4_LEVEL` says: `info`, which is the default, or
    /// `warn,shop=debug,shop::db=off`. The longest target that fits decides.
    pub fn level(mut self, levels: impl Into<String>) -> Self {
        self.choices.levels = Some(levels.into());
        self
    }

    /// Makes a logger, for those who combine several or ask a filter of their own. [`Logger::max_level`] is
    /// what `log::set_max_level` wants to know.
    ///
    /// # Errors
    /// [`InitError`], where there is no stream to be had, or the levels mean nothing.
    pub fn build(self) -> Result<(Logger, Guard), InitError> {
        let (levels, manner) = (self.choices.levels()?, self.choices.manner());
        let outlet = Outlet::open(self.choices.origin)?;
        let guard = Guard::new(outlet.clone());
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
            .field("levels", &self.choices.levels)
            .field("redact", &self.choices.redact)
            .finish_non_exhaustive()
    }
}
