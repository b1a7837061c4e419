//! What is opened is what it says it is, or it is told why not.

use super::*;

fn file_with(change: impl FnOnce(&mut Vec<u8>)) -> (tempfile::TempDir, PathBuf) {
    let (folder, path) = place();
    let (mut bytes, _) = image(&examples(4), None);
    change(&mut bytes);
    write_file(&path, &bytes);
    (folder, path)
}

fn readable(segment: &Segment) -> usize {
    let limit = segment.length().unwrap();
    harvest(&mut Scanner::new(segment, segment.acknowledged(), limit))
        .records
        .len()
}

#[test]
fn a_whole_segment_says_which_it_is() {
    let (_folder, path) = file_with(|_| {});
    let opened = open(&path).unwrap();
    assert_eq!(
        (opened.segment.identity(), opened.damage),
        (Some(&IDENTITY), None)
    );
    assert_eq!(readable(&opened.segment), 4);
}

#[test]
fn behind_a_damaged_header_records_are_read() {
    let cases = [
        (0, HeaderDamage::Magic),
        (8, HeaderDamage::Checksum),
        (20, HeaderDamage::Checksum),
        (47, HeaderDamage::Checksum),
    ];
    for (place, damage) in cases {
        let (_folder, path) = file_with(|bytes| bytes[place] ^= 1);
        let opened = open(&path).unwrap();
        assert_eq!((opened.segment.identity(), opened.damage), (None, Some(damage)));
        assert_eq!(opened.segment.acknowledged(), Position::START);
        assert_eq!(readable(&opened.segment), 4);
    }
}

#[test]
fn what_was_only_begun_holds_nothing() {
    // Killed before the header was written, and before the file was allocated.
    let (_folder, path) = file_with(|bytes| bytes.fill(0));
    let opened = open(&path).unwrap();
    assert_eq!(
        (readable(&opened.segment), opened.damage),
        (0, Some(HeaderDamage::Magic))
    );
    let (_folder, path) = file_with(Vec::clear);
    let opened = open(&path).unwrap();
    assert_eq!(
        (readable(&opened.segment), opened.damage),
        (0, Some(HeaderDamage::TooShort))
    );
}

#[test]
fn another_version_is_left_alone() {
    let other = |bytes: &mut Vec<u8>| {
        bytes[8] = 2;
        let checksum = crc32c::crc32c(&bytes[..44]);
        bytes[44..48].copy_from_slice(&checksum.to_le_bytes());
    };
    let (_folder, path) = file_with(other);
    let before = std::fs::read(&path).unwrap();
    let error = open(&path).unwrap_err();
    assert!(
        matches!(error, OpenError::OtherVersion { version: 2, .. }),
        "{error}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn version_1_is_read_for_ever() {
    let mut bytes = vec![0; 4096];
    bytes[..48].copy_from_slice(&VERSION_1_HEADER.concat());
    bytes[1024..1052].copy_from_slice(&VERSION_1_SLOT.concat());
    bytes.extend_from_slice(&VERSION_1_RECORDS.concat());
    let (_folder, path) = place();
    write_file(&path, &bytes);
    let opened = open(&path).unwrap();
    assert_eq!(
        (opened.segment.identity(), opened.damage),
        (Some(&IDENTITY), None)
    );
    let limit = opened.segment.length().unwrap();
    let read = harvest(&mut Scanner::new(
        &*opened.segment,
        opened.segment.acknowledged(),
        limit,
    ));
    let last = Given {
        grave: true,
        ..Given::new("orders/new", "{\"b\":2}")
    };
    assert_eq!((read.records, read.damage), (vec![(1, last)], vec![]));
}

#[test]
fn a_file_that_shrinks_is_an_error_and_not_damage() {
    let (_folder, path) = place();
    let mut writer = Writer::create(&path, &IDENTITY, RECORDS + 8192, Medium::Written).unwrap();
    append_all(&mut writer, &examples(20));
    let mut scanner = Scanner::with_window(writer.segment().clone(), Position::START, writer.end(), 64);
    assert!(matches!(scanner.next(), Ok(Some(Found::Record(_)))));
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(RECORDS).unwrap();
    let error = loop {
        match scanner.next() {
            Ok(Some(Found::Record(_))) => {}
            Ok(other) => panic!("{other:?}"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
    // The same step fails again; it does not go past it.
    assert!(scanner.next().is_err());
}

#[cfg(unix)]
#[test]
fn what_is_no_file_of_ours_is_not_opened() {
    let (folder, path) = file_with(|_| {});
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert!(matches!(open(&link), Err(OpenError::Io { .. })));
    assert!(open(folder.path()).is_err());
    assert!(matches!(
        open(&folder.path().join("none")),
        Err(OpenError::Io { .. })
    ));
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if made.is_ok_and(|status| status.success()) {
        assert!(matches!(open(&pipe), Err(OpenError::NotAFile { .. })));
    }
}

/// A segment as version 1 has written it: two records, of which the first is acknowledged.
const VERSION_1_HEADER: &[&[u8]] = &[
    b"\x89tnt4seg\x01\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00\x01\x90\x00\x00",
    b"\x00\x00p\x00\x80\x00\x00\x00\x00\x00\x00\x01\x80\x90z\x95\xa1\x01\x00\x00eb\xdaU",
];
const VERSION_1_SLOT: &[&[u8]] = &[
    b" \x10\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00",
    b"g\xa1\xcbu",
];
const VERSION_1_RECORDS: &[&[u8]] = &[
    b"\x1et4\x1f\x00\x00\x00\x00\x07\x00\x00\x00j\xd5\xf7\xcf\x00\x00\x00\x00\xd6\x12\x8c\xaa",
    b"{\x22a\x22:1}\x00",
    b"\x1et4\x1f\x01\x00\x0a\x00\x07\x00\x00\x00\xf3;\xa2U\x01\x00\x00\x00X\xc6\x87V",
    b"orders/new{\x22b\x22:2}\x00\x00\x00\x00\x00\x00\x00",
];
