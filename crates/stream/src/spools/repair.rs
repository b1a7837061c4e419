//! Valid records are brought out of damaged segments.
//!
//! A segment with damage is delivered all the same: whoever delivers it passes over the damage, and puts the segment
//! into quarantine in the end. A repair does that beforehand, so that what waits is whole, and says what is lost.
//! The records that have not arrived are written to a new segment, which takes the place of the damaged one once it
//! is on the disk; the damaged one is in quarantine by then.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::scan::{From, Scanned, scan};
use super::{Destination, SpoolsError};
use crate::Spool;
use crate::segment::{AppendError, Frame, Identity, Medium, RECORDS, Writer};
use crate::spool::{Folder, SegmentFile, listing};

/// What a repair has done.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Repaired {
    /// How many segments had damage, and have none any more.
    pub segments: u64,
    /// How many valid records of those wait again.
    pub saved: u64,
    /// How many records were damaged. What is left of them is in quarantine.
    pub lost: u64,
    /// How many damaged segments were left alone, as a living process owns them.
    pub alive: u64,
    /// What could not be repaired, in words.
    pub problems: Vec<String>,
}

impl Destination {
    /// Repairs what dead streams have left. Where nothing is damaged, nothing is done.
    ///
    /// # Errors
    /// [`SpoolsError`], where the folder itself cannot be used. What else goes wrong is in the outcome.
    pub fn repair(&self) -> Result<Repaired, SpoolsError> {
        let mut repaired = Repaired::default();
        for stream in self.streams()? {
            let outcome = match listing::adopt(self.folder(), stream) {
                Ok(Some(folder)) => repaired.folder(&folder),
                Ok(None) => {
                    let segments = listing::segments(self.folder(), stream);
                    segments.map_err(SpoolsError::from).and_then(|segments| {
                        for (_, path) in segments {
                            repaired.alive += u64::from(is_damaged(&path, true)?);
                        }
                        Ok(())
                    })
                }
                Err(error) => Err(error.into()),
            };
            if let Err(error) = outcome {
                repaired.problems.push(error.to_string());
            }
        }
        Ok(repaired)
    }
}

impl Repaired {
    fn folder(&mut self, folder: &Folder) -> Result<(), SpoolsError> {
        for file in folder.segments()? {
            // What is wrong with one does not keep the others from being repaired.
            if let Err(error) = self.segment(folder, file) {
                self.problems.push(error.to_string());
            }
        }
        Ok(())
    }

    fn segment(&mut self, folder: &Folder, file: SegmentFile) -> Result<(), SpoolsError> {
        let path = folder.segment_path(file.number);
        if !is_damaged(&path, false)? {
            return Ok(());
        }
        let limit = Spool::disk().bytes / 10;
        let (saved, lost) = match save(folder, file, &path)? {
            Saved { saved: 0, lost } => {
                folder.quarantine(file.number, limit)?;
                (0, lost)
            }
            Saved { saved, lost } => {
                folder.replace(file.number, limit)?;
                (saved, lost)
            }
        };
        self.segments += 1;
        self.saved += saved;
        self.lost += lost;
        Ok(())
    }
}

fn is_damaged(path: &Path, alive: bool) -> Result<bool, SpoolsError> {
    let scanned = scan(path, From::Start, alive, |_| Ok(()))?;
    Ok(scanned.as_ref().is_some_and(Scanned::is_damaged))
}

struct Saved {
    saved: u64,
    lost: u64,
}

/// Writes the records that have not arrived to a replacement, which is on the disk afterwards. Where there are none,
/// there is no replacement.
fn save(folder: &Folder, file: SegmentFile, path: &Path) -> Result<Saved, SpoolsError> {
    let identity = Identity {
        number: file.number,
        stream: folder.id(),
        created_at: created_at(path)?,
    };
    let replacement = folder.prepare_replacement(file.number)?;
    // No record becomes longer, and none is added.
    let capacity = file.bytes.max(RECORDS + 1);
    let mut writer = Writer::create(&replacement, &identity, capacity, Medium::Written)?;
    let scanned = scan(path, From::Acknowledged, false, |record| {
        let frame = Frame::new(record.key, record.body, record.grave).map_err(std::io::Error::other);
        frame
            .and_then(|frame| writer.append(&frame).map_err(into_io))
            .map(|_| ())
            .map_err(SpoolsError::io("write", &replacement))
    });
    let segment = writer.segment().clone();
    let written = scanned.and_then(|scanned| {
        writer.seal().map_err(SpoolsError::io("write", &replacement))?;
        Ok(scanned.unwrap_or_default())
    });
    let remove = || segment.remove().map_err(SpoolsError::io("remove", &replacement));
    match written {
        Ok(ref scanned) if scanned.records == 0 => remove()?,
        Ok(_) => segment
            .sync_creation()
            .map_err(SpoolsError::io("write", &replacement))?,
        Err(_) => remove()?,
    }
    written.map(|scanned| Saved {
        saved: scanned.records,
        lost: scanned.lost(),
    })
}

fn into_io(error: AppendError) -> std::io::Error {
    match error {
        AppendError::Io(error) => error,
        AppendError::Full => std::io::ErrorKind::StorageFull.into(),
    }
}

/// When the segment was created; where its header does not tell, when it was last written to.
fn created_at(path: &Path) -> Result<u64, SpoolsError> {
    let opened = crate::segment::open_to_read(path)?;
    if let Some(identity) = opened.segment.identity() {
        return Ok(identity.created_at);
    }
    let modified = std::fs::symlink_metadata(path)
        .and_then(|metadata| metadata.modified())
        .map_err(SpoolsError::io("look at", path))?;
    let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(u64::try_from(since.min(now).as_millis()).unwrap_or(0))
}
