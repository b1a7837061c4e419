//! Where there is no room for what is logged it is counted, to the record, and nobody waits.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::sync::Barrier;
use std::thread;

use support::{LONG, quiet};
use tnt4::Dropped;
use tnt4::testing::MemoryServer;
use tracing::{Dispatch, info};
use tracing_subscriber::prelude::*;

const PRODUCERS: u64 = 16;
const EVENTS: u64 = 500;

#[test]
fn sixteen_producers_and_a_server_that_is_down() {
    let server = MemoryServer::new();
    server.set_down(true);
    let builder = quiet().transport(server.transport()).queue_bytes(256 << 10);
    let (layer, guard) = tnt4::layer().builder(builder).build().unwrap();
    let dispatch = Dispatch::new(tracing_subscriber::registry().with(layer));
    let begin = Barrier::new(usize::try_from(PRODUCERS).unwrap());
    thread::scope(|scope| {
        for producer in 0..PRODUCERS {
            let (dispatch, begin) = (dispatch.clone(), &begin);
            scope.spawn(move || {
                tracing::dispatcher::with_default(&dispatch, || {
                    begin.wait();
                    // Who waited for room would wait for ever.
                    (0..EVENTS).for_each(|number| info!(producer, number, "logged"));
                });
            });
        }
    });
    let stats = guard.stream().stats();
    assert_eq!(stats.enqueued, PRODUCERS * EVENTS);
    let dropped = stats.dropped.by(Dropped::QueueFull);
    assert!(dropped > 0 && stats.pending > 0, "{stats:?}");
    assert_eq!(stats.pending + dropped, PRODUCERS * EVENTS);

    server.set_down(false);
    let outcome = guard.close(LONG);
    assert!(outcome.is_complete(), "{outcome}");
    assert_eq!(server.taken().len() as u64, PRODUCERS * EVENTS - dropped);
}
