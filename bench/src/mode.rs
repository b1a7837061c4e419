//! Where a stream keeps what has not arrived yet.

use tnt4::{Builder, Spool, Stream};

use crate::Settings;

/// Where a stream keeps what has not arrived yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// In memory.
    Memory,
    /// In files, mapped where the file system allows it.
    Disk,
    /// In files, each record written by a system call.
    Written,
    /// In files, each record synchronized before its call returns.
    Sync,
}

impl Mode {
    const ALL: [Mode; 4] = [Mode::Memory, Mode::Disk, Mode::Written, Mode::Sync];

    /// What is measured where no `--modes` are given.
    pub const MEASURED: &'static str = "memory,disk,written";

    /// The mode of this name.
    ///
    /// # Errors
    /// Where there is no such mode.
    pub fn named(name: &str) -> Result<Self, String> {
        Mode::ALL
            .into_iter()
            .find(|mode| mode.name() == name)
            .ok_or_else(|| format!("there is no mode {name}: try memory, disk, written or sync"))
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Mode::Memory => "memory",
            Mode::Disk => "disk",
            Mode::Written => "written",
            Mode::Sync => "sync",
        }
    }

    /// A stream's builder, as a child's settings say: in their mode, with files in their folder, to their address.
    ///
    /// # Errors
    /// Where there is no such mode.
    pub fn builder(settings: &Settings) -> Result<Builder, String> {
        let spool = match Mode::named(settings.text("mode", "memory"))? {
            Mode::Memory => Spool::memory(),
            Mode::Disk => Spool::disk(),
            Mode::Written => Spool::disk().by_system_calls(),
            Mode::Sync => Spool::synchronous(),
        };
        let spool = spool.state_folder(settings.text("state", "/tmp"));
        Ok(Stream::builder().url(settings.text("url", "")).spool(spool))
    }
}
