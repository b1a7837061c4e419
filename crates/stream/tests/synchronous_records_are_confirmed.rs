//! In the mode that waits for the disk, a record that was accepted has been written down: its bytes are in its file and
//! the disk was told, once for all that wait together.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::path::Path;
use std::sync::Barrier;
use std::time::Duration;

use support::{LONG, expected_names, named, names, quiet};
use tnt4::testing::{MemoryServer, Step};
use tnt4::{Builder, Spool};

fn synchronous(folder: &Path) -> Builder {
    quiet().spool(Spool::synchronous().state_folder(folder))
}

#[test]
fn many_threads_wait_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let server = MemoryServer::new();
    server.script((0..10_000).map(|_| Step::Retry(None)));
    let stream = synchronous(folder.path())
        .transport(server.transport())
        .build()
        .unwrap();
    let barrier = Barrier::new(8);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (stream, barrier) = (&stream, &barrier);
            scope.spawn(move || {
                barrier.wait();
                for number in 0..25 {
                    stream.send(named(thread * 25 + number)).unwrap();
                }
            });
        }
    });
    assert_eq!(stream.close(Duration::ZERO).kept(), 200);

    let server = MemoryServer::new();
    let successor = synchronous(folder.path())
        .transport(server.transport())
        .build()
        .unwrap();
    successor.start();
    assert!(server.wait_offered(200));
    assert!(successor.close(LONG).is_complete());
    let mut taken = names(&server.taken());
    taken.sort();
    let mut expected = expected_names(0..200);
    expected.sort();
    assert_eq!(taken, expected);
}

#[test]
fn a_close_leaves_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let server = MemoryServer::new();
    let stream = synchronous(folder.path())
        .transport(server.transport())
        .build()
        .unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let stream = &stream;
            // Until the close refuses them.
            scope.spawn(move || while stream.send(named(0)).is_ok() {});
        }
        assert!(server.wait_offered(20));
        let outcome = stream.close(LONG);
        assert!(outcome.is_complete(), "{outcome}");
    });
    let stats = stream.stats();
    assert_eq!(stats.acknowledged + stats.dropped.total(), stats.enqueued);
}
