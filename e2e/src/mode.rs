//! Whether a stream keeps what is pending on disk or in memory.

use std::path::Path;

use tnt4::Spool;

/// Where a stream keeps what is pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It dies with the process.
    Memory,
    /// It outlives the process, below a state folder.
    Disk,
}

impl Mode {
    /// Both, for stories that hold in either.
    pub const ALL: [Mode; 2] = [Mode::Memory, Mode::Disk];

    /// For a stream of this process.
    pub fn spool(self, state: &Path) -> Spool {
        match self {
            Mode::Memory => Spool::memory(),
            Mode::Disk => Spool::disk().state_folder(state),
        }
    }

    /// The environment of a process, in which its streams keep to this mode.
    #[must_use]
    pub fn environment(self, state: &Path) -> [(&'static str, String); 2] {
        let spool = match self {
            Mode::Memory => "memory",
            Mode::Disk => "disk",
        };
        [
            ("TNT4_STATE_DIR", state.display().to_string()),
            ("TNT4_SPOOL", spool.to_owned()),
        ]
    }
}
