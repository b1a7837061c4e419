//! Somebody removes the state folder of a stream that is at work. It says so once, makes the folder again, and goes on:
//! what it has open is not lost, and what is lost is counted.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![cfg(unix)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use support::{
    AFTER_OUTAGE, Spoken, assert_adds_up, files, named, names, on_disk, segments, stream_on_disk, wait_until,
    without_back_off,
};
use tnt4::testing::MemoryServer;
use tnt4::{Dropped, Spool, Stream};

fn stream(folder: &Path, server: &MemoryServer, spoken: &Spoken) -> Stream {
    let spool = Spool::disk().state_folder(folder).bytes(16 << 20);
    let builder = on_disk(folder).spool(spool).transport(server.transport());
    without_back_off(builder)
        .diagnostics(spoken.diagnostics())
        .build()
        .unwrap()
}

/// A state folder that can be removed: below one that cannot.
fn state(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("state")
}

fn said(spoken: &Spoken) -> usize {
    let lines = spoken.lines();
    lines.iter().filter(|line| line.contains("has removed")).count()
}

/// Sends until the stream has noticed that its folder is gone, and has brought to a new one what it had. Returns the
/// number of the next record.
fn send_until_it_has_moved(stream: &Stream, state: &Path, mut next: usize) -> usize {
    wait_until("the folder is there again", || {
        stream.send(named(next)).unwrap();
        next += 1;
        !segments(state).is_empty() && stream.stats().in_memory == 0
    });
    next
}

/// Removes a folder in which the stream may be making files at that moment.
fn remove(folder: &Path) {
    wait_until("removed", || fs::remove_dir_all(folder).is_ok());
}

#[test]
fn what_was_open_is_not_lost() {
    let (folder, server) = (tempfile::tempdir().unwrap(), MemoryServer::new());
    let (state, spoken) = (state(&folder), Spoken::new("removed"));
    server.set_down(true);
    let stream = stream(&state, &server, &spoken);
    for number in 0..100 {
        stream.send(named(number)).unwrap();
    }
    remove(&state);
    let sent = send_until_it_has_moved(&stream, &state, 100);
    assert_eq!(said(&spoken), 1, "{:?}", spoken.lines());
    assert_adds_up(&stream.stats());
    assert_eq!(stream.stats().pending, sent as u64);
    wait_until("what was open has a name again", || segments(&state).len() >= 2);

    // It is in files: another process would find it.
    let outcome = stream.close(Duration::ZERO);
    assert_eq!(outcome.kept(), sent as u64, "{outcome}");
    server.set_down(false);
    let successor = stream_on_disk(&state, &server);
    successor.start();
    wait_until("all is delivered", || server.taken().len() >= sent);
    let mut taken = names(&server.taken());
    taken.sort_by_key(|name| name.len());
    assert_eq!(taken.len(), sent);
    assert!(successor.close(AFTER_OUTAGE).is_complete());
}

#[test]
fn what_was_closed_is_counted_as_lost() {
    let (folder, server) = (tempfile::tempdir().unwrap(), MemoryServer::new());
    let (state, spoken) = (state(&folder), Spoken::new("backlog"));
    server.set_down(true);
    let stream = stream(&state, &server, &spoken);
    let mut sent = 0;
    while segments(&state).len() < 6 {
        stream.send(named(sent).message("x".repeat(1000))).unwrap();
        sent += 1;
    }
    remove(&state);
    let sent = send_until_it_has_moved(&stream, &state, sent);
    for number in sent..sent + 3000 {
        stream.send(named(number).message("x".repeat(1000))).unwrap();
    }
    assert_adds_up(&stream.stats());
    server.set_down(false);
    wait_until("all is settled", || stream.stats().pending == 0);
    let stats = stream.stats();
    assert_adds_up(&stats);
    let lost = stats.dropped.by(Dropped::Damaged);
    assert!(lost > 0 && lost == stats.dropped.total(), "{stats:?}");
    assert_eq!(server.taken().len() as u64 + lost, sent as u64 + 3000);
    let last = names(&server.taken()).split_off(server.taken().len() - 3000);
    assert_eq!(last, support::expected_names(sent..sent + 3000));
    assert_eq!(said(&spoken), 1, "{:?}", spoken.lines());
    let _ = stream.close(AFTER_OUTAGE);
    assert!(segments(&state).is_empty(), "{:?}", files(&state));
}

#[test]
fn without_its_lock_it_takes_another_folder() {
    let (folder, server) = (tempfile::tempdir().unwrap(), MemoryServer::new());
    let (state, spoken) = (state(&folder), Spoken::new("unlocked"));
    server.set_down(true);
    let stream = stream(&state, &server, &spoken);
    stream.send(named(0)).unwrap();
    let owners = || {
        let mut owners = files(&state);
        owners.retain(|path| path.ends_with("owner"));
        owners
    };
    fs::remove_file(&owners()[0]).unwrap();
    let mut sent = 1;
    wait_until("it has another", || {
        stream.send(named(sent)).unwrap();
        sent += 1;
        !owners().is_empty()
    });
    // Nobody takes the first one, where its records still are.
    let other = stream_on_disk(&state, &server);
    other.start();
    wait_until("it has looked", || !other.stats().inherited.more);
    assert_eq!(other.stats().inherited.adopted, 0);
    assert!(other.close(Duration::ZERO).is_complete());
    server.set_down(false);
    assert!(stream.flush(AFTER_OUTAGE).is_complete());
    assert_eq!(names(&server.taken()), support::expected_names(0..sent));
    assert!(stream.close(AFTER_OUTAGE).is_complete());
    assert!(segments(&state).is_empty());
}

#[test]
fn where_none_can_be_made_memory_does() {
    let (folder, server) = (tempfile::tempdir().unwrap(), MemoryServer::new());
    let (state, spoken) = (state(&folder), Spoken::new("unmade"));
    server.set_down(true);
    let stream = stream(&state, &server, &spoken);
    stream.send(named(0)).unwrap();
    remove(&state);
    fs::write(&state, "in the way").unwrap();
    let mut sent = 1;
    wait_until("it has noticed", || {
        stream.send(named(sent)).unwrap();
        sent += 1;
        stream.stats().in_memory > 0 && spoken.lines().len() >= 2
    });
    wait_until("it has tried again", || {
        stream.send(named(sent)).unwrap();
        sent += 1;
        stream.stats().in_memory > 100
    });
    fs::remove_file(&state).unwrap();
    let sent = send_until_it_has_moved(&stream, &state, sent);
    server.set_down(false);
    assert!(stream.close(AFTER_OUTAGE).is_complete());
    assert_eq!(names(&server.taken()), support::expected_names(0..sent));
    let lines = spoken.lines();
    let only_once = |what: &str| lines.iter().filter(|line| line.contains(what)).count() == 1;
    assert!(
        only_once("has removed") && only_once("memory only") && only_once("takes records again"),
        "{lines:?}"
    );
}
