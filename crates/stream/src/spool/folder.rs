//! One stream's folder, owned by this process.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fmt, fs, io};

use uuid::Uuid;

use super::dead_letters::DeadLetters;
use super::error::SpoolError;
use super::lock::Lock;
use super::names::Names;
use super::quarantine::{self, Quarantined};
use super::reserve::Reserve;
use super::{files, usage};
use crate::{crash, identity};

pub(super) const OWNER: &str = "owner";
const REFUSED: &str = "refused";
const SEGMENT: &str = ".segment";

/// How often a new folder may vanish before the reason must be another than tidiness.
const ATTEMPTS: u32 = 100;

/// One stream's folder, owned by this process until this value is dropped. What is in it then stays, for a
/// successor.
pub(crate) struct Folder {
    destination: PathBuf,
    path: PathBuf,
    id: Uuid,
    next_number: AtomicU64,
    lock: Lock,
}

/// A segment's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SegmentFile {
    pub(crate) number: u64,
    /// The file's length.
    pub(crate) bytes: u64,
}

impl Folder {
    /// A new one. It bears its name only once it is locked.
    pub(super) fn claim(destination: &Path) -> Result<Self, SpoolError> {
        let mut attempts = 0;
        loop {
            let id = identity::new();
            let draft = destination.join(draft_name(id));
            attempts += 1;
            match make_draft(&draft) {
                Ok(Some(lock)) => {
                    let path = destination.join(id.to_string());
                    crash::point("folder-locked");
                    fs::rename(&draft, &path).map_err(SpoolError::io("create", &path))?;
                    crash::point("folder-named");
                    return Ok(Self::owned(destination, id, lock));
                }
                // Who tidies up took it for what a dead process left, as long as it was not locked.
                Ok(None) if attempts < ATTEMPTS => {}
                Ok(None) => {
                    let source = io::Error::other("somebody else takes it each time that it is made");
                    return Err(SpoolError::io("lock", &draft)(source));
                }
                Err(error) if error.is_not_found() && attempts < ATTEMPTS => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// A dead stream's folder; `None` where its owner lives, or it is gone.
    ///
    /// # Errors
    /// [`SpoolError::Ownerless`] where nothing tells whether its owner lives.
    pub(super) fn adopt(destination: &Path, id: Uuid) -> Result<Option<Self>, SpoolError> {
        let path = destination.join(id.to_string());
        files::check_folder(&path)?;
        let lock = match Lock::try_take(&path.join(OWNER)) {
            Ok(Some(lock)) => lock,
            Ok(None) => return Ok(None),
            Err(error) if error.is_not_found() => {
                remove_ownerless(&path)?;
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let folder = Self::owned(destination, id, lock);
        // Nothing is set aside for the dead.
        let _ = folder.reserve().add(0);
        if let Some(last) = folder.segments()?.last() {
            folder
                .next_number
                .store(last.number.saturating_add(1), Ordering::Relaxed);
        }
        Ok(Some(folder))
    }

    fn owned(destination: &Path, id: Uuid, lock: Lock) -> Self {
        Folder {
            destination: destination.into(),
            path: destination.join(id.to_string()),
            id,
            next_number: AtomicU64::new(1),
            lock,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Room that is set aside for the stream: nothing, until something is [added](Reserve::add).
    pub(crate) fn reserve(&self) -> Reserve {
        Reserve::new(self.path.join(OWNER))
    }

    /// The stream's identity.
    pub(crate) fn id(&self) -> Uuid {
        self.id
    }

    /// Whether this process owns it: not in a child that was forked since, where whatever changes the folder
    /// is refused.
    pub(crate) fn is_ours(&self) -> bool {
        self.lock.is_ours()
    }

    /// Whether the folder is still there, with the lock in it: people and programs that tidy up may remove it.
    pub(crate) fn is_in_place(&self) -> bool {
        self.lock.is_in_place(&self.path.join(OWNER))
    }

    /// The segments, by rising number.
    pub(crate) fn segments(&self) -> Result<Vec<SegmentFile>, SpoolError> {
        segments_in(&self.path)
    }

    /// A number for a new segment, higher than all that were here when this process got the folder, and than
    /// all that it has given.
    #[cfg(test)]
    pub(crate) fn next_number(&self) -> u64 {
        self.next_number.fetch_add(1, Ordering::Relaxed)
    }

    /// Where the segment of this number lies, or is to lie.
    pub(crate) fn segment_path(&self, number: u64) -> PathBuf {
        Self::segment_path_in(&self.path, number)
    }

    /// The same for a stream's folder that somebody else owns.
    pub(crate) fn segment_path_in(folder: &Path, number: u64) -> PathBuf {
        folder.join(segment_name(number))
    }

    /// Removes a segment; it may be gone already.
    #[cfg(test)]
    pub(crate) fn remove_segment(&self, number: u64) -> Result<(), SpoolError> {
        self.check_ours()?;
        files::remove(&self.segment_path(number))
    }

    /// The server has refused the token: streams with another token may adopt this folder once it is orphaned.
    pub(crate) fn mark_refused(&self) -> Result<(), SpoolError> {
        self.check_ours()?;
        files::create_if_missing(&self.path.join(REFUSED))
    }

    /// The server has taken the token again.
    pub(crate) fn clear_refused(&self) -> Result<(), SpoolError> {
        self.check_ours()?;
        files::remove(&self.path.join(REFUSED))
    }

    /// Puts a damaged segment aside, for people. At most `limit` bytes are kept of all streams' damaged
    /// segments; the oldest go first.
    pub(crate) fn quarantine(&self, number: u64, limit: u64) -> Result<Quarantined, SpoolError> {
        self.check_ours()?;
        let name = format!("{}-{}", self.id, segment_name(number));
        quarantine::take(&self.destination, &self.segment_path(number), &name, limit)
    }

    /// The file for what the server rejects of this stream's records. At most `limit` bytes are kept of all
    /// streams' dead letters.
    pub(crate) fn dead_letters(&self, limit: u64) -> DeadLetters {
        DeadLetters::new(&self.destination, self.id, limit)
    }

    /// The names of this folder and of those above it, for whoever has the disk write them down.
    pub(crate) fn names(&self) -> Names {
        Names::new(&self.path)
    }

    /// Moves the folder to another destination, and gives it up: whoever looks there next is its successor.
    pub(super) fn move_to(self, destination: &Path) -> Result<(), SpoolError> {
        self.check_ours()?;
        let path = destination.join(self.id.to_string());
        fs::rename(&self.path, &path).map_err(SpoolError::io("move", &self.path))?;
        files::sync_folder(destination)?;
        files::sync_folder(&self.destination)
    }

    /// Keeps a copy of a damaged segment for people, within a bound as [`quarantine`](Self::quarantine) does, and
    /// puts the replacement in its place. Whoever dies meanwhile leaves the one or the other there.
    pub(crate) fn replace(&self, number: u64, limit: u64) -> Result<(), SpoolError> {
        self.check_ours()?;
        let segment = self.segment_path(number);
        let name = format!("{}-{}", self.id, segment_name(number));
        quarantine::copy(&self.destination, &segment, &name, limit)?;
        fs::rename(self.replacement_path(number), &segment).map_err(SpoolError::io("replace", &segment))?;
        files::sync_folder(&self.path)
    }

    /// Where a replacement of this segment may be written; what somebody left there who died over it is removed. It is
    /// outside of the folder, which then can be removed in any case.
    pub(crate) fn prepare_replacement(&self, number: u64) -> Result<PathBuf, SpoolError> {
        self.check_ours()?;
        let path = self.replacement_path(number);
        files::remove(&path)?;
        Ok(path)
    }

    fn replacement_path(&self, number: u64) -> PathBuf {
        self.destination
            .join(format!(".{}-{}.new", self.id, segment_name(number)))
    }

    /// The stream is done. Removes the folder where nothing is left in it, and tells whether it did; segments
    /// that are left wait for a successor.
    pub(crate) fn finish(self) -> Result<bool, SpoolError> {
        self.check_ours()?;
        if !self.has_only_marks()? {
            return Ok(false);
        }
        remove_empty(&self.path)?;
        Ok(true)
    }

    fn check_ours(&self) -> Result<(), SpoolError> {
        match self.is_ours() {
            true => Ok(()),
            false => Err(SpoolError::Inherited {
                path: self.path.clone(),
            }),
        }
    }

    /// Whether there is nothing of value in it; what people put there is theirs.
    fn has_only_marks(&self) -> Result<bool, SpoolError> {
        let entries = fs::read_dir(&self.path).map_err(SpoolError::io("read", &self.path))?;
        for entry in entries {
            let entry = entry.map_err(SpoolError::io("read", &self.path))?;
            let name = entry.file_name();
            if name != OWNER && name != REFUSED {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The path: it contains no secret.
impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Folder").field(&self.path).finish()
    }
}

/// The segments in a stream's folder, by rising number.
pub(super) fn segments_in(path: &Path) -> Result<Vec<SegmentFile>, SpoolError> {
    let mut segments = Vec::new();
    usage::each_file(path, |path, metadata| {
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(number) = name.and_then(number_of) {
            let bytes = metadata.len();
            segments.push(SegmentFile { number, bytes });
        }
        Ok(())
    })?;
    segments.sort_unstable();
    Ok(segments)
}

/// Makes a folder and locks it; `None` where somebody is about to remove it.
fn make_draft(path: &Path) -> Result<Option<Lock>, SpoolError> {
    files::make_folder(path)?;
    crash::point("folder-made");
    let owner = path.join(OWNER);
    files::create_if_missing(&owner)?;
    Lock::try_take(&owner)
}

/// Whether the server refused the token of the stream in this folder.
pub(super) fn is_refused(path: &Path) -> bool {
    fs::symlink_metadata(path.join(REFUSED)).is_ok()
}

/// Removes what a process left that died while it made a folder.
pub(super) fn remove_draft(path: &Path) -> Result<(), SpoolError> {
    files::check_folder(path)?;
    match Lock::try_take(&path.join(OWNER)) {
        Ok(Some(_lock)) => remove_empty(path),
        // Somebody makes it right now.
        Ok(None) => Ok(()),
        // Without the lock nothing in it may be touched: it is removed only if it is empty.
        Err(error) if error.is_not_found() => remove_bare(path),
        Err(error) => Err(error),
    }
}

/// The identity in the name of a stream's folder.
pub(super) fn id_of(name: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(name).ok()?;
    // Other spellings of the same number are no names of ours.
    (id.to_string() == name).then_some(id)
}

/// Whether a folder of this name is one that is being made.
pub(super) fn is_draft(name: &str) -> bool {
    let id = name.strip_prefix('.').and_then(|name| name.strip_suffix(".new"));
    id.and_then(id_of).is_some()
}

fn draft_name(id: Uuid) -> String {
    format!(".{id}.new")
}

pub(super) fn segment_name(number: u64) -> String {
    format!("{number:010}{SEGMENT}")
}

fn number_of(name: &str) -> Option<u64> {
    let number = name.strip_suffix(SEGMENT)?.parse().ok()?;
    (segment_name(number) == name).then_some(number)
}

/// Removes a folder with its marks; the lock is held.
fn remove_empty(path: &Path) -> Result<(), SpoolError> {
    crash::point("folder-emptied");
    files::remove(&path.join(REFUSED))?;
    files::remove(&path.join(OWNER))?;
    crash::point("folder-given-up");
    remove_bare(path)
}

/// Removes a folder without a lock, unless it holds records. A process leaves that which dies between giving the lock
/// up and removing the folder. Where there are records somebody else has removed the lock, and their stream may live.
fn remove_ownerless(path: &Path) -> Result<(), SpoolError> {
    if !segments_in(path)?.is_empty() {
        return Err(SpoolError::Ownerless { path: path.into() });
    }
    files::remove(&path.join(REFUSED))?;
    // Who lives after all and makes a segment just now keeps the folder: then it is not empty.
    remove_bare(path)
}

/// Removes a folder that has nothing in it. It may be gone, or somebody may have put something there.
fn remove_bare(path: &Path) -> Result<(), SpoolError> {
    use io::ErrorKind::{DirectoryNotEmpty, NotFound};
    match fs::remove_dir(path) {
        Err(error) if !matches!(error.kind(), NotFound | DirectoryNotEmpty) => {
            Err(SpoolError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}
