//! A segment's file, which is not open all the time.
//!
//! It is open while it is appended to. Once it is sealed it *rests*: the descriptor is closed, and what is left is the
//! path and a mark by which the file is known again. So a stream that cannot deliver for days holds some descriptors,
//! not one for each segment. Reading opens the file again and leaves it open, as the next read follows soon; who reads
//! on in another segment has it rest. An acknowledgement or a sync opens it for a moment.
//!
//! A path may lead elsewhere by then. A file that is gone is an error, and so is another one in its place: nobody
//! else's file is read, written or removed. A file that has lost its name *before* it would rest stays open, since
//! nothing but its descriptor leads to it any more.
//!
//! A write error that nobody was told of is told to the first who syncs, also through a descriptor that was opened
//! later (Linux 4.17): closing one loses no error.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use super::storage::lock;

/// A segment's file.
pub(super) struct Backing {
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    /// `None` while it rests.
    file: Option<Arc<File>>,
    /// What it is known by. `None` as long as it may not rest.
    mark: Option<Mark>,
}

/// What tells a file from another one at the same path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    #[cfg(unix)]
    inode: (u64, u64),
    /// The number of an inode is used again as soon as it is free. Not all file systems know the time.
    created: Option<SystemTime>,
}

impl Backing {
    /// A file that stays open until it is [sealed](Self::seal).
    pub(super) fn new(file: File, path: &Path) -> Self {
        Backing {
            path: path.to_owned(),
            state: Mutex::new(State {
                file: Some(Arc::new(file)),
                mark: None,
            }),
        }
    }

    /// Where it was created or opened.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The file, for a moment.
    pub(super) fn lent(&self) -> io::Result<Arc<File>> {
        self.get(false)
    }

    /// The file, which stays open until it [rests](Self::rest).
    pub(super) fn kept(&self) -> io::Result<Arc<File>> {
        self.get(true)
    }

    /// Nothing is appended any more: from now on it may rest, and does.
    pub(super) fn seal(&self) {
        let mut state = lock(&self.state);
        if let Some(file) = &state.file
            && let Ok(mark) = Mark::of(file)
            && mark.is_at(&self.path)
        {
            (state.file, state.mark) = (None, Some(mark));
        }
    }

    /// Closes the file, where that is allowed and it would be found again.
    pub(super) fn rest(&self) {
        let mut state = lock(&self.state);
        if state.mark.is_some_and(|mark| mark.is_at(&self.path)) {
            state.file = None;
        }
    }

    /// It is not needed any more: a file that was removed takes room as long as it is open.
    pub(super) fn let_go(&self) {
        let mut state = lock(&self.state);
        if state.mark.is_some() {
            state.file = None;
        }
    }

    /// Whether the path leads to this file.
    pub(super) fn is_in_place(&self) -> bool {
        let state = lock(&self.state);
        let mark = match (&state.file, state.mark) {
            (_, Some(mark)) => Some(mark),
            (Some(file), None) => Mark::of(file).ok(),
            (None, None) => None,
        };
        mark.is_some_and(|mark| mark.is_at(&self.path))
    }

    fn get(&self, keep: bool) -> io::Result<Arc<File>> {
        let mut state = lock(&self.state);
        if let Some(file) = &state.file {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(existing(&self.path, OpenOptions::new().read(true).write(true))?);
        if state.mark != Some(Mark::of(&file)?) {
            return Err(io::Error::other("another file lies in the place of the segment"));
        }
        if keep {
            state.file = Some(Arc::clone(&file));
        }
        Ok(file)
    }
}

/// Whether what could not be read now may be read in a while: the process has too many files open, say.
pub(crate) fn is_passing(error: &io::Error) -> bool {
    #[cfg(unix)]
    return matches!(
        error.raw_os_error(),
        Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::EAGAIN)
    );
    #[cfg(not(unix))]
    return error.kind() == io::ErrorKind::OutOfMemory;
}

/// Opens a file that exists. Nothing is opened through a symbolic link.
pub(super) fn existing(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A pipe in the place of a segment must not hold anybody up.
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    options.open(path)
}

impl Mark {
    fn of(file: &File) -> io::Result<Self> {
        Ok(Self::from(&file.metadata()?))
    }

    fn is_at(&self, path: &Path) -> bool {
        std::fs::symlink_metadata(path).is_ok_and(|metadata| Self::from(&metadata) == *self)
    }

    fn from(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt as _;
        Mark {
            #[cfg(unix)]
            inode: (metadata.dev(), metadata.ino()),
            created: metadata.created().ok(),
        }
    }
}
