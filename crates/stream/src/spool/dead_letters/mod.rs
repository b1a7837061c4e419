//! Dead letters: records that the server rejected for good, kept for people.
//!
//! A file for each stream, one line for each record:
//!
//! ```text
//! {"at":"2026-11-22T20:15:42.123Z","reason":"400 Bad Request: …","record":{…}}
//! {"at":"2026-11-22T20:15:43.123Z","reason":"…","topic":"orders/eu","record":{…}}
//! ```
//!
//! `record` is the record's JSON as it was accepted, and `topic` its routing key, where it has one. Lines are appended with one write each; what a process that
//! died left of its last line stays, on a line of its own, and is passed over when the file is read.

mod read;
mod remove;

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use uuid::Uuid;

use super::error::SpoolError;
use super::{files, timestamp, usage};

#[cfg(test)]
pub(crate) use read::DeadLetter;
pub(crate) use read::Reader;
pub(crate) use remove::Collected;

/// The folder's name within the destination's.
pub(super) const FOLDER: &str = "dead-letters";

/// Where one stream's dead letters go. The file is created at the first.
pub(crate) struct DeadLetters {
    folder: PathBuf,
    file: PathBuf,
    limit: u64,
    /// The length of all streams' files when they were last measured, and what was appended here since.
    measured: Option<u64>,
    appended: u64,
}

/// Why a dead letter is not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeadLetterError {
    #[error("{} is full with {limit} bytes of rejected records: look why, and remove what is not needed", folder.display())]
    Full { folder: PathBuf, limit: u64 },
    #[error(transparent)]
    Spool(#[from] SpoolError),
}

impl DeadLetters {
    pub(super) fn new(destination: &Path, id: Uuid, limit: u64) -> Self {
        let folder = destination.join(FOLDER);
        DeadLetters {
            file: folder.join(format!("{id}.ndjson")),
            folder,
            limit,
            measured: None,
            appended: 0,
        }
    }

    /// Keeps a record that was rejected for this reason; without a topic it has an empty one. Nothing is kept of it where this fails.
    pub(crate) fn append(
        &mut self,
        at: SystemTime,
        reason: &str,
        topic: &str,
        record: &[u8],
    ) -> Result<(), DeadLetterError> {
        let line = line(at, reason, topic, record);
        self.make_sure_of_room(line.len() as u64)?;
        files::make_folder(&self.folder)?;
        files::create_if_missing(&self.file)?;
        // Not kept open: it may be removed when it has expired, and a new one is wanted then.
        let file = files::open(&self.file, OpenOptions::new().read(true).append(true))?;
        append(file, line).map_err(SpoolError::io("append to", &self.file))?;
        Ok(())
    }

    /// Other streams use the same room, and files expire: it is measured again when it seems to be short, or
    /// after a good part of it was used from here.
    fn make_sure_of_room(&mut self, wanted: u64) -> Result<(), DeadLetterError> {
        let fits = |used: u64| used.saturating_add(wanted) <= self.limit;
        let trusted = self.measured.filter(|_| self.appended <= self.limit / 16);
        if !trusted.is_some_and(|measured| fits(measured + self.appended)) {
            let measured = usage::of_files_in(&self.folder)?;
            if !fits(measured) {
                return Err(DeadLetterError::Full {
                    folder: self.folder.clone(),
                    limit: self.limit,
                });
            }
            (self.measured, self.appended) = (Some(measured), 0);
        }
        self.appended += wanted;
        Ok(())
    }
}

fn line(at: SystemTime, reason: &str, topic: &str, record: &[u8]) -> Vec<u8> {
    let at = timestamp::text(at);
    let reason = serde_json::Value::from(reason);
    let topic = match topic {
        "" => String::new(),
        topic => format!("\"topic\":{},", serde_json::Value::from(topic)),
    };
    let mut line = format!("{{\"at\":\"{at}\",\"reason\":{reason},{topic}\"record\":").into_bytes();
    // Within JSON a line break can only stand between words, where a space says the same.
    line.extend(record.iter().map(|byte| match byte {
        b'\n' | b'\r' => b' ',
        other => *other,
    }));
    line.extend(b"}\n");
    line
}

/// One write, all or nothing.
fn append(mut file: File, mut line: Vec<u8>) -> io::Result<()> {
    let before = file.metadata()?.len();
    if !ends_with_line_break(&file, before)? {
        line.insert(0, b'\n');
    }
    match file.write(&line) {
        Ok(written) if written == line.len() => Ok(()),
        outcome => {
            file.set_len(before)?;
            Err(outcome.err().unwrap_or_else(|| io::ErrorKind::StorageFull.into()))
        }
    }
}

/// Also where there is nothing to end.
fn ends_with_line_break(mut file: &File, length: u64) -> io::Result<bool> {
    use io::{Read as _, Seek as _};
    let Some(last) = length.checked_sub(1) else {
        return Ok(true);
    };
    let mut byte = [0];
    file.seek(io::SeekFrom::Start(last))?;
    file.read_exact(&mut byte)?;
    Ok(byte == *b"\n")
}

#[cfg(test)]
mod tests;
