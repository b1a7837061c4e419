//! What was noted as arrived is known again, and what is in doubt goes again.

use super::*;

/// A file with ten records, of which some are acknowledged one after the other.
fn acknowledged(count: u32) -> (tempfile::TempDir, PathBuf, Vec<u64>) {
    let (folder, path) = place();
    let mut writer = Writer::create(&path, &IDENTITY, RECORDS + 4096, Medium::Written).unwrap();
    let places = append_all(&mut writer, &examples(10));
    let segment = writer.segment().clone();
    for index in 1..=count {
        segment.acknowledge(position(&places, index)).unwrap();
    }
    assert_eq!(segment.acknowledged(), position(&places, count));
    (folder, path, places)
}

fn position(places: &[u64], index: u32) -> Position {
    let offset = places[index as usize];
    Position { offset, index }
}

/// Flips a byte of a file.
fn damage(path: &Path, offset: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[offset] ^= 0x10;
    write_file(path, &bytes);
}

#[test]
fn they_survive_the_process() {
    for count in 0..6 {
        let (_folder, path, places) = acknowledged(count);
        let segment = open(&path).unwrap().segment;
        assert_eq!(segment.acknowledged(), position(&places, count));
        let limit = segment.length().unwrap();
        let read = harvest(&mut Scanner::new(&*segment, segment.acknowledged(), limit));
        assert_eq!(read.indices(), (count..10).collect::<Vec<_>>());
        assert_eq!(read.lost(), 0);
    }
}

#[test]
fn the_latest_damaged_leaves_the_one_before() {
    for (count, latest) in [(4, 512), (5, 1024)] {
        let (_folder, path, places) = acknowledged(count);
        damage(&path, latest + 3);
        let segment = open(&path).unwrap().segment;
        assert_eq!(segment.acknowledged(), position(&places, count - 1));
        // It goes on from there, and the damaged slot is written again.
        segment.acknowledge(position(&places, 7)).unwrap();
        damage(&path, 1536 - latest + 3);
        assert_eq!(open(&path).unwrap().segment.acknowledged(), position(&places, 7));
    }
}

#[test]
fn both_damaged_say_nothing() {
    let (_folder, path, _) = acknowledged(5);
    damage(&path, 512 + 27);
    damage(&path, 1024);
    let opened = open(&path).unwrap();
    assert_eq!(
        (opened.segment.acknowledged(), opened.damage),
        (Position::START, None)
    );
}

#[test]
fn they_never_go_back() {
    let (_folder, path, places) = acknowledged(5);
    let segment = open(&path).unwrap().segment;
    segment.acknowledge(position(&places, 3)).unwrap();
    assert_eq!(segment.acknowledged(), position(&places, 5));
    assert_eq!(open(&path).unwrap().segment.acknowledged(), position(&places, 5));
}

#[test]
fn the_position_after_a_record_is_what_to_acknowledge() {
    let mut writer = Writer::memory(&IDENTITY, RECORDS + 4096).unwrap();
    append_all(&mut writer, &examples(10));
    let segment = writer.segment();
    let mut scanner = Scanner::new(&**segment, Position::START, writer.end());
    while let Some(found) = scanner.next().unwrap() {
        let Found::Record(record) = found else {
            panic!("{found:?}")
        };
        segment.acknowledge(record.position_after()).unwrap();
    }
    assert_eq!(segment.acknowledged(), writer.position());
}

#[test]
fn damage_right_behind_them_is_counted_exactly() {
    let (_folder, path, places) = acknowledged(4);
    for header in &places[4..7] {
        damage(&path, *header as usize);
    }
    let segment = open(&path).unwrap().segment;
    let read = harvest(&mut Scanner::new(
        &*segment,
        segment.acknowledged(),
        segment.length().unwrap(),
    ));
    assert_eq!((read.indices(), read.lost()), (vec![7, 8, 9], 3));
}

#[test]
fn a_place_beyond_the_file_is_its_end() {
    let (_folder, path, places) = acknowledged(8);
    std::fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(places[6])
        .unwrap();
    let segment = open(&path).unwrap().segment;
    let read = harvest(&mut Scanner::new(
        &*segment,
        segment.acknowledged(),
        segment.length().unwrap(),
    ));
    assert_eq!(read, Harvest::default());
}
