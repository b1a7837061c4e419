//! Bytes that were read from a connection and belong to no answer yet.

use std::io::{self, Read};
use std::ops::Deref;

use super::AnswerError;

/// As much is read at once, at least.
const PIECE: usize = 16 * 1024;

/// Bytes that were read from a connection and belong to no answer yet. Their memory is used again: a crowd of short
/// answers costs a system call together.
#[derive(Debug, Default)]
pub(super) struct Unread {
    memory: Vec<u8>,
    start: usize,
    end: usize,
}

impl Unread {
    /// The first bytes belong to an answer now.
    pub(super) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// Reads some more; false at the end.
    pub(super) fn fill(&mut self, from: &mut impl Read) -> Result<bool, AnswerError> {
        self.make_room();
        loop {
            let room = self.memory.get_mut(self.end..).unwrap_or_default();
            match from.read(room) {
                Ok(count) => {
                    self.end += count.min(room.len());
                    return Ok(count > 0);
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::Interrupted => {}
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => return Err(AnswerError::Late),
                    io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::BrokenPipe
                    | io::ErrorKind::NotConnected
                    | io::ErrorKind::UnexpectedEof => return Err(AnswerError::Cut),
                    _ => return Err(AnswerError::Broken(error)),
                },
            }
        }
    }

    fn make_room(&mut self) {
        if self.memory.len() - self.end >= PIECE {
            return;
        }
        self.memory.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.memory.len() - self.end < PIECE {
            self.memory.resize(self.end + 2 * PIECE, 0);
        }
    }
}

impl Deref for Unread {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.memory.get(self.start..self.end).unwrap_or_default()
    }
}
