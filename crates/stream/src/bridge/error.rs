//! Why a bridge cannot be set up.

use super::LevelsError;
use crate::words::debug_as_display;
use crate::{BuildError, EnvironmentError};

/// Why logging cannot be led into a stream.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// The environment does not say where to send.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The stream cannot be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The levels that were given, or `TNT4_LEVEL`, mean nothing.
    #[error(transparent)]
    Level(#[from] LevelsError),
    /// The process has a global logger or subscriber already, and can have only one.
    #[error(
        "the process has a global {0} already: combine the two, with `build` instead of `init`, or install this one first"
    )]
    Taken(&'static str),
}

debug_as_display!(InitError);
