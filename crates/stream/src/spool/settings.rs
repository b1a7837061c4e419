//! Where records wait for their acknowledgement, and for how long.

use std::path::PathBuf;
use std::time::Duration;

use crate::segment::Medium;

/// What all streams to one destination may take on disk together.
const BYTES: u64 = 256 << 20;
/// How long a record may wait on disk.
const AGE: Duration = Duration::from_secs(7 * 24 * 3600);
/// The least that makes sense: some segments of the smallest size.
const FEWEST_BYTES: u64 = 1 << 20;

/// Where records wait for their acknowledgement: on disk, where they survive the process, or in memory.
///
/// | | the process is killed | power fails | costs |
/// |---|---|---|---|
/// | [`disk`](Self::disk) | nothing is lost | the last second | a copy into the page cache |
/// | [`synchronous`](Self::synchronous) | nothing is lost | nothing is lost | each `send` waits for the disk |
/// | [`memory`](Self::memory) | what was pending is lost | what was pending is lost | nothing touches the disk |
///
/// The environment decides where the program does not: `TNT4_SPOOL` is `disk`, `sync` or `memory`. Without it
/// Linux takes the disk and other systems memory. The files lie in the folder that `TNT4_STATE_DIR` names, else
/// `$STATE_DIRECTORY`, else `$XDG_STATE_HOME/tnt4`, else `~/.local/state/tnt4`; only their owner can read them, and
/// no token is in them. Where nothing can be written there, the stream says so, in one line, and takes memory.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "give it to Builder::spool"]
pub struct Spool {
    pub(crate) kind: Kind,
    pub(crate) state_folder: Option<PathBuf>,
    pub(crate) bytes: u64,
    pub(crate) age: Duration,
    /// How files are written, where that is not for the file system to decide.
    pub(crate) medium: Option<Medium>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Memory,
    Disk,
    Synchronous,
}

impl Spool {
    /// In memory only; nothing touches the disk.
    pub const fn memory() -> Self {
        Self::new(Kind::Memory)
    }

    /// On disk, which is told to write everything down once a second.
    pub const fn disk() -> Self {
        Self::new(Kind::Disk)
    }

    /// On disk, and [`send`](crate::Stream::send) returns only when the disk has confirmed the record. What several
    /// threads send meanwhile is confirmed together.
    ///
    /// A disk that fails keeps nobody waiting. Where it takes nothing, records are accepted into memory; where it
    /// takes them and does not confirm, they stay in their file. `send` returns `Ok` in both cases: the record *is*
    /// accepted and will be delivered unless the power fails, and who sent it again for an error would send it twice.
    /// The stream says so once when that begins, and once when it ends.
    pub const fn synchronous() -> Self {
        Self::new(Kind::Synchronous)
    }

    /// The folder for state, instead of the one that the environment names.
    pub fn state_folder(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_folder = Some(path.into());
        self
    }

    /// What all streams to the same destination may take on disk together, in bytes. 256 MiB by default, at
    /// least 1 MiB. A tenth of it is kept for `ERROR` and above.
    pub const fn bytes(mut self, bytes: u64) -> Self {
        self.bytes = if bytes < FEWEST_BYTES { FEWEST_BYTES } else { bytes };
        self
    }

    /// How long a record may wait before it expires, to an accuracy of about 1 %. 7 days by default.
    pub const fn age(mut self, age: Duration) -> Self {
        self.age = age;
        self
    }

    /// Writes each record by a system call, also where the file system would allow a mapping: for comparison.
    #[doc(hidden)]
    pub const fn by_system_calls(mut self) -> Self {
        self.medium = Some(Medium::Written);
        self
    }

    /// What the environment asks for; `None` where that means nothing.
    #[must_use]
    pub fn from_env() -> Option<Self> {
        Self::named(&std::env::var("TNT4_SPOOL").unwrap_or_default())
    }

    /// Whether records survive the process.
    #[must_use]
    pub fn is_on_disk(&self) -> bool {
        self.kind != Kind::Memory
    }

    pub(crate) fn is_synchronous(&self) -> bool {
        self.kind == Kind::Synchronous
    }

    /// What the value of `TNT4_SPOOL` asks for; `None` for a word that means nothing.
    pub(crate) fn named(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().as_str() {
            "" => Some(Self::of_this_system()),
            "memory" => Some(Self::memory()),
            "disk" => Some(Self::disk()),
            "sync" => Some(Self::synchronous()),
            _ => None,
        }
    }

    const fn of_this_system() -> Self {
        if cfg!(target_os = "linux") {
            Self::disk()
        } else {
            Self::memory()
        }
    }

    const fn new(kind: Kind) -> Self {
        Spool {
            kind,
            state_folder: None,
            bytes: BYTES,
            age: AGE,
            medium: None,
        }
    }
}
