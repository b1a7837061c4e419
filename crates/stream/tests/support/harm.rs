//! What disks, power cuts and people do to the files of the dead.

use std::ops::Range;
use std::path::Path;

use super::world::number_in;

/// Where the records of a segment begin, and what their headers begin with.
const RECORDS: usize = 4096;
const MAGIC: [u8; 4] = *b"\x1et4\x1f";
const HEADER: usize = 24;

/// A record in a file, and its number.
pub struct Place {
    pub bytes: Range<usize>,
    pub number: u64,
}

/// The records in a segment, as far as their headers say where they end.
pub fn places(file: &[u8]) -> Vec<Place> {
    let mut places = Vec::new();
    let mut at = RECORDS;
    while let Some(header) = file.get(at..at + HEADER) {
        if !header.starts_with(&MAGIC) {
            at += 8;
            continue;
        }
        let key = usize::from(u16::from_le_bytes([header[6], header[7]]));
        let body = u32::from_le_bytes([header[8], header[9], header[10], header[11]]) as usize;
        let end = (at + HEADER + key + body).next_multiple_of(8);
        if let Some(number) = file.get(at..end.min(file.len())).and_then(number_in) {
            places.push(Place {
                bytes: at..end,
                number,
            });
        }
        at = end.max(at + 8);
    }
    places
}

/// What is done to a file.
#[derive(Debug, Clone, Copy)]
pub enum Harm {
    Flip,
    Truncate,
    Zeros,
}

/// Harms a file at this place. The numbers of the records that it may have cost.
pub fn harm(path: &Path, harm: Harm, at: usize, length: usize) -> Vec<u64> {
    let mut file = std::fs::read(path).unwrap();
    if file.is_empty() {
        return Vec::new();
    }
    let at = at % file.len();
    let harmed = match harm {
        Harm::Flip => at..at + 1,
        Harm::Truncate => at..file.len(),
        Harm::Zeros => at..(at + length).min(file.len()),
    };
    let touched = |place: &&Place| place.bytes.start < harmed.end && harmed.start < place.bytes.end;
    let lost = places(&file)
        .iter()
        .filter(touched)
        .map(|place| place.number)
        .collect();
    match harm {
        Harm::Flip => file[at] ^= 1 << (length % 8),
        Harm::Truncate => file.truncate(at),
        Harm::Zeros => file[harmed].fill(0),
    }
    std::fs::write(path, file).unwrap();
    lost
}

/// Copies a folder as a kill would leave it. What vanishes meanwhile has been delivered.
pub fn copy(from: &Path, to: &Path) {
    let _ = std::fs::create_dir(to);
    std::fs::set_permissions(to, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let mut entries: Vec<_> = std::fs::read_dir(from).into_iter().flatten().flatten().collect();
    // A stream's lock goes after all else in its folder: no kill leaves segments without it.
    entries.sort_by_key(|entry| entry.file_name() != "owner");
    for entry in entries {
        let target = to.join(entry.file_name());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => copy(&entry.path(), &target),
            _ => drop(std::fs::copy(entry.path(), target)),
        }
    }
}
