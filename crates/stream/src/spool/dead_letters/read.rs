//! Dead letters are read again: for tools.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::ops::Range;
use std::path::Path;

use serde_json::value::RawValue;

use super::super::error::SpoolError;
use super::super::files;

/// Lines that are longer were not written here: a record has at most 1 MiB, and a reason is a line for people.
const LONGEST: usize = 4 << 20;

/// A record that was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeadLetter {
    /// When, as RFC 3339.
    pub(crate) at: String,
    /// Why, in the words of the server or the transport.
    pub(crate) reason: String,
    /// To which topic it was to go; empty where that was not said.
    pub(crate) topic: String,
    /// The record's JSON, to the letter.
    pub(crate) record: String,
}

/// The dead letters in one file, in their order. Lines that are none are passed over, and counted.
pub(crate) struct Reader {
    file: BufReader<File>,
    /// Where the last line began, and where the next one does.
    line: Range<u64>,
    unreadable: u64,
}

impl Reader {
    pub(crate) fn open(path: &Path) -> Result<Self, SpoolError> {
        let file = files::open(path, OpenOptions::new().read(true))?;
        Ok(Reader {
            file: BufReader::new(file),
            line: 0..0,
            unreadable: 0,
        })
    }

    /// How many lines were passed over so far.
    pub(crate) fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// Where the last letter that was given lies in the file, with the end of its line.
    pub(crate) fn place(&self) -> Range<u64> {
        self.line.clone()
    }

    /// The next line, as much of it as may be looked at; empty at the end.
    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        (&mut self.file)
            .take(LONGEST as u64)
            .read_until(b'\n', &mut line)?;
        let mut length = line.len();
        if line.len() == LONGEST && !line.ends_with(b"\n") {
            length += self.file.skip_until(b'\n')?;
        }
        self.line = self.line.end..self.line.end + length as u64;
        Ok(line)
    }
}

impl Iterator for Reader {
    type Item = io::Result<DeadLetter>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.line() {
                Ok(line) if line.is_empty() => return None,
                Ok(line) => match parse(&line) {
                    Some(letter) => return Some(Ok(letter)),
                    None => self.unreadable += 1,
                },
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

fn parse(line: &[u8]) -> Option<DeadLetter> {
    let mut members: HashMap<String, Box<RawValue>> = serde_json::from_slice(line).ok()?;
    let text = |member: &RawValue| serde_json::from_str(member.get()).ok();
    Some(DeadLetter {
        at: text(members.get("at")?)?,
        reason: text(members.get("reason")?)?,
        topic: match members.get("topic") {
            Some(topic) => text(topic)?,
            None => String::new(),
        },
        record: members.remove("record")?.get().to_owned(),
    })
}
