//! The names of a stream's folder and of those above it, as the disk has to have them.
//!
//! A power cut does not take a file that was written to the disk, but may take its name, or that of a folder on the way
//! to it. Whoever has this owns nothing of the folder, and so keeps nobody from giving it up.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::SpoolError;
use super::files;

/// The names of a stream's folder and of those above it.
pub(crate) struct Names {
    folder: PathBuf,
    written: AtomicBool,
}

impl Names {
    pub(super) fn new(folder: &Path) -> Self {
        Names {
            folder: folder.to_owned(),
            written: AtomicBool::new(false),
        }
    }

    /// Waits until the disk has them: once, as they do not change.
    pub(crate) fn sync(&self) -> Result<(), SpoolError> {
        if self.written.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut ancestors = self.folder.ancestors();
        // The folder itself, the destination's, all destinations', the state folder with the salt.
        ancestors.by_ref().take(4).try_for_each(files::sync_folder)?;
        // The state folder may be new, and those above it. Those that cannot be synced were not made here.
        let _ = ancestors.try_for_each(files::sync_folder);
        self.written.store(true, Ordering::Relaxed);
        Ok(())
    }
}
