//! A lock on a file, which ends with the process or with this value.
//!
//! It is `flock` on Linux: it belongs to the open file, not to the process, so two threads exclude each other as
//! two processes do, and children of a fork share it. See [`fork`](crate::fork) for what they do about it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::Path;

use super::error::SpoolError;
use super::files;
use crate::fork;

/// A lock that is held.
pub(super) struct Lock {
    file: Option<File>,
    #[cfg(unix)]
    closed_in_child: Option<fork::ClosedInChild>,
    generation: u64,
}

impl Lock {
    /// Takes the lock on a file that exists; `None` where somebody else holds it, or removed the file meanwhile.
    pub(super) fn try_take(path: &Path) -> Result<Option<Self>, SpoolError> {
        let lock = Self::open(path)?;
        let Some(file) = &lock.file else {
            return Ok(None);
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(SpoolError::io("lock", path)(error)),
        }
        // Its last owner may have removed it after we had opened it.
        Ok(is_at(file, path).then_some(lock))
    }

    /// Whether this process took it: the copy in a forked child is good for nothing.
    pub(super) fn is_ours(&self) -> bool {
        self.generation == fork::generation()
    }

    #[cfg(unix)]
    fn open(path: &Path) -> Result<Self, SpoolError> {
        use std::os::fd::AsRawFd as _;
        // As a pair in this order it drops the registration before it closes the descriptor.
        let (closed_in_child, file) = fork::undisturbed(|| {
            let file = files::open(path, OpenOptions::new().read(true).write(true))?;
            Ok((fork::ClosedInChild::register(file.as_raw_fd()), file))
        })?;
        Ok(Lock {
            file: Some(file),
            closed_in_child,
            generation: fork::generation(),
        })
    }

    #[cfg(not(unix))]
    fn open(path: &Path) -> Result<Self, SpoolError> {
        Ok(Lock {
            file: Some(files::open(path, OpenOptions::new().read(true).write(true))?),
            generation: fork::generation(),
        })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let file = self.file.take();
        if !self.is_ours() {
            // The descriptor was closed at the fork, and its number may be another file's.
            std::mem::forget(file);
            return;
        }
        // Closing is not enough: a child that is forked in these moments would keep the lock.
        if let Some(file) = &file {
            let _ = file.unlock();
        }
        #[cfg(unix)]
        drop(self.closed_in_child.take());
        drop(file);
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(ours), Ok(there)) => identity(ours) == identity(there),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
