//! Scans go back, stay small, and tell a failure to read from damage.

use std::cell::Cell;
use std::io;

use super::*;

/// Bytes whose reading can fail, and which remember what was asked of them.
struct Fallible<'a> {
    bytes: &'a [u8],
    fails: Cell<bool>,
    longest: Cell<usize>,
    read: Cell<usize>,
}

impl<'a> Fallible<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let (fails, longest, read) = (Cell::new(false), Cell::new(0), Cell::new(0));
        Fallible {
            bytes,
            fails,
            longest,
            read,
        }
    }
}

impl ReadAt for Fallible<'_> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        if self.fails.get() {
            buffer.fill(0);
            return Err(io::ErrorKind::Other.into());
        }
        self.longest.set(self.longest.get().max(buffer.len()));
        self.read.set(self.read.get() + buffer.len());
        self.bytes.read_at(offset, buffer)
    }
}

#[test]
fn a_step_that_failed_is_tried_again() {
    let records = examples(20);
    let (bytes, _) = image(&records, None);
    let source = Fallible::new(&bytes);
    let mut scanner = Scanner::with_window(&source, Position::START, bytes.len() as u64, 64);
    let mut contents = Vec::new();
    let mut failures = 0;
    loop {
        source.fails.set(true);
        if scanner.next().is_err() {
            failures += 1;
        } else {
            // It came from what had been read before: as good as any.
            scanner.seek(Position {
                offset: RECORDS,
                index: 0,
            });
            for _ in 0..contents.len() {
                source.fails.set(false);
                scanner.next().unwrap();
            }
        }
        source.fails.set(false);
        match scanner.next().unwrap() {
            Some(Found::Record(record)) => contents.push(record.index),
            Some(Found::Damage(damage)) => panic!("{damage:?}"),
            None => break,
        }
    }
    assert_eq!(contents, (0..20).collect::<Vec<_>>());
    assert!(failures > 0);
}

#[test]
fn records_are_given_again_from_where_one_likes() {
    let (bytes, places) = image(&examples(20), None);
    let mut scanner = Scanner::new(&bytes[..], Position::START, bytes.len() as u64);
    harvest(&mut scanner);
    for index in [0, 7, 19] {
        scanner.seek(Position {
            offset: places[index],
            index: index as u32,
        });
        assert_eq!(
            harvest(&mut scanner).indices(),
            (index as u32..20).collect::<Vec<_>>()
        );
    }
}

#[test]
fn memory_is_bounded_and_nothing_is_read_over_and_over() {
    // Eight MiB of records, then with its headers damaged: the search crosses all of it.
    let record = Given::new("", &"x".repeat(100_000));
    let (bytes, places) = image(&vec![record; 80], Some(8 << 20));
    let mut damaged = bytes.clone();
    for place in &places[..79] {
        damaged[*place as usize] ^= 1;
    }
    for (bytes, records, lost) in [(&bytes, 80, 0), (&damaged, 1, 79)] {
        let source = Fallible::new(bytes);
        let read = harvest(&mut Scanner::new(&source, Position::START, bytes.len() as u64));
        assert_eq!((read.records.len(), read.lost()), (records, lost));
        assert!(
            source.longest.get() <= 256 * 1024,
            "{} at once",
            source.longest.get()
        );
        assert!(
            source.read.get() < bytes.len() * 2,
            "{} in all",
            source.read.get()
        );
    }
}

#[test]
fn headers_that_claim_too_much_are_not_believed() {
    let records = examples(3);
    let (bytes, places) = image(&records, None);
    // The second one says that it is the 1,000th, with a checksum that holds: no 999 fit in front of it.
    let mut forged = bytes;
    let start = places[1] as usize;
    forged[start + 16..start + 20].copy_from_slice(&999_u32.to_le_bytes());
    let checksum = frame::header_checksum(&forged[start..start + 20], places[1]);
    forged[start + 20..start + 24].copy_from_slice(&checksum);
    let read = recover(&forged);
    assert_eq!((read.indices(), read.lost()), (vec![0, 2], 1));
}

#[test]
fn a_block_that_was_written_elsewhere_holds_no_records_there() {
    let records = examples(400);
    let (bytes, places) = image(&records, None);
    // The third page lies in the place of the second one as well.
    let mut misplaced = bytes.clone();
    misplaced.copy_within(12_288..16_384, 8192);
    let hit = |index: &usize| {
        let record = places[*index] as usize..places[*index + 1] as usize;
        bytes[record.clone()] != misplaced[record]
    };
    let hit = (0..records.len()).filter(hit).count();
    let read = recover(&misplaced);
    assert_eq!((read.records.len(), read.lost()), (400 - hit, hit as u64));
    assert!(
        read.records
            .iter()
            .all(|(index, given)| *given == records[*index as usize])
    );
}
