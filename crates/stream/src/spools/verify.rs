//! Whether everything that was written is still there.

use std::path::PathBuf;

use super::scan::{From, Scanned, scan};
use super::{Destination, SpoolsError};
use crate::spool::listing;

/// What a check has found.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Verified {
    /// How many segments were read.
    pub segments: u64,
    /// How many valid records are in them, those included that have arrived.
    pub records: u64,
    /// The segments with damage.
    pub damaged: Vec<Damaged>,
    /// What could not be read, in words.
    pub problems: Vec<String>,
}

/// A segment with damage.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Damaged {
    /// Its file.
    pub path: PathBuf,
    /// Whether a living process owns it: then it is that one's to deal with.
    pub alive: bool,
    /// What is wrong with its header; its records may be valid all the same.
    pub header: Option<String>,
    /// How many of its records are damaged.
    pub records: u64,
    /// Where the first of them would begin, in bytes.
    pub first: Option<u64>,
}

impl Verified {
    /// Whether all of it is whole.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.damaged.is_empty() && self.problems.is_empty()
    }

    fn add(&mut self, path: PathBuf, alive: bool, scanned: &Scanned) {
        self.segments += 1;
        self.records += scanned.records;
        if scanned.is_damaged() {
            self.damaged.push(Damaged {
                path,
                alive,
                header: scanned.header.map(|damage| damage.to_string()),
                records: scanned.lost(),
                first: scanned.damage.first().map(|damage| damage.start),
            });
        }
    }
}

impl Destination {
    /// Reads all segments from their beginning, and checks all that has a checksum. What is in quarantine has been
    /// found damaged before, and is not looked at.
    ///
    /// # Errors
    /// [`SpoolsError`], where the folder itself cannot be used. What else goes wrong is in the outcome.
    pub fn verify(&self) -> Result<Verified, SpoolsError> {
        let mut verified = Verified::default();
        for stream in self.streams()? {
            let segments = listing::is_owned(self.folder(), stream)
                .and_then(|alive| Ok((alive, listing::segments(self.folder(), stream)?)));
            let (alive, segments) = match segments {
                Ok(found) => found,
                Err(error) => {
                    verified.problems.push(error.to_string());
                    continue;
                }
            };
            for (_, path) in segments {
                match scan(&path, From::Start, alive, |_| Ok(())) {
                    Ok(Some(scanned)) => verified.add(path, alive, &scanned),
                    Ok(None) => {}
                    Err(error) => verified.problems.push(error.to_string()),
                }
            }
        }
        Ok(verified)
    }
}
