//! What must hold for any bytes in the place of a segment: the check that the fuzz target and the tests share.

use super::format::{ALIGNMENT, Fields, Position, RECORDS};
use super::found::Found;
use super::frame::{self, HEADER};
use super::scanner::Scanner;
use super::{header, slots};

/// Scans the bytes as a file, and as the records of one; the latter also with checksums that hold, which no
/// search would come upon. Panics where a promise of the scan is broken.
pub(crate) fn check_any_bytes(data: &[u8]) {
    check_file(data);
    let mut file = vec![0; RECORDS as usize];
    file.extend_from_slice(data);
    check_scan(&file, Position::START);
    repair(&mut file);
    check_scan(&file, Position::START);
}

/// Reads the bytes as [`open`](super::open()) would.
fn check_file(data: &[u8]) {
    if let Some(bytes) = data.first_chunk() {
        // Any outcome is right; it only has to be one.
        let _ = header::decode(bytes);
    }
    let slot = |place: u64| data.get(place as usize..)?.first_chunk().copied();
    let [first, second] = slots::OFFSETS.map(|place| slot(place).unwrap_or([0; slots::SIZE]));
    check_scan(data, slots::Acknowledgement::decode(&[first, second]).position);
}

fn check_scan(data: &[u8], from: Position) {
    let limit = data.len() as u64;
    let mut scanner = Scanner::new(data, from, limit);
    let mut narrow = Scanner::with_window(data, from, limit, HEADER);
    let (mut place, mut index) = (from.offset, u64::from(from.index));
    let mut steps = 0;
    loop {
        let found = scanner.next().ok();
        assert_eq!(found, narrow.next().ok(), "a narrow window shows something else");
        let Some(found) = found else {
            unreachable!("bytes in memory can be read");
        };
        let end = match found {
            None => break,
            Some(Found::Record(record)) => {
                assert!(u64::from(record.index) >= index, "{record:?} comes after {index}");
                assert!(
                    place <= record.start && record.start % ALIGNMENT == 0,
                    "{record:?} after {place}"
                );
                index = u64::from(record.index) + 1;
                let key = record.start as usize + HEADER;
                let body = key + record.key.len();
                assert_eq!(data.get(key..body), Some(record.key.as_bytes()));
                assert_eq!(data.get(body..body + record.body.len()), Some(record.body));
                record.end
            }
            Some(Found::Damage(damage)) => {
                assert!(place <= damage.start && damage.start < damage.end && damage.end <= limit);
                assert!(
                    damage.records > 0 && damage.records <= 1 + (damage.end - damage.start) / HEADER as u64
                );
                damage.end
            }
        };
        assert!(end > place, "no step forward at {place}");
        place = end;
        steps += 1;
        assert!(steps <= data.len() / ALIGNMENT as usize, "more steps than words");
    }
}

/// Makes the checksums hold of whatever begins like a record.
fn repair(file: &mut [u8]) {
    let mut start = RECORDS as usize;
    while let Some(rest) = file.get_mut(start..)
        && rest.len() >= HEADER
    {
        if rest.starts_with(&frame::MAGIC)
            && let Some((header, content)) = rest.split_at_mut_checked(HEADER)
        {
            let mut lengths = Fields(header.get(6..12).unwrap_or_default());
            let length = usize::from(lengths.take_u16()).saturating_add(lengths.take_u32() as usize);
            if let (Some(content), Some(target)) = (content.get(..length), header.get_mut(12..16)) {
                target.copy_from_slice(&crc32c::crc32c(content).to_le_bytes());
            }
            if let Some((fields, target)) = header.split_last_chunk_mut::<4>() {
                *target = frame::header_checksum(fields, start as u64);
            }
        }
        start += ALIGNMENT as usize;
    }
}
