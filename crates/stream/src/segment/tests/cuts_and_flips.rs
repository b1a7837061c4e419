//! A file that is cut off, or has a wrong byte, loses the record that was hit, and nothing else.

use super::*;

#[test]
fn cut_at_every_offset() {
    let records = examples(9);
    let (bytes, places) = image(&records, None);
    let (_folder, path) = place();
    write_file(&path, &bytes);
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    for length in (0..=bytes.len()).rev() {
        file.set_len(length as u64).unwrap();
        let opened = open(&path).unwrap();
        let limit = opened.segment.length().unwrap();
        let mut scanner = Scanner::new(&*opened.segment, opened.segment.acknowledged(), limit);
        let read = harvest(&mut scanner);
        // Without its padding a record is whole.
        let content = |index: usize| {
            let record = &records[index];
            (
                places[index],
                places[index] as usize + 24 + record.key.len() + record.body.len(),
            )
        };
        let whole = (0..records.len()).take_while(|index| content(*index).1 <= length);
        let whole: Vec<u32> = whole.map(|index| index as u32).collect();
        assert_eq!(read.indices(), whole, "cut at {length}");
        assert!(
            read.records
                .iter()
                .all(|(index, given)| *given == records[*index as usize])
        );
        let is_torn = whole.len() < records.len() && length as u64 > content(whole.len()).0;
        assert_eq!(read.lost(), u64::from(is_torn), "cut at {length}");
        assert_eq!(
            opened.damage.is_some(),
            length < RECORDS as usize,
            "cut at {length}"
        );
    }
}

#[test]
fn killed_while_copying() {
    let records = examples(5);
    let (bytes, places) = image(&records, Some(RECORDS + 64 * 1024));
    let (start, end) = (places[4] as usize, places[5] as usize);
    let written_in_order = |copied: usize| {
        let mut torn = bytes.clone();
        torn[copied..].fill(0);
        torn
    };
    // As the map is written to: key and body, then the header.
    let header_last = |copied: usize| {
        let mut torn = written_in_order(copied.max(start + 24));
        torn[start..start + 24].fill(0);
        torn
    };
    for copied in start..end {
        for torn in [written_in_order(copied), header_last(copied)] {
            let read = recover(&torn);
            let is_whole = torn == bytes;
            assert_eq!(
                read.records.len(),
                4 + usize::from(is_whole),
                "copied up to {copied}"
            );
            let is_torn = !is_whole && torn[start..].iter().any(|byte| *byte != 0);
            assert_eq!(read.lost(), u64::from(is_torn), "copied up to {copied}");
        }
    }
}

#[test]
fn flip_every_byte() {
    let records = examples(7);
    for capacity in [None, Some(RECORDS + 8192)] {
        let (bytes, places) = image(&records, capacity);
        for (index, record) in records.iter().enumerate() {
            let length = 24 + record.key.len() + record.body.len();
            let start = places[index] as usize;
            for place in start..places[index + 1] as usize {
                let mut flipped = bytes.clone();
                flipped[place] ^= 1 << (place % 8);
                let read = recover(&flipped);
                let is_padding = place >= start + length;
                let others: Vec<u32> = (0..7)
                    .filter(|other| is_padding || *other != index as u32)
                    .collect();
                assert_eq!(read.indices(), others, "record {index}, byte {}", place - start);
                assert!(
                    read.records
                        .iter()
                        .all(|(index, given)| *given == records[*index as usize])
                );
                assert_eq!(
                    read.lost(),
                    u64::from(!is_padding),
                    "record {index}, byte {}",
                    place - start
                );
            }
        }
    }
}

#[test]
fn flips_in_neighbours_are_counted_exactly() {
    let records = examples(12);
    let (bytes, places) = image(&records, None);
    // Headers of 0, 3, 4 and 5, the body of 6, and that of the last.
    let mut damaged = bytes;
    for header in [0, 3, 4, 5] {
        damaged[places[header] as usize + 9] ^= 0x40;
    }
    for body in [6, 11] {
        damaged[places[body] as usize + 30] ^= 0x40;
    }
    let read = recover(&damaged);
    assert_eq!(read.indices(), [1, 2, 7, 8, 9, 10]);
    let stretches: Vec<_> = read
        .damage
        .iter()
        .map(|damage| (damage.start, damage.end, damage.records))
        .collect();
    assert_eq!(
        stretches,
        [
            (places[0], places[1], 1),
            (places[3], places[6], 3),
            (places[6], places[7], 1),
            (places[11], places[12], 1)
        ]
    );
}

#[test]
fn holes_of_zeros_are_crossed() {
    let records = examples(400);
    let (bytes, places) = image(&records, Some(RECORDS + 64 * 1024));
    for page in [4096..8192, 8192..16_384, 4096..4097 + 8000] {
        let mut holed = bytes.clone();
        holed[page.clone()].fill(0);
        let read = recover(&holed);
        let hit = |index: &usize| {
            let record = places[*index] as usize..places[*index + 1] as usize;
            record.start < page.end && page.start < record.end && bytes[record.clone()] != holed[record]
        };
        let hit = (0..records.len()).filter(hit).count();
        assert!(hit > 20);
        assert_eq!(
            (read.records.len(), read.lost()),
            (400 - hit, hit as u64),
            "{page:?}"
        );
    }
}
