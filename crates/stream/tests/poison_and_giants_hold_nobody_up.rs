//! A record that the server rejects is put with the dead letters, and one that is too long is refused; what comes
//! after either goes on, on a spool that is hardly larger than one record.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::time::Duration;

use support::{LONG, assert_adds_up, files, named, names, on_disk, segments, stream_on_disk, wait_until};
use tnt4::testing::{MemoryServer, Step};
use tnt4::{Dropped, Spool};

#[test]
fn poison_is_kept_for_people_and_the_next_one_flows() {
    let folder = tempfile::tempdir().unwrap();
    let server = MemoryServer::new();
    server.script([Step::Take, Step::Reject("no such \"account\"\n".to_owned())]);
    let stream = stream_on_disk(folder.path(), &server);
    (0..3).for_each(|number| stream.send(named(number)).unwrap());
    let outcome = stream.flush(LONG);
    assert_eq!(
        (outcome.unacknowledged(), outcome.rejected()),
        (1, 1),
        "{outcome}"
    );
    assert_eq!(server.offered().len(), 3, "it is not offered again");
    assert_eq!(names(&server.taken()), ["event-0", "event-2"]);
    assert!(stream.close(LONG).is_complete());

    let letters: Vec<_> = files(folder.path())
        .into_iter()
        .filter(|path| path.parent().unwrap().ends_with("dead-letters"))
        .collect();
    let [letters] = letters.as_slice() else {
        panic!("{letters:?}")
    };
    let text = std::fs::read_to_string(letters).unwrap();
    let letter: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(letter["reason"], "no such \"account\"\n");
    assert!(text.contains(&server.offered()[1]), "the record as it was");
    assert!(segments(folder.path()).is_empty());
}

#[test]
fn poison_that_was_inherited_too() {
    let folder = tempfile::tempdir().unwrap();
    let server = MemoryServer::new();
    server.set_down(true);
    let first = stream_on_disk(folder.path(), &server);
    (0..3).for_each(|number| first.send(named(number)).unwrap());
    let _ = first.close(Duration::ZERO);
    let server = MemoryServer::new();
    server.script([Step::Take, Step::Reject("no".to_owned())]);
    let second = stream_on_disk(folder.path(), &server);
    second.start();
    wait_until("all is settled", || {
        server.taken().len() == 2 && second.stats().pending == 0
    });
    let stats = second.stats();
    assert_adds_up(&stats);
    assert_eq!(
        (stats.inherited.acknowledged, stats.dropped.by(Dropped::Rejected)),
        (2, 1)
    );
    let _ = second.close(LONG);
    assert!(segments(folder.path()).is_empty());
}

#[test]
fn giants_are_refused_and_large_ones_arrive() {
    let folder = tempfile::tempdir().unwrap();
    let server = MemoryServer::new();
    let spool = Spool::disk().state_folder(folder.path()).bytes(1 << 20);
    let stream = on_disk(folder.path())
        .spool(spool)
        .transport(server.transport())
        .build()
        .unwrap();
    for round in 0..10 {
        let number = round * 10;
        stream.send(named(number)).unwrap();
        let giant = named(number + 1).message("x".repeat(2 << 20));
        assert_eq!(stream.send(giant), Err(Dropped::RecordTooLarge));
        // Longer than all that may be on disk, with what is there.
        stream
            .send(named(number + 2).message("y".repeat(1_000_000)))
            .unwrap();
        wait_until("small ones go on", || stream.send(named(number + 3)).is_ok());
        let outcome = stream.flush(LONG);
        assert!(outcome.is_complete(), "{outcome}");
    }
    let stats = stream.stats();
    assert_adds_up(&stats);
    assert_eq!(stats.dropped.by(Dropped::RecordTooLarge), 10);
    assert_eq!(server.taken().len(), 30);
    assert!(stream.close(LONG).is_complete());
    assert!(segments(folder.path()).is_empty());
}
