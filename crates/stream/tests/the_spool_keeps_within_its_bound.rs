//! What a destination takes on disk stays within its bound: through an outage, a restart, and with all that is kept
//! for people. Afterwards there is room again, for records of every severity.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::path::Path;
use std::time::Duration;

use support::{
    AFTER_OUTAGE, Spoken, assert_adds_up, assert_within, bytes_in, name_of, named, names, on_disk, segments,
    temporary_folder, wait_until, without_back_off,
};
use tnt4::testing::{MemoryServer, Step};
use tnt4::{Builder, Dropped, Overflow, Severity, Spool};

const BOUND: u64 = 2 << 20;

fn bounded(folder: &Path, server: &MemoryServer) -> Builder {
    let spool = Spool::disk().state_folder(folder).bytes(BOUND);
    without_back_off(on_disk(folder).spool(spool).transport(server.transport()))
}

/// The event by which a stream tells of drops: how many.
fn told(records: &[String]) -> Vec<u64> {
    let about = records
        .iter()
        .filter(|json| name_of(json) == "tnt4: records dropped");
    about
        .map(|json| {
            let (_, rest) = json
                .split_once(" records were dropped between")
                .map(|(before, _)| before)
                .unwrap()
                .rsplit_once('"')
                .unwrap();
            rest.parse().unwrap()
        })
        .collect()
}

#[test]
fn an_outage_of_days_ends_with_one_event_about_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let (server, spoken) = (MemoryServer::new(), Spoken::new("outage"));
    server.set_down(true);
    let builder = bounded(folder.path(), &server).diagnostics(spoken.diagnostics());
    let stream = builder.report_drops(true).build().unwrap();
    let place = folder.path().join("spool");
    let (mut accepted, mut refused, mut grave_refused) = (Vec::new(), 0, 0);
    for number in 0..6000 {
        let severity = if number % 10 == 0 {
            Severity::Error
        } else {
            Severity::Info
        };
        match stream.send(named(number).severity(severity).message("x".repeat(800))) {
            Ok(()) => accepted.push(format!("event-{number}")),
            Err(reason) => {
                assert_eq!(reason, Dropped::QueueFull);
                refused += 1;
                grave_refused += u64::from(severity == Severity::Error);
            }
        }
        if number % 50 == 0 {
            assert_within(&place, BOUND);
        }
    }
    assert_adds_up(&stream.stats());
    assert!(refused > 2000, "{refused}");
    assert!(
        grave_refused * 10 < refused,
        "{grave_refused} of {refused}: those go last"
    );

    server.set_down(false);
    assert!(stream.flush(AFTER_OUTAGE).is_complete());
    wait_until("there is room for all", || stream.send(named(10_000)).is_ok());
    for number in 10_001..10_100 {
        stream.send(named(number)).unwrap();
        assert!(stream.flush(AFTER_OUTAGE).is_complete());
    }
    assert!(stream.close(AFTER_OUTAGE).is_complete());
    assert_adds_up(&stream.stats());
    let taken = server.taken();
    let (arrived, after): (Vec<String>, Vec<String>) = names(&taken)
        .into_iter()
        .filter(|name| name.starts_with("event"))
        .partition(|name| name.len() < 11);
    assert_eq!(arrived, accepted);
    assert_eq!(after.len(), 100);
    let refused = stream.stats().dropped.by(Dropped::QueueFull);
    assert_eq!(told(&taken), [refused], "{:?}", spoken.lines());
    let about = |what: &str| spoken.lines().iter().filter(|line| line.contains(what)).count();
    assert_eq!(
        (about("there is no room"), about("there is room again")),
        (1, 1),
        "{:?}",
        spoken.lines()
    );
    assert!(segments(&place).is_empty());
}

#[test]
fn who_may_wait_waits_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = MemoryServer::new();
    server.set_down(true);
    let stream = bounded(folder.path(), &server)
        .overflow(Overflow::Block)
        .build()
        .unwrap();
    let sending = std::thread::spawn({
        let stream = stream.clone();
        move || (0..5000).for_each(|number| stream.send(named(number).message("x".repeat(800))).unwrap())
    });
    wait_until("it is full", || bytes_in(folder.path()) > BOUND * 8 / 10);
    assert!(!sending.is_finished());
    server.set_down(false);
    sending.join().unwrap();
    assert!(stream.close(AFTER_OUTAGE).is_complete());
    let stats = stream.stats();
    assert_eq!((stats.acknowledged, stats.dropped.total()), (5000, 0));
    assert!(segments(folder.path()).is_empty());
}

#[test]
fn what_others_left_counts() {
    // A disk that is busy elsewhere for a second would keep a close from writing down what is only in memory.
    let folder = temporary_folder();
    let server = MemoryServer::new();
    server.set_down(true);
    let first = bounded(folder.path(), &server).build().unwrap();
    let mut left = 0;
    while first.send(named(left).message("x".repeat(800))).is_ok() {
        left += 1;
    }
    assert_eq!(first.close(Duration::ZERO).kept(), left as u64);

    // It does not begin at zero, and drops nothing of theirs.
    let second = bounded(folder.path(), &server)
        .overflow(Overflow::DropOldest)
        .build()
        .unwrap();
    let mut own = 0;
    for number in 10_000..12_000 {
        own += u64::from(second.send(named(number).message("x".repeat(800))).is_ok());
        assert_within(&folder.path().join("spool"), BOUND);
    }
    // Although not one of its own was accepted, perhaps.
    server.set_down(false);
    wait_until("all has arrived", || {
        second.stats().inherited.acknowledged == left as u64
    });
    let _ = second.close(AFTER_OUTAGE);
    let stats = second.stats();
    assert_adds_up(&stats);
    assert_eq!(stats.inherited.dropped, 0);
    assert_eq!(
        stats.acknowledged - stats.inherited.acknowledged,
        own - stats.dropped.by(Dropped::Evicted)
    );
    assert!(segments(folder.path()).is_empty());
}

#[test]
fn dead_letters_have_room_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let server = MemoryServer::new();
    server.set_down(true);
    let stream = bounded(folder.path(), &server).build().unwrap();
    let mut sent = 0;
    while stream.send(named(sent).message("x".repeat(800))).is_ok() {
        sent += 1;
    }
    server.script((0..sent).map(|_| Step::Reject("no such account".to_owned())));
    server.set_down(false);
    let place = folder.path().join("spool");
    while stream.stats().pending > 0 {
        assert_within(&place, BOUND);
    }
    let _ = stream.close(AFTER_OUTAGE);
    assert_eq!(stream.stats().dropped.by(Dropped::Rejected), sent as u64);
    assert!(bytes_in(&place) > 100_000, "some are kept");
}

#[test]
fn streams_to_one_destination_share_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = MemoryServer::new();
    server.set_down(true);
    // So large that gaps between segments are bridged.
    const BOUND: u64 = 4 << 20;
    let spool = Spool::disk().state_folder(folder.path()).bytes(BOUND);
    let streams: Vec<_> = (0..6)
        .map(|_| {
            bounded(folder.path(), &server)
                .spool(spool.clone())
                .build()
                .unwrap()
        })
        .collect();
    let place = folder.path().join("spool");
    std::thread::scope(|scope| {
        let senders: Vec<_> = streams
            .iter()
            .map(|stream| {
                scope.spawn(|| {
                    for number in 0..3000 {
                        let _ = stream.send(named(number).message("x".repeat(800)));
                    }
                })
            })
            .collect();
        while !senders.iter().all(|sender| sender.is_finished()) {
            assert_within(&place, BOUND);
        }
    });
    // What each is left with, too, and what it has set aside ends with it.
    for stream in streams {
        assert_adds_up(&stream.stats());
        let _ = stream.close(Duration::ZERO);
        assert_within(&place, BOUND);
    }
    let owners = support::files(&place)
        .into_iter()
        .filter(|path| path.ends_with("owner"));
    assert_eq!(owners.map(|path| path.metadata().unwrap().len()).sum::<u64>(), 0);
}
