//! The folder for one server address and token: its streams, and the bound that they share.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::address::Address;
use super::error::SpoolError;
use super::folder::Folder;
use super::lock::Lock;
use super::orphans::Orphans;
use super::salt::Salt;
use super::{files, usage};

/// How long to wait between two attempts to take the lock.
const PAUSE: Duration = Duration::from_millis(1);

/// The folder for one server address and token.
#[derive(Debug, Clone)]
pub(crate) struct Destination {
    path: PathBuf,
    /// What the names of folders for the same address begin with.
    prefix: String,
    /// The content of their files `destination`.
    text: String,
}

/// What [`Destination::expire`] removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Expired {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
}

impl Destination {
    /// Makes the folder below `spool` where there is none.
    pub(super) fn open(
        spool: &Path,
        address: &Address,
        salt: &Salt,
        secrets: &[&str],
    ) -> Result<Self, SpoolError> {
        let destination = Destination {
            path: spool.join(address.folder_name(salt, secrets)),
            prefix: address.folder_prefix(),
            text: address.text(),
        };
        files::make_folder(&destination.path)?;
        let label = destination.path.join("destination");
        files::create_whole(&label, destination.text.as_bytes())?;
        if !destination.is_same_address(&destination.path)? {
            return Err(SpoolError::AnotherForm { path: label });
        }
        files::create_if_missing(&destination.lock_path())?;
        Ok(destination)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A new stream's folder, which this process owns.
    pub(crate) fn claim(&self) -> Result<Folder, SpoolError> {
        Folder::claim(&self.path)
    }

    /// The folders of dead streams, one by one, each of which this process then owns: those of this
    /// destination, and those of the same address whose token the server refused. Folders without segments
    /// are removed on the way. An error concerns one folder; the next may be asked for.
    ///
    /// It holds two descriptors, beside those of the folders that it gave.
    pub(crate) fn orphans(&self) -> Orphans {
        Orphans::new(self.clone())
    }

    /// The length of all files below the folder, in bytes. Segments are allocated in full.
    pub(crate) fn usage(&self) -> Result<u64, SpoolError> {
        usage::of(&self.path)
    }

    /// The length of all dead letters, in bytes.
    pub(crate) fn dead_letters_usage(&self) -> Result<u64, SpoolError> {
        usage::of_files_in(&self.path.join(super::dead_letters::FOLDER))
    }

    /// Adds up the sizes and does `work` with the sum, while no other process or thread does the same: what
    /// `work` adds within a bound stays within it. Keep it short.
    ///
    /// # Errors
    /// [`SpoolError::Busy`] where others held the guard for all of `patience`.
    pub(crate) fn with_guard<T>(
        &self,
        patience: Duration,
        work: impl FnOnce(u64) -> T,
    ) -> Result<T, SpoolError> {
        let path = self.lock_path();
        let began = Instant::now();
        let guard = loop {
            match Lock::try_take(&path) {
                Ok(Some(guard)) => break guard,
                Ok(None) => {}
                // Somebody has tidied up by hand.
                Err(error) if error.is_not_found() => files::create_if_missing(&path)?,
                Err(error) => return Err(error),
            }
            let waited = began.elapsed();
            if waited >= patience {
                return Err(SpoolError::Busy {
                    path,
                    waited: patience,
                });
            }
            thread::sleep(PAUSE.min(patience - waited));
        };
        let outcome = self.usage().map(work);
        drop(guard);
        outcome
    }

    /// Removes dead letters and damaged segments that nobody has written to for `older_than`.
    pub(crate) fn expire(&self, older_than: Duration, now: SystemTime) -> Result<Expired, SpoolError> {
        let mut expired = Expired::default();
        let Some(limit) = now.checked_sub(older_than) else {
            return Ok(expired);
        };
        for folder in [super::dead_letters::FOLDER, super::quarantine::FOLDER] {
            usage::each_file(&self.path.join(folder), |path, metadata| {
                if metadata.modified().is_ok_and(|modified| modified < limit) {
                    files::remove(path)?;
                    expired.files += 1;
                    expired.bytes += metadata.len();
                }
                Ok(())
            })?;
        }
        Ok(expired)
    }

    /// The folder of all destinations.
    pub(super) fn spool(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// Whether `folder`, in the folder of all destinations, is for the same address with other secrets.
    pub(super) fn is_sibling(&self, folder: &fs::DirEntry) -> Result<bool, SpoolError> {
        let path = folder.path();
        let named_alike = folder.file_name().to_string_lossy().starts_with(&self.prefix);
        if !named_alike || path == self.path {
            return Ok(false);
        }
        files::check_folder(&path)?;
        self.is_same_address(&path)
    }

    fn is_same_address(&self, folder: &Path) -> Result<bool, SpoolError> {
        let text = files::read_short(&folder.join("destination"), self.text.len())?;
        Ok(text == self.text.as_bytes())
    }

    fn lock_path(&self) -> PathBuf {
        self.path.join("lock")
    }
}
