//! Where a stream keeps what has not arrived yet.

use std::path::Path;
use std::process::Command;

/// Where a stream keeps what has not arrived yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// In memory.
    Memory,
    /// In files, mapped where the file system allows it.
    Disk,
    /// In files, each record synchronized before its call returns.
    Sync,
}

impl Mode {
    /// What is measured where no `--modes` are given.
    pub const MEASURED: &'static str = "memory";

    /// The mode of this name.
    ///
    /// # Errors
    /// The name, where there is no such mode.
    pub fn named(name: &str) -> Result<Self, String> {
        [Mode::Memory, Mode::Disk, Mode::Sync]
            .into_iter()
            .find(|mode| mode.name() == name)
            .ok_or_else(|| format!("there is no mode {name}: try memory, disk or sync"))
    }

    /// Its name, which is also the value of `TNT4_SPOOL`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Mode::Memory => "memory",
            Mode::Disk => "disk",
            Mode::Sync => "sync",
        }
    }

    /// Makes the streams of a process that is to be started work in this mode, with their files in `folder`.
    pub fn prepare(self, command: &mut Command, folder: &Path) {
        command
            .env("TNT4_SPOOL", self.name())
            .env("TNT4_STATE_DIR", folder);
    }
}
