//! Why a spool could not be looked at or changed.

use std::io;
use std::path::{Path, PathBuf};

use crate::segment::{CreateError, OpenError};
use crate::spool::SpoolError;

/// Why a spool could not be looked at or changed, in words for whoever can help.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SpoolsError(#[from] Cause);

#[derive(Debug, thiserror::Error)]
pub(super) enum Cause {
    #[error(transparent)]
    Spool(#[from] SpoolError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Create(#[from] CreateError),
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("cannot write what is exported: {0}")]
    Output(io::Error),
    #[error(
        "the stream keeps its records in memory, so it cannot take over what is on disk: give it a spool"
    )]
    NotOnDisk,
    #[error("the stream was given a transport of its own, of which there is only one")]
    NoTransport,
}

impl SpoolsError {
    /// What the output said, where it was the output that failed: nothing is wrong with the spool.
    #[must_use]
    pub fn output(&self) -> Option<&io::Error> {
        match &self.0 {
            Cause::Output(error) => Some(error),
            _ => None,
        }
    }

    /// For `map_err`: what was to be done, to what.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SpoolsError {
        move |source| {
            SpoolsError(Cause::Io {
                doing,
                path: path.to_owned(),
                source,
            })
        }
    }
}

impl From<SpoolError> for SpoolsError {
    fn from(error: SpoolError) -> Self {
        SpoolsError(error.into())
    }
}

impl From<OpenError> for SpoolsError {
    fn from(error: OpenError) -> Self {
        SpoolsError(error.into())
    }
}

impl From<CreateError> for SpoolsError {
    fn from(error: CreateError) -> Self {
        SpoolsError(error.into())
    }
}
