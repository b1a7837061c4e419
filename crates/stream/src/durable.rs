//! Having the disk write something down: the one place where that is done.
//!
//! So a test can model a disk that keeps nothing but what was synced. Builds with the feature `crash-points` tell a
//! [`Platter`] of each sync, before and after; all others only sync.

use std::fs::File;
use std::io;
use std::path::Path;

/// Waits until the disk has the content of this file.
pub(crate) fn data(file: &File, path: &Path) -> io::Result<()> {
    told(path, || file.sync_data())
}

/// Waits until the disk has this file: its content and what is known of it.
pub(crate) fn whole(file: &File, path: &Path) -> io::Result<()> {
    told(path, || file.sync_all())
}

/// Waits until the disk has the names in this folder. Not all systems can be told to.
pub(crate) fn names(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    told(folder, || File::open(folder)?.sync_all())?;
    let _ = folder;
    Ok(())
}

/// The disk has confirmed the records of the stream in this folder, as many as it accepted first.
#[cfg(not(feature = "crash-points"))]
pub(crate) fn confirmed(_folder: &Path, _records: u64) {}

#[cfg(not(feature = "crash-points"))]
fn told(_path: &Path, sync: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    sync()
}

#[cfg(feature = "crash-points")]
pub use told::{Platter, Watch, watch};
#[cfg(feature = "crash-points")]
pub(crate) use told::{confirmed, told};

#[cfg(feature = "crash-points")]
mod told {
    use std::io;
    use std::path::{Path, PathBuf};
    use std::sync::{Arc, PoisonError, RwLock, Weak};

    static WATCHES: RwLock<Vec<(PathBuf, Weak<dyn Platter>)>> = RwLock::new(Vec::new());

    /// A model of a disk.
    pub trait Platter: Send + Sync {
        /// What lies at this path is about to be synced. An error makes that fail; what it returns is called when it
        /// has succeeded.
        ///
        /// # Errors
        /// Those that a disk is to have.
        fn sync(&self, path: &Path) -> io::Result<Box<dyn FnOnce()>>;

        /// The first records, so many, of the stream in this folder would survive a power cut, or are settled.
        fn confirmed(&self, folder: &Path, records: u64);
    }

    /// As long as this lives, a platter is told.
    #[must_use = "it ends when this is dropped"]
    pub struct Watch(#[expect(dead_code, reason = "held, not used")] Arc<dyn Platter>);

    /// Tells this platter of what is synced below a folder.
    pub fn watch(root: &Path, platter: Arc<dyn Platter>) -> Watch {
        let mut watches = WATCHES.write().unwrap_or_else(PoisonError::into_inner);
        watches.retain(|(_, platter)| platter.strong_count() > 0);
        watches.push((root.to_owned(), Arc::downgrade(&platter)));
        Watch(platter)
    }

    pub(crate) fn confirmed(folder: &Path, records: u64) {
        if let Some(platter) = platter_of(folder) {
            platter.confirmed(folder, records);
        }
    }

    pub(crate) fn told(path: &Path, sync: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let Some(platter) = platter_of(path) else {
            return sync();
        };
        let done = platter.sync(path)?;
        sync()?;
        done();
        Ok(())
    }

    fn platter_of(path: &Path) -> Option<Arc<dyn Platter>> {
        let watches = WATCHES.read().unwrap_or_else(PoisonError::into_inner);
        let (_, platter) = watches.iter().rev().find(|(root, _)| path.starts_with(root))?;
        platter.upgrade()
    }
}
