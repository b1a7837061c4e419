//! What holds of segments, whatever holds their bytes and whatever befalls them.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod acknowledgements;
mod corruption;
mod cuts_and_flips;
#[cfg(target_os = "linux")]
mod disk_full;
mod files;
mod media;
mod recovery;
#[cfg(target_os = "linux")]
mod rests;
mod scans;

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use uuid::Uuid;

use super::*;

const IDENTITY: Identity = Identity {
    number: 3,
    stream: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
    created_at: 1_793_509_200_000,
};

/// A record as the tests keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Given {
    grave: bool,
    key: String,
    body: Vec<u8>,
}

impl Given {
    fn new(key: &str, body: &str) -> Self {
        Given {
            grave: false,
            key: key.to_owned(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn frame(&self) -> Frame<'_> {
        Frame::new(&self.key, &self.body, self.grave).unwrap()
    }

    fn is(&self, record: &Record<'_>) -> bool {
        (self.grave, &*self.key, &*self.body) == (record.grave, record.key, record.body)
    }
}

/// Records of several lengths, so that their paddings have all lengths.
fn examples(count: usize) -> Vec<Given> {
    let example = |index: usize| Given {
        grave: index.is_multiple_of(3),
        key: "a/".repeat(index % 3),
        body: format!("{{\"n\":{index},\"x\":\"{}\"}}", "x".repeat(index * 5 % 23)).into_bytes(),
    };
    (0..count).map(example).collect()
}

/// Appends records, and returns where each begins, followed by where the last one ends.
fn append_all(writer: &mut Writer, records: &[Given]) -> Vec<u64> {
    let mut places = vec![writer.end()];
    for record in records {
        places.push(writer.append(&record.frame()).unwrap());
        assert_eq!(Some(&writer.end()), places.last());
    }
    places
}

/// The bytes of a segment that holds these records, of this capacity or sealed, and their places.
fn image(records: &[Given], capacity: Option<u64>) -> (Vec<u8>, Vec<u64>) {
    let needed: u64 = records.iter().map(|record| record.frame().size()).sum();
    let mut writer = Writer::memory(&IDENTITY, capacity.unwrap_or(RECORDS + needed + 8)).unwrap();
    let places = append_all(&mut writer, records);
    let segment = writer.segment().clone();
    if capacity.is_none() {
        writer.seal().unwrap();
    }
    (bytes_of(&segment), places)
}

fn bytes_of(segment: &Segment) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(segment.length().unwrap()).unwrap()];
    segment.read_at(0, &mut bytes).unwrap();
    bytes
}

/// What a scan came upon, to be kept.
#[derive(Debug, Default, PartialEq, Eq)]
struct Harvest {
    /// Indices and contents.
    records: Vec<(u32, Given)>,
    damage: Vec<Damage>,
}

impl Harvest {
    fn indices(&self) -> Vec<u32> {
        self.records.iter().map(|(index, _)| *index).collect()
    }

    /// How many records were counted as lost.
    fn lost(&self) -> u64 {
        self.damage.iter().map(|damage| damage.records).sum()
    }
}

/// Scans to the limit, and checks that what is given rises.
fn harvest<S: ReadAt>(scanner: &mut Scanner<S>) -> Harvest {
    let mut harvest = Harvest::default();
    let mut place = scanner.position().offset;
    while let Some(found) = scanner.next().unwrap() {
        let (start, end) = match found {
            Found::Record(record) => {
                let key = record.key.to_owned();
                let (grave, body) = (record.grave, record.body.to_vec());
                harvest.records.push((record.index, Given { grave, key, body }));
                (record.start, record.end)
            }
            Found::Damage(damage) => {
                assert!(damage.records > 0);
                harvest.damage.push(damage);
                (damage.start, damage.end)
            }
        };
        assert!(place <= start && start < end, "{start}..{end} after {place}");
        place = end;
    }
    assert!(harvest.records.is_sorted_by_key(|(index, _)| *index));
    harvest
}

/// Scans bytes from the first record on, as recovery does.
fn recover(bytes: &[u8]) -> Harvest {
    harvest(&mut Scanner::new(bytes, Position::START, bytes.len() as u64))
}

/// A folder that goes with the test, and the name of a segment in it.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("0000000003.segment");
    (folder, path)
}

/// What the records of an image become once they are written to a file.
fn write_file(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}
