//! Records are copied out, one line of JSON each.

use std::io::{self, Write};
use std::path::Path;

use super::error::Cause;
use super::scan::{From, scan};
use super::{Destination, SpoolsError};
use crate::spool::{Reader, listing};

/// What is exported beside the records that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Selection {
    /// What the server rejected, without the reasons.
    pub dead_letters: bool,
    /// What is valid in the segments in quarantine and had not arrived. Where a segment was repaired, the same
    /// records also wait, under the same identities.
    pub quarantine: bool,
}

/// What was exported.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Exported {
    /// How many records were written.
    pub records: u64,
    /// How many could not be, as they are damaged.
    pub damaged: u64,
    /// What could not be read, in words.
    pub problems: Vec<String>,
}

impl Destination {
    /// Writes each record as it would be sent, on a line of its own: those of all streams, the living included, that
    /// have not arrived as far as is known here. They stay where they are.
    ///
    /// # Errors
    /// [`SpoolsError`], where the folder itself cannot be used, or the output takes no more.
    pub fn export(&self, selection: Selection, output: &mut dyn Write) -> Result<Exported, SpoolsError> {
        let mut exported = Exported::default();
        for stream in self.streams()? {
            let alive = listing::is_owned(self.folder(), stream)?;
            for (_, path) in listing::segments(self.folder(), stream)? {
                exported.segment(&path, alive, output)?;
            }
        }
        if selection.dead_letters {
            for file in listing::dead_letters(self.folder())? {
                exported.letters(&file.path, output)?;
            }
        }
        if selection.quarantine {
            for file in listing::quarantined(self.folder())? {
                exported.segment(&file.path, false, output)?;
            }
        }
        Ok(exported)
    }
}

impl Exported {
    fn segment(&mut self, path: &Path, alive: bool, output: &mut dyn Write) -> Result<(), SpoolsError> {
        let records = &mut self.records;
        let scanned = scan(path, From::Acknowledged, alive, |record| {
            *records += 1;
            write(output, record.body)
        });
        match scanned {
            Ok(scanned) => self.damaged += scanned.map_or(0, |scanned| scanned.lost()),
            Err(error) if error.output().is_some() => return Err(error),
            Err(error) => self.problems.push(error.to_string()),
        }
        Ok(())
    }

    fn letters(&mut self, path: &Path, output: &mut dyn Write) -> Result<(), SpoolsError> {
        let mut reader = match Reader::open(path) {
            Ok(reader) => reader,
            Err(error) => {
                self.problems.push(error.to_string());
                return Ok(());
            }
        };
        for letter in reader.by_ref() {
            match letter {
                Ok(letter) => write(output, letter.record.as_bytes())?,
                Err(error) => {
                    self.problems
                        .push(SpoolsError::io("read", path)(error).to_string());
                    break;
                }
            }
            self.records += 1;
        }
        self.damaged += reader.unreadable();
        Ok(())
    }
}

/// In one call, so that an output can take each line for itself.
fn write(output: &mut dyn Write, record: &[u8]) -> Result<(), SpoolsError> {
    let mut line = record.to_vec();
    // A record has none. Should one come from elsewhere: in JSON they stand between words, as a space may.
    for byte in line.iter_mut().filter(|byte| matches!(**byte, b'\n' | b'\r')) {
        *byte = b' ';
    }
    line.push(b'\n');
    let written: io::Result<()> = output.write_all(&line);
    written.map_err(|error| Cause::Output(error).into())
}
