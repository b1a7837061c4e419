//! How much is kept for a destination, and whose it is.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use uuid::Uuid;

use super::scan::{From, scan};
use super::{Destination, SpoolsError};
use crate::spool::{Reader, listing};

/// How much is kept for a destination.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Survey {
    /// Its streams, in the order in which they began.
    pub streams: Vec<StreamSurvey>,
    /// What the server rejected.
    pub dead_letters: Kept,
    /// Segments with damage, put aside.
    pub quarantine: Kept,
    /// All its files, in bytes. Segments that are being written have their full length from the beginning.
    pub bytes: u64,
    /// What could not be looked at, in words.
    pub problems: Vec<String>,
}

/// How much a stream has on disk.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StreamSurvey {
    /// Its identity, which is the name of its folder.
    pub id: String,
    /// Whether a process owns it; otherwise it was left behind, and the next stream to the destination delivers it.
    pub alive: bool,
    /// Whether the server has refused its token: then a stream with another token may deliver it.
    pub refused: bool,
    /// How many segments it has.
    pub segments: u64,
    /// Their length in bytes.
    pub bytes: u64,
    /// How many records wait, as far as the acknowledgements have been written.
    pub records: u64,
    /// How many of those that waited are damaged.
    pub damaged: u64,
    /// When the oldest segment with records that wait was begun.
    pub oldest: Option<SystemTime>,
}

/// Files that are kept for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Kept {
    /// How many files there are.
    pub files: u64,
    /// How many valid records are in them; of the segments in quarantine, those that had not arrived.
    pub records: u64,
    /// Their length in bytes.
    pub bytes: u64,
}

impl Destination {
    /// Looks how much there is. All segments are read.
    ///
    /// # Errors
    /// [`SpoolsError`], where the folder itself cannot be used. What else goes wrong is in the survey.
    pub fn survey(&self) -> Result<Survey, SpoolsError> {
        let mut survey = Survey::default();
        for stream in self.streams()? {
            match self.survey_stream(stream, &mut survey.problems) {
                Ok(Some(stream)) => survey.streams.push(stream),
                Ok(None) => {}
                Err(error) => survey.problems.push(error.to_string()),
            }
        }
        for file in listing::dead_letters(self.folder())? {
            count(
                &mut survey.dead_letters,
                file.bytes,
                letters_in(&file.path),
                &mut survey.problems,
            );
        }
        for file in listing::quarantined(self.folder())? {
            let scanned = scan(&file.path, From::Acknowledged, false, |_| Ok(()));
            let records = scanned.map(|scanned| scanned.map_or(0, |scanned| scanned.records));
            count(&mut survey.quarantine, file.bytes, records, &mut survey.problems);
        }
        survey.bytes = listing::usage(self.folder())?;
        Ok(survey)
    }

    /// `None` where it is gone.
    fn survey_stream(
        &self,
        id: Uuid,
        problems: &mut Vec<String>,
    ) -> Result<Option<StreamSurvey>, SpoolsError> {
        let mut survey = StreamSurvey {
            id: id.to_string(),
            alive: listing::is_owned(self.folder(), id)?,
            refused: listing::is_refused(self.folder(), id),
            segments: 0,
            bytes: 0,
            records: 0,
            damaged: 0,
            oldest: None,
        };
        for (file, path) in listing::segments(self.folder(), id)? {
            survey.segments += 1;
            survey.bytes += file.bytes;
            match scan(&path, From::Acknowledged, survey.alive, |_| Ok(())) {
                Ok(Some(scanned)) => {
                    survey.records += scanned.records;
                    survey.damaged += scanned.lost();
                    if scanned.records > 0 && survey.oldest.is_none() {
                        survey.oldest = scanned.created_at.and_then(moment);
                    }
                }
                Ok(None) => {}
                Err(error) => problems.push(error.to_string()),
            }
        }
        // Without segments nothing waits; its owner, or the next successor, removes the folder.
        Ok((survey.alive || survey.segments > 0).then_some(survey))
    }
}

fn count(kept: &mut Kept, bytes: u64, records: Result<u64, SpoolsError>, problems: &mut Vec<String>) {
    kept.files += 1;
    kept.bytes += bytes;
    match records {
        Ok(records) => kept.records += records,
        Err(error) => problems.push(error.to_string()),
    }
}

fn letters_in(path: &Path) -> Result<u64, SpoolsError> {
    let mut letters = 0;
    for letter in Reader::open(path)? {
        letter.map_err(SpoolsError::io("read", path))?;
        letters += 1;
    }
    Ok(letters)
}

/// A time that a header tells, if there is such a time.
fn moment(milliseconds: u64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds))
}
