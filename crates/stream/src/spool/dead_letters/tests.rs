//! What is written can be read, whatever happens to the file.

use std::fs;
use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;

use super::*;

const RECORD: &str = r#"{"b":1.50,"a":"\u00e9 é","b":[]}"#;

fn letters(destination: &Path, limit: u64) -> DeadLetters {
    DeadLetters::new(destination, Uuid::nil(), limit)
}

fn read(letters: &DeadLetters) -> (Vec<DeadLetter>, u64) {
    let mut reader = Reader::open(&letters.file).unwrap();
    let found = reader.by_ref().collect::<Result<_, _>>().unwrap();
    (found, reader.unreadable())
}

fn write(letters: &mut DeadLetters, reason: &str) -> Result<(), DeadLetterError> {
    letters.append(
        UNIX_EPOCH + Duration::from_millis(1_500),
        reason,
        "",
        RECORD.as_bytes(),
    )
}

#[test]
fn a_line_is_as_specified() {
    let folder = tempfile::tempdir().unwrap();
    let mut letters = letters(folder.path(), 1 << 20);
    assert!(!letters.folder.exists());
    write(&mut letters, "400 \"Bad\"\n").unwrap();
    assert_eq!(
        fs::read_to_string(&letters.file).unwrap(),
        format!(
            "{{\"at\":\"1970-01-01T00:00:01.500Z\",\"reason\":\"400 \\\"Bad\\\"\\n\",\"record\":{RECORD}}}\n"
        )
    );
}

#[test]
fn a_torn_line_costs_only_itself() {
    let folder = tempfile::tempdir().unwrap();
    let mut letters = letters(folder.path(), 1 << 20);
    write(&mut letters, "first").unwrap();
    let one = fs::read(&letters.file).unwrap();
    for cut in 0..one.len() {
        fs::write(&letters.file, [&one[..], &one[..cut]].concat()).unwrap();
        // Only the line break is missing: that is a whole line.
        let whole = usize::from(cut == one.len() - 1);
        let torn = u64::from(cut > 0 && whole == 0);
        let (found, unreadable) = read(&letters);
        assert_eq!((found.len(), unreadable), (1 + whole, torn), "cut at {cut}");

        write(&mut letters, "second").unwrap();
        let (found, unreadable) = read(&letters);
        assert_eq!((found.len(), unreadable), (2 + whole, torn), "cut at {cut}");
        assert_eq!(found.last().unwrap().reason, "second");
    }
}

#[test]
fn a_line_without_end_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut letters = letters(folder.path(), 64 << 20);
    write(&mut letters, "first").unwrap();
    let mut content = fs::read(&letters.file).unwrap();
    content.extend(vec![b'['; 9 << 20]);
    fs::write(&letters.file, content).unwrap();
    write(&mut letters, "last").unwrap();
    let (found, unreadable) = read(&letters);
    let reasons: Vec<_> = found.iter().map(|letter| letter.reason.as_str()).collect();
    assert_eq!((reasons, unreadable), (vec!["first", "last"], 1));
}

#[test]
fn the_bound_is_shared_and_what_was_removed_is_room_again() {
    let folder = tempfile::tempdir().unwrap();
    let length = line(UNIX_EPOCH, "why", "", RECORD.as_bytes()).len() as u64;
    let limit = 10 * length;
    let mut first = letters(folder.path(), limit);
    let mut second = DeadLetters::new(folder.path(), Uuid::max(), limit);
    let written = |letters: &mut DeadLetters| (0..100).take_while(|_| write(letters, "why").is_ok()).count();
    assert_eq!(written(&mut first), 10);
    assert_eq!(written(&mut second), 0);
    let error = write(&mut second, "why").unwrap_err();
    assert!(matches!(error, DeadLetterError::Full { .. }), "{error}");
    assert!(!second.file.exists());

    fs::remove_file(&first.file).unwrap();
    assert_eq!(written(&mut second), 10);
    assert_eq!(usage::of_files_in(&second.folder).unwrap(), limit);
}

proptest! {
    #[test]
    fn any_reason_and_record_come_back(reason in ".*|(.|\n)*", topic in ".*", value in ".*", milliseconds in 0..4_000_000_000_000_u64) {
        let folder = tempfile::tempdir().unwrap();
        let mut letters = letters(folder.path(), 1 << 20);
        let record = serde_json::json!({ "msg-text": value }).to_string();
        let at = UNIX_EPOCH + Duration::from_millis(milliseconds);
        letters.append(at, &reason, &topic, record.as_bytes()).unwrap();
        let letter = DeadLetter { at: timestamp::text(at), reason, topic, record };
        prop_assert_eq!(read(&letters), (vec![letter], 0));
    }
}
