//! What lies in spools on disk: looked at, checked, copied out, repaired, and handed to another stream. For tools.
//!
//! A stream's records wait on disk until the server has them ([`Spool`]), in a folder for each stream, in a
//! folder for each server and token. Whoever streams to the same destination next delivers what a dead process left
//! there; these tools are for people who want to know, or who cannot wait for that.
//!
//! ```no_run
//! # fn main() -> Result<(), tnt4::spools::SpoolsError> {
//! for destination in tnt4::spools::Spools::find()?.destinations()? {
//!     for stream in destination.survey()?.streams {
//!         println!("{}: {} records wait for {}", stream.id, stream.records, destination.address());
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What holds
//!
//! * Nothing that a living process owns is changed. [Looking](Destination::survey), [checking](Destination::verify)
//!   and [exporting](Destination::export) never change a byte, and may be done at any time, also of what is being
//!   written: a record that is just being appended is not seen, and is no damage.
//! * [Repairing](Destination::repair) and [handing over](Spools::hand_over) take the lock of a dead stream's folder
//!   first, as its successor would, and leave alone what they cannot lock.
//! * No valid record is lost, whenever the tool is ended. At worst it is sent twice, and stored once.
//! * What one file or folder has wrong with it does not keep the others from being looked at: it is in a list of
//!   problems, in words.

mod destination;
mod error;
mod export;
mod hand_over;
mod repair;
mod resend;
mod scan;
mod survey;
mod verify;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::Spool;
use crate::spool::{self, StateFolder, listing};

pub use destination::Destination;
pub use error::SpoolsError;
pub use export::{Exported, Selection};
pub use hand_over::HandedOver;
pub use repair::Repaired;
pub use resend::{Resender, Resent};
pub use survey::{Kept, StreamSurvey, Survey};
pub use verify::{Damaged, Verified};

/// The spools below one state folder.
#[derive(Debug, Clone)]
pub struct Spools {
    state_folder: PathBuf,
}

impl Spools {
    /// Those in the folder that the environment names, as [`Spool`] describes it.
    ///
    /// # Errors
    /// [`SpoolsError`], where it names none.
    pub fn find() -> Result<Self, SpoolsError> {
        Self::find_by(|name| std::env::var_os(name))
    }

    /// Those in the folder that an environment names in which `variable` looks a variable up.
    ///
    /// # Errors
    /// [`SpoolsError`], where it names none.
    pub fn find_by(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, SpoolsError> {
        Ok(Self::at(spool::find(variable)?))
    }

    /// Those in this state folder.
    pub fn at(state_folder: impl Into<PathBuf>) -> Self {
        Spools {
            state_folder: state_folder.into(),
        }
    }

    /// The state folder.
    #[must_use]
    pub fn state_folder(&self) -> &Path {
        &self.state_folder
    }

    /// For a stream that is to deliver what lies here: on disk, in this folder, however old the records are.
    pub fn spool(&self) -> Spool {
        Spool::disk()
            .state_folder(&self.state_folder)
            .age(std::time::Duration::MAX)
    }

    /// Makes the folder, as a stream would, and writes a file there, which is gone afterwards.
    ///
    /// # Errors
    /// [`SpoolsError`], where streams could not write there either.
    pub fn check_writable(&self) -> Result<(), SpoolsError> {
        Ok(StateFolder::open(&self.state_folder)?.check_writable()?)
    }

    /// The destinations that something was ever kept for, by name. None where the folder does not exist.
    ///
    /// # Errors
    /// [`SpoolsError`], where the folder cannot be read, or others can write to it.
    pub fn destinations(&self) -> Result<Vec<Destination>, SpoolsError> {
        let folders = listing::destinations(&self.state_folder)?;
        Ok(folders.into_iter().map(Destination::new).collect())
    }
}
