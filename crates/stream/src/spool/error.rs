//! Why the spool cannot be used, in words for whoever can change that.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why the spool, or a part of it, cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SpoolError {
    #[error(
        "there is no folder for records that outlive the process, as there is no home folder: \
         set TNT4_STATE_DIR to a folder of this user's own"
    )]
    NoStateFolder,
    #[error(
        "{} belongs to another user (number {owner}): name another folder in TNT4_STATE_DIR, or give it to \
         this user with chown",
        path.display()
    )]
    AnotherUsers { path: PathBuf, owner: u32 },
    #[error(
        "{0} may be written by other users: look whether they put something there, then run chmod go-w {0}",
        path.display()
    )]
    WritableByOthers { path: PathBuf },
    #[error(
        "{} is a symbolic link, which is not followed: remove it, or name the folder that it points to in \
         TNT4_STATE_DIR",
        path.display()
    )]
    SymbolicLink { path: PathBuf },
    #[error("{} is no {wanted}: move it away", path.display())]
    WrongKind { path: PathBuf, wanted: &'static str },
    #[error(
        "{} is damaged: move it away, and a new one will be made; records that still wait for delivery are \
         then found by tools only",
        path.display()
    )]
    Damaged { path: PathBuf },
    #[error(
        "{} is of another version of tnt4 or another server: name another folder in TNT4_STATE_DIR",
        path.display()
    )]
    AnotherForm { path: PathBuf },
    #[error(
        "{} has been locked for {waited:?} by another process: if that hangs, end it",
        path.display()
    )]
    Busy { path: PathBuf, waited: Duration },
    #[error("{} belongs to the process that this one was forked from: claim another", path.display())]
    Inherited { path: PathBuf },
    #[error(
        "{0} holds records but no file named owner, so nothing tells whether their stream lives: they are left \
         alone; where no process uses them any more, make an empty file of that name",
        path.display()
    )]
    Ownerless { path: PathBuf },
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

impl SpoolError {
    /// For `map_err`: what was to be done, to what.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SpoolError {
        move |source| match source.raw_os_error() {
            #[cfg(unix)]
            Some(libc::ELOOP) => SpoolError::SymbolicLink { path: path.into() },
            _ => SpoolError::Io {
                doing,
                path: path.into(),
                source,
            },
        }
    }

    /// Whether what was looked for is not there; another process may have removed it.
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, SpoolError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}
