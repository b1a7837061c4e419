//! `enqueued = acknowledged + dropped + pending`, in every snapshot, whatever goes on.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use support::{LONG, quiet};
use tnt4::testing::{DrivenClock, MemoryServer, Step};
use tnt4::{Dropped, Event, Severity, Stats};

#[track_caller]
fn assert_adds_up(stats: &Stats) {
    assert_eq!(
        stats.enqueued,
        stats.acknowledged + stats.dropped.total() + stats.pending,
        "{stats:?}"
    );
}

#[test]
fn while_many_threads_send_flush_and_look() {
    let server = MemoryServer::new();
    let steps = (0..4000).map(|number| match number % 7 {
        3 => Step::Reject("every seventh".to_owned()),
        _ => Step::Take,
    });
    server.script(steps);
    // So small that much is refused.
    let builder = quiet().transport(server.transport()).queue_bytes(20_000);
    let stream = builder.batch(50, 4096, Duration::ZERO).build().unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let (watched, looking) = (stream.clone(), Arc::clone(&over));
    let watcher = std::thread::spawn(move || {
        while !looking.load(Ordering::SeqCst) {
            assert_adds_up(&watched.stats());
        }
    });
    let senders: Vec<_> = (0..4)
        .map(|_| {
            let stream = stream.clone();
            std::thread::spawn(move || {
                for number in 0..1000 {
                    let _ = stream.send(Event::new("x"));
                    if number % 100 == 0 {
                        let _ = stream.flush(Duration::from_millis(1));
                    }
                }
            })
        })
        .collect();
    senders.into_iter().for_each(|sender| sender.join().unwrap());
    let _ = stream.close(LONG);
    over.store(true, Ordering::SeqCst);
    watcher.join().unwrap();
    let stats = stream.stats();
    assert_adds_up(&stats);
    assert_eq!((stats.enqueued, stats.pending), (4000, 0));
    assert_eq!(stats.acknowledged, server.taken().len() as u64);
}

/// What a user may do.
#[derive(Debug, Clone)]
enum Action {
    Send { length: usize, grave: bool },
    Flush,
    Close,
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        8 => (0_usize..3000, any::<bool>()).prop_map(|(length, grave)| Action::Send { length, grave }),
        2 => Just(Action::Flush),
        1 => Just(Action::Close),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Take),
        2 => Just(Step::Reject("no".to_owned())),
        1 => Just(Step::Retry(None)),
        1 => Just(Step::Refuse),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Against a model that counts nothing but the answers of the calls and what the server saw.
    #[test]
    fn whatever_is_done(
        actions in prop::collection::vec(action(), 1..60),
        steps in prop::collection::vec(step(), 0..60),
        records in 1_usize..20,
    ) {
        let server = MemoryServer::new();
        server.script(steps);
        // A dropped clock lets no wait last.
        let clock = DrivenClock::new();
        let builder = quiet().transport(server.transport()).clock(clock.clock()).queue_bytes(10_000);
        let stream = builder.batch(records, 4096, Duration::from_secs(1)).build().unwrap();
        drop(clock);

        let (mut accepted, mut refused, mut rejected_told, mut closed) = (0, 0, 0, false);
        for action in actions {
            match action {
                Action::Send { length, grave } => {
                    let severity = if grave { Severity::Error } else { Severity::Info };
                    match stream.send(Event::new("x").message("y".repeat(length)).severity(severity)) {
                        Ok(()) => accepted += 1,
                        Err(reason) => {
                            prop_assert_eq!(closed, reason == Dropped::Closed);
                            refused += 1;
                        }
                    }
                }
                Action::Flush if !closed => rejected_told += stream.flush(LONG).rejected(),
                Action::Flush => {}
                Action::Close => {
                    let outcome = stream.close(LONG);
                    if !std::mem::replace(&mut closed, true) {
                        rejected_told += outcome.rejected();
                    }
                }
            }
            let stats = stream.stats();
            assert_adds_up(&stats);
            prop_assert_eq!(stats.enqueued, accepted + refused);
        }
        if !closed {
            rejected_told += stream.close(LONG).rejected();
        }
        let stats = stream.stats();
        assert_adds_up(&stats);
        prop_assert_eq!(stats.pending, 0);
        prop_assert_eq!(stats.dropped.by(Dropped::Rejected), rejected_told);
        prop_assert_eq!(stats.acknowledged + rejected_told + stats.dropped.by(Dropped::LeftAtClose), accepted);
        prop_assert!(server.taken().len() as u64 >= stats.acknowledged);
    }
}
