//! Sealed files are closed, and opened again for whoever needs them; nobody else's file is touched.

use std::sync::Arc;

use super::*;

/// How many descriptors of this process lead to a file.
fn descriptors(path: &Path) -> usize {
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
        .filter(|target| target == path)
        .count()
}

/// A sealed segment in a file, with so many records, and their ends.
fn sealed(path: &Path, count: usize) -> (Arc<Segment>, Vec<u64>) {
    let mut writer = Writer::create(path, &IDENTITY, 256 << 10, Medium::Mapped).unwrap();
    let places = append_all(&mut writer, &examples(count));
    let segment = writer.segment().clone();
    assert!(descriptors(path) > 0);
    writer.seal().unwrap();
    (segment, places)
}

fn after(places: &[u64], index: u32) -> Position {
    Position {
        offset: places[index as usize],
        index,
    }
}

#[test]
fn what_is_sealed_is_open_only_where_it_is_read() {
    let (_folder, path) = place();
    let (segment, places) = sealed(&path, 30);
    let other_path = path.with_file_name("other");
    let (other, _) = sealed(&other_path, 30);
    let both = || (descriptors(&path), descriptors(&other_path));
    assert_eq!(both(), (0, 0));
    segment.acknowledge(after(&places, 3)).unwrap();
    segment.sync_data().unwrap();
    segment.sync_creation().unwrap();
    assert_eq!(Some(&segment.length().unwrap()), places.last());
    assert_eq!(both(), (0, 0));

    let bookmark = Bookmark::default();
    for _ in 0..3 {
        bookmark.turn_to(&segment);
        let mut byte = [0];
        segment.read_at(RECORDS, &mut byte).unwrap();
        assert_eq!(both(), (1, 0));
    }
    bookmark.turn_to(&other);
    assert_eq!(recover(&bytes_of(&other)).indices().len(), 30);
    assert_eq!(both(), (0, 1));
    assert_eq!(open(&path).unwrap().segment.acknowledged(), after(&places, 3));
}

#[test]
fn what_came_from_memory_is_closed_at_once() {
    let (_folder, path) = place();
    let mut writer = Writer::memory(&IDENTITY, 256 << 10).unwrap();
    append_all(&mut writer, &examples(30));
    let memory = writer.segment().clone();
    writer.seal().unwrap();
    let file = memory.spill(&path).unwrap();
    assert_eq!(descriptors(&path), 0);
    assert_eq!(bytes_of(&file), bytes_of(&memory));
}

#[test]
fn what_is_appended_to_stays_open() {
    let (_folder, path) = place();
    let mut writer = Writer::create(&path, &IDENTITY, 256 << 10, Medium::Written).unwrap();
    let segment = writer.segment().clone();
    segment.rest();
    append_all(&mut writer, &examples(3));
    assert_eq!(descriptors(&path), 1);
}

#[test]
fn what_is_gone_is_an_error() {
    let (_folder, path) = place();
    let (segment, places) = sealed(&path, 30);
    assert!(segment.is_in_place());
    std::fs::remove_file(&path).unwrap();
    let mut byte = [0];
    let errors = [
        segment.read_at(RECORDS, &mut byte).unwrap_err(),
        segment.acknowledge(after(&places, 1)).unwrap_err(),
        segment.sync_data().unwrap_err(),
        segment.length().unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
        assert!(!is_passing(&error));
    }
    segment.remove().unwrap();
}

#[test]
fn another_file_in_its_place_is_left_alone() {
    let (_folder, path) = place();
    let (segment, places) = sealed(&path, 30);
    // The very same bytes: what counts is which file it is.
    let copy = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    write_file(&path, &copy);
    let mut byte = [0];
    assert!(segment.read_at(RECORDS, &mut byte).is_err());
    assert!(segment.acknowledge(after(&places, 1)).is_err());
    assert!(!segment.is_in_place());
    segment.remove().unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), copy);

    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
    assert!(segment.read_at(RECORDS, &mut byte).is_err());
}

#[test]
fn what_lost_its_name_before_stays_open() {
    let (_folder, path) = place();
    let mut writer = Writer::create(&path, &IDENTITY, 256 << 10, Medium::Mapped).unwrap();
    append_all(&mut writer, &examples(30));
    let segment = writer.segment().clone();
    std::fs::remove_file(&path).unwrap();
    writer.seal().unwrap();
    segment.rest();
    assert_eq!(recover(&bytes_of(&segment)).indices().len(), 30);
    // It can be given a name again.
    let named = segment.spill(&path).unwrap();
    assert_eq!(bytes_of(&named), bytes_of(&segment));
}
