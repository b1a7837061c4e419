//! Tools find every damage, lose nothing valid, and change nothing but where they are told to.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use support::{LONG, expected_names, named, names, stream_on_disk};
use tnt4::Stream;
use tnt4::spools::{Destination, Selection, Spools};
use tnt4::testing::{MemoryServer, Step};

/// The first record of a segment.
const RECORDS: usize = 4096;

/// A stream to a server that takes this many records, and then nothing.
fn to_a_failing_server(folder: &Path, takes: usize) -> (Stream, MemoryServer) {
    let server = MemoryServer::new();
    server.script(
        (0..takes)
            .map(|_| Step::Take)
            .chain((0..1000).map(|_| Step::Retry(None))),
    );
    let stream = stream_on_disk(folder, &server);
    (stream, server)
}

/// Leaves so many records behind.
fn leave(folder: &Path, count: usize) {
    let (stream, _) = to_a_failing_server(folder, 0);
    for number in 0..count {
        stream.send(named(number)).unwrap();
    }
    assert_eq!(stream.close(Duration::ZERO).kept(), count as u64);
}

fn destination(folder: &Path) -> Destination {
    let mut destinations = Spools::at(folder).destinations().unwrap();
    assert_eq!(destinations.len(), 1);
    destinations.remove(0)
}

fn exported(folder: &Path, selection: Selection) -> Vec<String> {
    let mut output = Vec::new();
    let exported = destination(folder).export(selection, &mut output).unwrap();
    assert_eq!(exported.problems, Vec::<String>::new());
    let lines: Vec<String> = String::from_utf8(output)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(lines.len() as u64, exported.records);
    names(&lines)
}

fn pending(folder: &Path) -> Vec<String> {
    exported(folder, Selection::default())
}

/// All files and what is in them.
fn content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(content(&path));
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let is_segment = |path: &PathBuf| {
        path.extension().is_some_and(|extension| extension == "segment")
            && !path.to_string_lossy().contains("quarantine")
    };
    content(folder).into_keys().filter(is_segment).collect()
}

/// Where the records of a segment begin, by the mark that each begins with.
fn records_in(segment: &[u8]) -> Vec<usize> {
    (RECORDS..segment.len())
        .step_by(8)
        .filter(|at| segment[*at..].starts_with(b"\x1et4\x1f"))
        .collect()
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 0x10;
    fs::write(path, bytes).unwrap();
}

#[test]
fn what_waits_is_counted_and_changed_by_nobody_who_only_looks() {
    let folder = tempfile::tempdir().unwrap();
    let (first, server) = to_a_failing_server(folder.path(), 70);
    for number in 0..100 {
        first.send(named(number)).unwrap();
    }
    assert!(server.wait_offered(71));
    let _ = first.close(Duration::ZERO);
    let before = content(folder.path());

    let survey = destination(folder.path()).survey().unwrap();
    assert_eq!(survey.problems, Vec::<String>::new());
    let [stream] = &survey.streams[..] else {
        panic!("{survey:?}");
    };
    assert_eq!((stream.alive, stream.refused, stream.segments), (false, false, 1));
    assert_eq!((stream.records, stream.damaged), (30, 0));
    let age = stream.oldest.unwrap().elapsed().unwrap();
    assert!(age < Duration::from_secs(600), "{age:?}");
    let bytes: usize = before
        .iter()
        .filter(|(path, _)| path.starts_with(destination(folder.path()).folder()))
        .map(|(_, bytes)| bytes.len())
        .sum();
    assert_eq!(survey.bytes, bytes as u64);

    let verified = destination(folder.path()).verify().unwrap();
    assert!(verified.is_clean(), "{verified:?}");
    assert_eq!((verified.segments, verified.records), (1, 100));
    assert_eq!(pending(folder.path()), expected_names(70..100));
    assert_eq!(content(folder.path()), before);
    assert_eq!(destination(folder.path()).repair().unwrap().segments, 0);
    assert_eq!(content(folder.path()), before);
}

#[test]
fn a_flipped_byte_costs_one_record_and_a_repair_loses_no_other() {
    let folder = tempfile::tempdir().unwrap();
    leave(folder.path(), 5);
    let [segment] = &segments(folder.path())[..] else {
        panic!("one segment");
    };
    let whole = fs::read(segment).unwrap();
    let places = records_in(&whole);
    assert_eq!(places.len(), 5);
    for (number, start) in places.iter().enumerate() {
        let end = places.get(number + 1).copied().unwrap_or(whole.len());
        // In the mark, the lengths, the checksums, the body.
        for at in [*start, start + 9, start + 13, start + 21, start + 30, end - 8] {
            fs::write(segment, &whole).unwrap();
            flip(segment, at);
            let verified = destination(folder.path()).verify().unwrap();
            let [damaged] = &verified.damaged[..] else {
                panic!("byte {at}: {verified:?}");
            };
            assert_eq!((damaged.records, damaged.alive), (1, false), "byte {at}");
            assert_eq!(damaged.first, Some(*start as u64), "byte {at}");
            let others: Vec<String> = expected_names((0..5).filter(|other| *other != number));
            assert_eq!(pending(folder.path()), others);

            let repaired = destination(folder.path()).repair().unwrap();
            assert_eq!(
                (
                    repaired.segments,
                    repaired.saved,
                    repaired.lost,
                    repaired.problems.len()
                ),
                (1, 4, 1, 0),
                "byte {at}: {repaired:?}"
            );
            assert!(destination(folder.path()).verify().unwrap().is_clean());
            assert_eq!(pending(folder.path()), others);
            let once = content(folder.path());
            assert_eq!(destination(folder.path()).repair().unwrap().segments, 0);
            assert_eq!(content(folder.path()), once, "a second repair does nothing");
            let quarantined = exported(
                folder.path(),
                Selection {
                    quarantine: true,
                    ..Selection::default()
                },
            );
            assert_eq!(quarantined.len(), 8);
        }
    }

    let server = MemoryServer::new();
    let stream = stream_on_disk(folder.path(), &server);
    stream.start();
    assert!(server.wait_offered(4));
    assert!(stream.close(LONG).is_complete());
    assert_eq!(names(&server.taken()), expected_names(0..4));
}

#[test]
fn any_cut_leaves_what_lies_in_front_of_it() {
    let folder = tempfile::tempdir().unwrap();
    leave(folder.path(), 3);
    let [segment] = &segments(folder.path())[..] else {
        panic!("one segment");
    };
    let whole = fs::read(segment).unwrap();
    let starts = records_in(&whole);
    let ends: Vec<usize> = starts[1..].iter().copied().chain([whole.len()]).collect();
    for cut in (RECORDS..whole.len()).chain([1, 600, 4095]) {
        fs::write(segment, &whole[..cut]).unwrap();
        // Of the zeros between two records none is missed.
        let content = |end: &usize| whole[..*end].iter().rposition(|byte| *byte != 0).unwrap() + 1;
        let left = ends.iter().filter(|end| content(end) <= cut).count();
        // A cut between two records cannot be told from an end.
        let clean = starts.get(left).is_none_or(|next| cut <= *next) && cut >= RECORDS;
        let verified = destination(folder.path()).verify().unwrap();
        assert_eq!(verified.is_clean(), clean, "cut at {cut}: {verified:?}");
        let repaired = destination(folder.path()).repair().unwrap();
        assert_eq!(
            (repaired.segments, repaired.saved),
            if clean { (0, 0) } else { (1, left as u64) },
            "cut at {cut}: {repaired:?}"
        );
        assert!(destination(folder.path()).verify().unwrap().is_clean());
        assert_eq!(pending(folder.path()), expected_names(0..left), "cut at {cut}");
    }
}

#[test]
fn a_damaged_header_hides_no_record() {
    let folder = tempfile::tempdir().unwrap();
    leave(folder.path(), 10);
    let [segment] = &segments(folder.path())[..] else {
        panic!("one segment");
    };
    flip(segment, 3);
    let verified = destination(folder.path()).verify().unwrap();
    assert_eq!(verified.damaged.len(), 1);
    assert!(
        verified.damaged[0]
            .header
            .as_deref()
            .unwrap()
            .contains("does not begin")
    );
    let repaired = destination(folder.path()).repair().unwrap();
    assert_eq!((repaired.segments, repaired.saved, repaired.lost), (1, 10, 0));
    assert!(destination(folder.path()).verify().unwrap().is_clean());
    assert_eq!(pending(folder.path()), expected_names(0..10));
}

#[test]
fn what_is_being_written_is_never_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let (stream, _) = to_a_failing_server(folder.path(), 0);
    stream.send(named(0)).unwrap();
    let text = "x".repeat(500);
    let sent = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 1..20_000 {
                stream.send(named(number).message(&text)).unwrap();
            }
        });
        let mut looks = 0;
        while !writer.is_finished() || looks < 3 {
            let verified = destination(folder.path()).verify().unwrap();
            assert!(verified.is_clean(), "{verified:?}");
            let repaired = destination(folder.path()).repair().unwrap();
            assert_eq!((repaired.segments, repaired.alive), (0, 0));
            looks += 1;
        }
        writer.join().unwrap();
        20_000
    });
    let survey = destination(folder.path()).survey().unwrap();
    assert_eq!(survey.streams.len(), 1);
    assert!(survey.streams[0].alive);
    assert_eq!(stream.close(Duration::ZERO).kept(), sent as u64);
    let mut left = pending(folder.path());
    left.sort();
    let mut wanted = expected_names(0..sent);
    wanted.sort();
    assert!(left == wanted, "{} of {sent}", left.len());
}

#[test]
fn the_living_are_not_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let (stream, server) = to_a_failing_server(folder.path(), 0);
    for number in 0..10 {
        stream.send(named(number)).unwrap();
    }
    assert!(server.wait_offered(1));
    let segment = segments(folder.path())
        .into_iter()
        .find(|path| records_in(&fs::read(path).unwrap()).len() == 10)
        .unwrap();
    let place = records_in(&fs::read(&segment).unwrap())[4];
    // In place, as its owner has it mapped.
    let file = fs::OpenOptions::new().write(true).open(&segment).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, &[0xff], place as u64 + 40).unwrap();
    let verified = destination(folder.path()).verify().unwrap();
    assert_eq!(verified.damaged.len(), 1);
    assert!(verified.damaged[0].alive);
    let before = fs::read(&segment).unwrap();
    let repaired = destination(folder.path()).repair().unwrap();
    assert_eq!((repaired.segments, repaired.alive), (0, 1));
    assert_eq!(fs::read(&segment).unwrap(), before);
    let _ = stream.close(Duration::ZERO);
}

#[test]
fn where_nothing_was_ever_kept_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    assert_eq!(Spools::at(&state).destinations().unwrap().len(), 0);
    assert!(!state.exists());
}
