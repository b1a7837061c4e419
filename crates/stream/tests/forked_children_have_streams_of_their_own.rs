//! A fork makes two streams of one: each delivers what it has accepted, once, from a folder of its own, and nothing
//! of the other's. A child that ends without a close leaves its records to whoever comes.
//!
//! The process that forks is this program, run again for that purpose: it has nothing else in it. Only the thread
//! that forks is in the child, so whatever lock another one held there is never opened again.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![allow(unsafe_code, reason = "a fork is only to be had in C")]
#![cfg(unix)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use support::{
    LONG, NO_LINGER, Reply, Server, files, name_of, named, quiet, record_id, secret, segments, wait_until,
};
use tnt4::metrics::Metrics;
use tnt4::{Spool, Stream};

const STATE: &str = "TNT4_TEST_STATE";
const URL: &str = "TNT4_TEST_URL";
const ROLE: &str = "TNT4_TEST_ROLE";

/// Runs the process that forks.
fn run(role: &str, state: &Path, server: &Server) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "a_process_that_forks",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]);
    command.env(ROLE, role).env(STATE, state).env(URL, server.url());
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn stream(state: &Path, url: &str) -> Stream {
    let spool = Spool::disk().state_folder(state);
    let builder = quiet()
        .url(url)
        .no_proxy()
        .token(secret("0123456789-fork"))
        .spool(spool);
    builder.batch(20, 64 << 10, NO_LINGER).build().unwrap()
}

/// The records' names, each with how often it came; two records are never alike.
#[track_caller]
fn counted(records: &[String]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let mut whose = BTreeMap::new();
    for json in records {
        *counts.entry(name_of(json)).or_default() += 1;
        let first = whose
            .entry(record_id(json))
            .or_insert_with(|| name_of(json))
            .clone();
        assert_eq!(first, name_of(json), "twins: two records with one identity");
    }
    counts
}

#[test]
fn both_deliver_and_nothing_comes_twice() {
    let (state, server) = (tempfile::tempdir().unwrap(), Server::of_objects());
    run("both", state.path(), &server);
    let counts = counted(&server.records());
    let wanted: BTreeMap<String, usize> = (0..300).map(|number| (format!("event-{number}"), 1)).collect();
    assert_eq!(counts, wanted);
    assert_eq!(segments(state.path()), Vec::<PathBuf>::new());
}

#[test]
fn a_child_that_just_ends_leaves_its_records_to_others() {
    let state = tempfile::tempdir().unwrap();
    let takes = Arc::new(AtomicBool::new(false));
    let server = Server::start({
        let takes = Arc::clone(&takes);
        move |request| match request.is_access() || takes.load(Ordering::SeqCst) {
            true => Reply::status(202),
            false => Reply::status(503),
        }
    });
    run("abandoned", state.path(), &server);
    let wanted: BTreeSet<String> = (0..150).map(|number| format!("event-{number}")).collect();
    assert_eq!(names_on_disk(state.path()), wanted);

    takes.store(true, Ordering::SeqCst);
    let before = server.records().len();
    let successor = stream(state.path(), &server.url());
    successor.start();
    wait_until("all is delivered", || {
        successor.stats().inherited.acknowledged == 150
    });
    assert!(successor.close(LONG).is_complete());
    let counts = counted(&server.records()[before..]);
    assert_eq!(counts, wanted.into_iter().map(|name| (name, 1)).collect());
}

#[test]
fn a_child_can_always_log() {
    let (state, server) = (tempfile::tempdir().unwrap(), Server::of_objects());
    run("many", state.path(), &server);
    let counts = counted(&server.records());
    for child in 0..CHILDREN {
        assert_eq!(
            counts.get(&format!("event-{}", child + 1_000_000)),
            Some(&1),
            "child {child}"
        );
    }
    assert!(counts.values().all(|count| *count == 1));
    wait_until("the folders are gone", || segments(state.path()).is_empty());
}

#[test]
fn instruments_begin_anew_in_a_child() {
    let (state, server) = (tempfile::tempdir().unwrap(), Server::of_objects());
    run("metrics", state.path(), &server);
    // What each process has reported: increments, and the largest sum.
    let mut reported: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for json in server.records() {
        let snapshot: serde_json::Value = serde_json::from_str(&json).unwrap();
        let property = |index: usize| snapshot["properties"][index]["value"].as_i64().unwrap();
        let of_process = reported
            .entry(snapshot["source-fqn"].as_str().unwrap().to_owned())
            .or_default();
        *of_process = (of_process.0 + property(1), of_process.1.max(property(0)));
    }
    assert_eq!(reported.len(), METERED + 1);
    assert!(
        reported.values().all(|(increments, sum)| increments == sum),
        "{reported:?}"
    );
    let children = reported.values().filter(|(_, sum)| *sum == 2).count();
    assert!(children >= METERED, "{reported:?}");
}

const CHILDREN: usize = 200;
/// Children that count.
const METERED: usize = 30;

/// The names in the segments, read as they are.
fn names_on_disk(state: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for path in segments(state) {
        let file = std::fs::read(path).unwrap();
        names.extend(
            support::harm::places(&file)
                .iter()
                .map(|place| format!("event-{}", place.number)),
        );
    }
    names
}

/// What the process does that forks.
#[test]
#[ignore = "the other processes of the tests here"]
fn a_process_that_forks() {
    let (Some(state), Ok(url)) = (std::env::var_os(STATE).map(PathBuf::from), std::env::var(URL)) else {
        return;
    };
    let stream = stream(&state, &url);
    let send = |range: std::ops::Range<usize>| range.for_each(|number| stream.send(named(number)).unwrap());
    match std::env::var(ROLE).unwrap().as_str() {
        "both" => {
            send(0..100);
            let before = owners(&state);
            let child = fork(|| {
                send(100..200);
                assert_eq!(owners(&state).len(), before.len() + 1, "a folder of its own");
                let outcome = stream.flush(LONG);
                assert!(outcome.is_complete(), "{outcome}");
                assert_eq!((stream.stats().enqueued, stream.stats().acknowledged), (100, 100));
                let _ = stream.close(LONG);
            });
            send(200..300);
            assert_eq!(wait(child), 0);
            assert!(
                before.iter().all(|owner| owner.exists()),
                "the child left the parent's folder alone"
            );
            let outcome = stream.close(LONG);
            assert!(outcome.is_complete(), "{outcome}");
            assert_eq!((stream.stats().enqueued, stream.stats().acknowledged), (200, 200));
        }
        "abandoned" => {
            send(0..50);
            let child = fork(|| send(50..150));
            assert_eq!(wait(child), 0);
            let _ = stream.close(std::time::Duration::ZERO);
        }
        "many" => {
            let (over, sent) = (AtomicBool::new(false), AtomicUsize::new(0));
            std::thread::scope(|scope| {
                // So that locks are held at the moment of a fork.
                for _ in 0..2 {
                    scope.spawn(|| {
                        while !over.load(Ordering::SeqCst) {
                            stream.send(named(sent.fetch_add(1, Ordering::SeqCst))).unwrap();
                            std::thread::sleep(std::time::Duration::from_micros(200));
                        }
                    });
                }
                for child in 0..CHILDREN {
                    let child = fork(|| {
                        stream.send(named(1_000_000 + child)).unwrap();
                        assert!(stream.close(LONG).is_complete());
                    });
                    assert_eq!(wait(child), 0);
                }
                over.store(true, Ordering::SeqCst);
            });
            assert!(stream.close(LONG).is_complete());
        }
        "metrics" => {
            let counter = Metrics::new(&stream).counter("count");
            let over = AtomicBool::new(false);
            std::thread::scope(|scope| {
                // So that its lock is held at the moment of a fork.
                scope.spawn(|| {
                    while !over.load(Ordering::SeqCst) {
                        counter.increment();
                    }
                });
                for _ in 0..METERED {
                    let child = fork(|| {
                        counter.increment();
                        counter.increment();
                        assert!(stream.close(LONG).is_complete());
                    });
                    assert_eq!(wait(child), 0);
                }
                over.store(true, Ordering::SeqCst);
            });
            assert!(stream.close(LONG).is_complete());
        }
        other => panic!("no role {other}"),
    }
}

/// The files that say whose the folders are.
fn owners(state: &Path) -> Vec<PathBuf> {
    let mut owners = files(state);
    owners.retain(|path| path.ends_with("owner"));
    owners
}

/// Runs `work` in a forked child, which then ends at once. The number of the child.
fn fork(work: impl FnOnce()) -> libc::pid_t {
    // SAFETY: the C library makes its allocator ready for the child; what else other threads may hold is what
    // this is about.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "fork failed");
    if child == 0 {
        // SAFETY: a child that hangs is ended by a signal, and its parent notices.
        unsafe { libc::alarm(30) };
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        // SAFETY: ends the child at once, without the destructors that belong to its parent.
        unsafe { libc::_exit(i32::from(outcome.is_err())) };
    }
    child
}

/// Waits for a child and tells what it returned.
fn wait(child: libc::pid_t) -> i32 {
    let mut status = 0;
    // SAFETY: `status` is a place for one number, and `child` was forked above.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert!(libc::WIFEXITED(status), "the child hung, or was killed");
    libc::WEXITSTATUS(status)
}
