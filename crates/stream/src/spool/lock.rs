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
        Self::open(path)?.take(path)
    }

    fn take(self, path: &Path) -> Result<Option<Self>, SpoolError> {
        let Some(file) = &self.file else {
            return Ok(None);
        };
        match file.try_lock() {
            // Its last owner may have removed it after it was opened.
            Ok(()) => Ok(is_at(file, path).then_some(self)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(SpoolError::io("lock", path)(error)),
        }
    }

    /// Whether the path still leads to the file that was locked.
    pub(super) fn is_in_place(&self, path: &Path) -> bool {
        self.file.as_ref().is_some_and(|file| is_at(file, path))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_removed_meanwhile_is_no_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("owner");
        files::create_if_missing(&path).unwrap();
        let [first, second] = [(); 2].map(|()| Lock::open(&path).unwrap());
        fs::remove_file(&path).unwrap();
        assert!(first.take(&path).unwrap().is_none());
        files::create_if_missing(&path).unwrap();
        assert!(second.take(&path).unwrap().is_none());
        assert!(Lock::try_take(&path).unwrap().is_some());
    }

    #[test]
    fn it_ends_although_a_copy_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("owner");
        files::create_if_missing(&path).unwrap();
        let lock = Lock::try_take(&path).unwrap().unwrap();
        // As in a child that was forked before the descriptor was registered.
        let _copy = lock.file.as_ref().unwrap().try_clone().unwrap();
        assert!(Lock::try_take(&path).unwrap().is_none());
        drop(lock);
        assert!(Lock::try_take(&path).unwrap().is_some());
    }
}
