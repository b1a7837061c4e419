//! What a sink has taken: a line for each event, however often it came.

use std::collections::HashMap;

use super::request::Told;

/// No play has as many events: a higher number is not one of ours.
const MOST: u64 = 1 << 28;

/// What has been taken so far.
#[derive(Debug, Default)]
pub struct Book {
    plays: HashMap<u64, Vec<Line>>,
    /// How many different events of each play have come.
    different: HashMap<u64, u64>,
    copies: u64,
    /// What no play of ours could have sent, shortened.
    pub strangers: Vec<String>,
    /// Copies that were not like the first.
    pub changed: Vec<String>,
}

/// What is known of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Line {
    /// The `tnt4-id` of its copies.
    pub id: u128,
    /// The checksum of its copies without `tnt4-id`.
    pub checksum: u32,
    /// How many came; 0 where it did not come at all.
    pub copies: u32,
    /// When the first came: how many records of all plays had come before.
    pub turn: u64,
}

impl Book {
    /// The lines of a play, by number.
    #[must_use]
    pub fn lines(&self, play: u64) -> &[Line] {
        self.plays.get(&play).map_or(&[], Vec::as_slice)
    }

    /// How many different events of a play have come.
    #[must_use]
    pub fn different(&self, play: u64) -> u64 {
        self.different.get(&play).copied().unwrap_or(0)
    }

    /// How many records have come, all copies of all plays.
    #[must_use]
    pub fn copies(&self) -> u64 {
        self.copies
    }

    /// What the book itself takes of the memory, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        let lines: usize = self.plays.values().map(Vec::capacity).sum();
        (lines * size_of::<Line>()) as u64
    }

    /// Enters a record.
    pub(super) fn enter(&mut self, record: &[u8]) {
        let turn = self.copies;
        self.copies += 1;
        let Some(told) = Told::read(record).filter(|told| told.number < MOST) else {
            self.strangers.push(shortened(record));
            return;
        };
        let lines = self.plays.entry(told.play).or_default();
        let number = told.number as usize;
        if lines.len() <= number {
            lines.resize(number + 1, Line::default());
        }
        let line = &mut lines[number];
        if line.copies == 0 {
            *line = Line {
                id: told.id,
                checksum: told.checksum,
                copies: 1,
                turn,
            };
            *self.different.entry(told.play).or_default() += 1;
            return;
        }
        line.copies += 1;
        if (line.id, line.checksum) != (told.id, told.checksum) {
            self.changed.push(shortened(record));
        }
    }
}

fn shortened(record: &[u8]) -> String {
    String::from_utf8_lossy(record).chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: u128, number: u64, rest: &str) -> Vec<u8> {
        format!("{{\"tnt4-id\":\"{id:032x}\",\"tracking-id\":\"7-{number}\",\"msg\":\"{rest}\"}}")
            .into_bytes()
    }

    #[test]
    fn copies_are_one_line_and_must_be_alike() {
        let mut book = Book::default();
        for record in [record(1, 0, "a"), record(1, 0, "a"), record(2, 3, "b")] {
            book.enter(&record);
        }
        assert_eq!((book.different(7), book.copies()), (2, 3));
        assert_eq!((book.lines(7)[0].copies, book.lines(7)[1].copies), (2, 0));
        assert!(book.changed.is_empty() && book.strangers.is_empty());
        book.enter(&record(9, 0, "a"));
        book.enter(&record(2, 3, "c"));
        assert_eq!(book.changed.len(), 2);
        book.enter(b"{}");
        assert_eq!(book.strangers, ["{}"]);
    }
}
