//! A flipped byte costs one record, a cut those behind it, and one segment is kept for people; the stream that finds it
//! delivers all others, counts, and goes on.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![cfg(unix)]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use support::harm::{self, Harm, places};
use support::{LONG, assert_adds_up, named, names, segments, stream_on_disk, wait_until};
use tempfile::TempDir;
use tnt4::Stats;
use tnt4::testing::MemoryServer;

fn folder() -> TempDir {
    match Path::new("/dev/shm").is_dir() {
        true => TempDir::new_in("/dev/shm").unwrap(),
        false => TempDir::new().unwrap(),
    }
}

/// A state folder in which so many records wait, and their segment's path in it.
fn left(count: usize) -> (TempDir, PathBuf) {
    let (folder, server) = (folder(), MemoryServer::new());
    server.set_down(true);
    let stream = stream_on_disk(folder.path(), &server);
    (0..count).for_each(|number| stream.send(named(number)).unwrap());
    assert_eq!(stream.close(Duration::ZERO).kept(), count as u64);
    let segment = segments(folder.path()).pop().unwrap();
    let inside = segment.strip_prefix(folder.path()).unwrap().to_owned();
    (folder, inside)
}

/// What arrives of a copy of this state, after something was done to the segment.
fn after(state: &Path, inside: &Path, harm: impl FnOnce(&Path)) -> (BTreeSet<String>, Stats) {
    let copy = folder();
    harm::copy(state, copy.path());
    harm(&copy.path().join(inside));
    let server = MemoryServer::new();
    let stream = stream_on_disk(copy.path(), &server);
    stream.start();
    wait_until("it has looked at everything", || {
        let inherited = stream.stats().inherited;
        !inherited.more && inherited.pending == 0
    });
    // And appends go on.
    stream.send(named(999)).unwrap();
    let outcome = stream.close(LONG);
    assert!(outcome.is_complete(), "{outcome}");
    let stats = stream.stats();
    assert_adds_up(&stats);
    let (aside, left): (Vec<_>, Vec<_>) = segments(copy.path())
        .into_iter()
        .partition(|path| path.parent().unwrap().ends_with("quarantine"));
    assert_eq!(left, Vec::<PathBuf>::new());
    assert_eq!(aside.len() as u64, u64::from(stats.inherited.dropped > 0));
    let mut taken: BTreeSet<String> = names(&server.taken()).into_iter().collect();
    assert!(taken.remove("event-999"));
    (taken, stats)
}

fn named_in(numbers: impl IntoIterator<Item = u64>) -> BTreeSet<String> {
    numbers
        .into_iter()
        .map(|number| format!("event-{number}"))
        .collect()
}

#[test]
fn a_flipped_byte_costs_one_record() {
    const COUNT: usize = 12;
    let (state, inside) = left(COUNT);
    let file = std::fs::read(state.path().join(&inside)).unwrap();
    for place in places(&file) {
        let length = place.bytes.len();
        // In its header, its body, and near its end.
        for at in [0, 13, 30, length / 2, length - 12] {
            let at = place.bytes.start + at;
            let (taken, stats) = after(state.path(), &inside, |path| {
                let _ = harm::harm(path, Harm::Flip, at, 5);
            });
            let wanted = named_in((0..COUNT as u64).filter(|number| *number != place.number));
            assert_eq!(taken, wanted, "byte {at}");
            assert_eq!(
                (stats.inherited.adopted, stats.inherited.dropped),
                (COUNT as u64, 1),
                "byte {at}"
            );
        }
    }
}

#[test]
fn a_cut_costs_what_is_behind_it() {
    let (state, inside) = left(3);
    let file = std::fs::read(state.path().join(&inside)).unwrap();
    let places = places(&file);
    let records = places[0].bytes.start;
    // Every length, of the header now and then one.
    for length in (0..records).step_by(509).chain(records..=file.len()) {
        let (taken, stats) = after(state.path(), &inside, |path| {
            std::fs::write(path, &file[..length]).unwrap();
        });
        let whole: Vec<u64> = places
            .iter()
            // What pads a record is no part of it.
            .filter(|place| {
                place.bytes.end <= length.next_multiple_of(8) && is_whole(&file[..length], place.bytes.start)
            })
            .map(|place| place.number)
            .collect();
        let is_torn = length > records && whole.len() < 3 && length > places[whole.len()].bytes.start;
        assert_eq!(taken, named_in(whole), "cut to {length}");
        assert_eq!(stats.inherited.dropped, u64::from(is_torn), "cut to {length}");
    }
}

/// Whether all bytes of the record at this place are there.
fn is_whole(file: &[u8], start: usize) -> bool {
    let header = &file[start..start + 24];
    let body = u32::from_le_bytes([header[8], header[9], header[10], header[11]]) as usize;
    start + 24 + body <= file.len()
}
