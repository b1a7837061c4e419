//! Letters are taken out of a file: for tools that have delivered them.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::super::error::SpoolError;
use super::super::files;
use super::super::lock::Lock;
use crate::durable;

/// A file of letters that one tool at a time works on. Nobody may append to it meanwhile: the stream that it belongs
/// to must be dead, and its folder gone or owned.
pub(crate) struct Collected {
    path: PathBuf,
    /// Held until the letters are out.
    _lock: Lock,
}

impl Collected {
    /// `None` where another tool works on it, or has just removed it.
    pub(crate) fn try_take(path: &Path) -> Result<Option<Self>, SpoolError> {
        match Lock::try_take(path) {
            Ok(lock) => Ok(lock.map(|lock| Collected {
                path: path.to_owned(),
                _lock: lock,
            })),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes these places, which rise and do not overlap, and the file where nothing is left. All other bytes
    /// stay. Whoever dies meanwhile leaves the file as it was.
    pub(crate) fn remove(self, places: &[Range<u64>]) -> Result<(), SpoolError> {
        if places.is_empty() {
            return Ok(());
        }
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let draft = self.path.with_file_name(format!(".{name}.new"));
        // What somebody left who died over it: only one at a time has the lock.
        files::remove(&draft)?;
        let left = self
            .copy(&draft, places)
            .map_err(SpoolError::io("rewrite", &self.path));
        let outcome = match left {
            Ok(0) => files::remove(&self.path),
            Ok(_) => fs::rename(&draft, &self.path).map_err(SpoolError::io("rewrite", &self.path)),
            Err(error) => Err(error),
        };
        // After a success it bears another name.
        files::remove(&draft)?;
        outcome
    }

    /// Copies all but these places; returns how many bytes that is.
    fn copy(&self, draft: &Path, places: &[Range<u64>]) -> io::Result<u64> {
        let mut source = files::open(&self.path, OpenOptions::new().read(true)).map_err(io::Error::other)?;
        let mut target = files::create_file(draft)?;
        let (mut from, mut copied) = (0, 0);
        for place in places {
            let length = place.start.saturating_sub(from);
            copied += io::copy(&mut (&source).take(length), &mut target)?;
            from = place.end;
            source.seek(io::SeekFrom::Start(from))?;
        }
        copied += io::copy(&mut source, &mut target)?;
        target.flush()?;
        durable::whole(&target, draft)?;
        Ok(copied)
    }
}
