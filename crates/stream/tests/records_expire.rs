//! What could not be delivered for as long as it was to be kept is dropped, counted, and gone from the disk.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::path::Path;
use std::time::Duration;

use support::{
    AFTER_OUTAGE, assert_adds_up, named, on_disk, segments, stream_on_disk, wait_until, without_back_off,
};
use tnt4::testing::MemoryServer;
use tnt4::{Dropped, Spool, Stream};

fn short_lived(folder: &Path, server: &MemoryServer) -> Stream {
    let spool = Spool::disk().state_folder(folder).age(Duration::from_millis(300));
    let builder = on_disk(folder).spool(spool).transport(server.transport());
    without_back_off(builder.batch(1, 1, Duration::ZERO))
        .build()
        .unwrap()
}

#[test]
fn also_where_nothing_more_is_sent_and_a_flush_waits() {
    let folder = tempfile::tempdir().unwrap();
    let server = MemoryServer::new();
    server.set_down(true);
    let stream = short_lived(folder.path(), &server);
    for number in 0..100 {
        stream.send(named(number)).unwrap();
    }
    // The first one, too, which was tried again and again.
    wait_until("expired", || stream.stats().dropped.by(Dropped::Expired) == 100);
    assert_adds_up(&stream.stats());
    server.set_down(false);
    let outcome = stream.flush(AFTER_OUTAGE);
    assert_eq!(outcome.unacknowledged(), 100, "{outcome}");
    assert_eq!((server.taken().len(), stream.stats().pending), (0, 0));
    wait_until("its file is gone", || segments(folder.path()).len() <= 1);
    assert!(stream.close(AFTER_OUTAGE).is_complete());
    assert_eq!(segments(folder.path()).len(), 0);
}

#[test]
fn a_flush_that_waits_hears_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = MemoryServer::new();
    // The first one is taken when it is released: what then waits for its turn has expired.
    server.script([tnt4::testing::Step::Hold]);
    let spool = Spool::disk()
        .state_folder(folder.path())
        .age(Duration::from_millis(300));
    let stream = on_disk(folder.path())
        .spool(spool)
        .transport(server.transport())
        .batch(1, 1, Duration::ZERO)
        .build()
        .unwrap();
    for number in 0..10 {
        stream.send(named(number)).unwrap();
    }
    assert!(server.wait_offered(1));
    let flushing = std::thread::spawn({
        let stream = stream.clone();
        move || stream.flush(AFTER_OUTAGE)
    });
    wait_until("expired", || stream.stats().dropped.by(Dropped::Expired) == 9);
    server.release();
    let outcome = flushing.join().unwrap();
    assert_eq!((outcome.unacknowledged(), stream.stats().acknowledged), (9, 1));
}

#[test]
fn what_the_dead_left_expires_too() {
    let folder = tempfile::tempdir().unwrap();
    let server = MemoryServer::new();
    server.set_down(true);
    let first = stream_on_disk(folder.path(), &server);
    for number in 0..100 {
        first.send(named(number)).unwrap();
    }
    assert_eq!(first.close(Duration::ZERO).kept(), 100);
    std::thread::sleep(Duration::from_millis(310));
    server.set_down(false);
    let second = short_lived(folder.path(), &server);
    second.start();
    wait_until("found", || second.stats().inherited.adopted == 100);
    wait_until("removed", || {
        segments(folder.path())
            .iter()
            .all(|path| path.metadata().unwrap().len() > 200_000)
    });
    let _ = second.close(AFTER_OUTAGE);
    let stats = second.stats();
    assert_adds_up(&stats);
    assert_eq!(
        (stats.dropped.by(Dropped::Expired), stats.inherited.dropped),
        (100, 100)
    );
    assert_eq!((server.taken().len(), segments(folder.path()).len()), (0, 0));
}

#[test]
fn what_the_dead_left_expires_however_often_it_was_tried() {
    let folder = tempfile::tempdir().unwrap();
    let server = MemoryServer::new();
    server.set_down(true);
    let first = stream_on_disk(folder.path(), &server);
    for number in 0..100 {
        first.send(named(number)).unwrap();
    }
    assert_eq!(first.close(Duration::ZERO).kept(), 100);
    let second = short_lived(folder.path(), &server);
    second.start();
    wait_until("expired", || second.stats().inherited.dropped == 100);
    wait_until("removed", || segments(folder.path()).len() <= 1);
    assert_adds_up(&second.stats());
    assert_eq!((second.stats().pending, server.taken().len()), (0, 0));
}
