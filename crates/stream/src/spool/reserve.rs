//! Room that is set aside for a stream, so that it may take it later without asking.
//!
//! Its size is the length of the file `owner`, which has no blocks: so it counts for whoever adds up what the
//! destination takes, in any process, and ends with the folder.

use std::fs::OpenOptions;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::error::SpoolError;
use super::files;

/// Room that is set aside for a stream.
pub(crate) struct Reserve {
    owner: PathBuf,
    bytes: Mutex<u64>,
}

impl Reserve {
    pub(super) fn new(owner: PathBuf) -> Self {
        Reserve {
            owner,
            bytes: Mutex::new(0),
        }
    }

    /// How many bytes are set aside.
    pub(crate) fn bytes(&self) -> u64 {
        *self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets more aside. The destination's guard is held, so that nobody else counts on it.
    pub(crate) fn add(&self, more: u64) -> Result<(), SpoolError> {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        self.note(*bytes + more)?;
        *bytes += more;
        Ok(())
    }

    /// Some of it was taken: it is in another file of the folder now.
    pub(crate) fn taken(&self, some: u64) {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        *bytes = bytes.saturating_sub(some);
        // Where that fails it counts twice, until the next time.
        let _ = self.note(*bytes);
    }

    fn note(&self, bytes: u64) -> Result<(), SpoolError> {
        let file = files::open(&self.owner, OpenOptions::new().read(true).write(true))?;
        file.set_len(bytes)
            .map_err(SpoolError::io("write to", &self.owner))
    }
}
