//! What dead streams left is handed to the destination of another stream.
//!
//! Their folders are moved into that destination's while their locks are held, so each has one owner at any time,
//! and whoever dies over it leaves each folder in the one place or the other. The stream then finds them as it
//! finds whatever the dead left.

use super::error::Cause;
use super::{Destination, Spools, SpoolsError};
use crate::Stream;
use crate::spool::{StateFolder, listing};

/// What was handed over.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct HandedOver {
    /// How many streams had left something, and are the other stream's now, those included that were anyway.
    pub streams: u64,
    /// How many were left alone, as living processes own them.
    pub alive: u64,
    /// What could not be handed over, in words.
    pub problems: Vec<String>,
}

impl Spools {
    /// Sees to it that `stream` delivers what the dead have left for `from`, whatever their address or token, once it
    /// is [started](Stream::start): under its own token, to its own server. The stream's spool must be
    /// [in the same state folder](Self::spool).
    ///
    /// # Errors
    /// [`SpoolsError`], where the stream is not on disk, or a folder cannot be used.
    pub fn hand_over(&self, from: &Destination, stream: &Stream) -> Result<HandedOver, SpoolsError> {
        let recipe = stream.place_on_disk().ok_or(Cause::NotOnDisk)?;
        let secrets: Vec<&str> = recipe.secrets.iter().map(String::as_str).collect();
        let to = StateFolder::open(self.state_folder())?.destination(&recipe.address, &secrets)?;
        let stays = same(to.path(), from.folder());
        let mut outcome = HandedOver::default();
        for stream in from.streams()? {
            let folder = match listing::adopt(from.folder(), stream) {
                Ok(Some(folder)) => folder,
                Ok(None) => {
                    outcome.alive += u64::from(listing::is_owned(from.folder(), stream)?);
                    continue;
                }
                Err(error) => {
                    outcome.problems.push(error.to_string());
                    continue;
                }
            };
            if folder.segments()?.is_empty() {
                continue;
            }
            let moved = if stays {
                Ok(())
            } else {
                listing::hand_over(folder, &to)
            };
            match moved {
                Ok(()) => outcome.streams += 1,
                Err(error) => outcome.problems.push(error.to_string()),
            }
        }
        Ok(outcome)
    }
}

/// Whether two paths lead to the same folder: the state folder may have been named in two ways.
fn same(one: &std::path::Path, other: &std::path::Path) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
