//! A value whose `Debug` logs or panics hurts neither its event nor its thread.
//!
//! Under a subscriber of a thread's own `tracing` itself leaves out what is logged meanwhile; under a global one it does
//! not. So there is one here, and each story has a thread whose name tells its records.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::fmt;
use std::sync::OnceLock;

use serde_json::Value;
use support::LONG;
use support::traced::{layer, of_type, parsed, properties, property};
use tnt4::Guard;
use tnt4::testing::MemoryServer;
use tracing::{info, info_span};
use tracing_subscriber::prelude::*;

/// Does something in a thread of this name, under the global subscriber, and tells what arrived of that.
fn logged(name: &str, work: impl FnOnce() + Send + 'static) -> Vec<Value> {
    static WORLD: OnceLock<(Guard, MemoryServer)> = OnceLock::new();
    let (guard, server) = WORLD.get_or_init(|| {
        let (layer, guard, server) = layer(|layer| layer);
        tracing_subscriber::registry().with(layer).init();
        (guard, server)
    });
    let thread = std::thread::Builder::new().name(name.to_owned());
    thread.spawn(work).unwrap().join().unwrap();
    let outcome = guard.flush(LONG);
    assert!(outcome.is_complete(), "{outcome}");
    let mut records = parsed(&server.taken());
    records.retain(
        |record| match properties(record).find(|property| property["name"] == "thread") {
            Some(thread) => thread["value"] == name,
            // A thread that has nearly ended has no name.
            None => name == "ends",
        },
    );
    records
}

/// Shows itself by a function.
struct By<F>(F);

impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Debug for By<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0(f)
    }
}

#[test]
fn what_is_logged_meanwhile_arrives_too() {
    let records = logged("nested", || {
        let _span = info_span!("around").entered();
        let shows = By(|f: &mut fmt::Formatter<'_>| {
            info!(inner = 1, "shown");
            f.write_str("shows")
        });
        info!(?shows, before = 1, "outer {:?}", shows);
        // Fields of a span, too, which are shown while it is not there yet or is looked at.
        let span = info_span!("shown", ?shows, later = tracing::field::Empty);
        span.in_scope(|| span.record("later", tracing::field::debug(&shows)));
    });
    let events = of_type(&records, "EVENT");
    let inner = events.iter().filter(|event| event["msg-text"] == "shown");
    assert_eq!(inner.count(), 4, "{events:?}");
    let outer = events
        .iter()
        .find(|event| event["msg-text"] == "outer shows")
        .unwrap();
    assert_eq!(property(outer, "shows")["value"], "shows");
    assert_eq!(property(outer, "before")["value"], 1);
    let ended = records.iter().find(|record| record["status"] == "END").unwrap();
    assert_eq!(property(ended, "later")["value"], "shows");
}

#[test]
fn a_value_that_logs_itself_comes_to_an_end() {
    struct Mirror;
    impl fmt::Debug for Mirror {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            info!(mirror = ?self, "in the mirror");
            f.write_str("mirror")
        }
    }
    let records = logged("mirror", || info!(mirror = ?Mirror, "before it"));
    assert!((2..=4).contains(&records.len()), "{}", records.len());
    assert_eq!(records.last().unwrap()["msg-text"], "before it");
}

#[test]
fn a_value_that_panics_leaves_its_event_whole() {
    let records = logged("panics", || {
        let panics = By(|f: &mut fmt::Formatter<'_>| {
            f.write_str("so far")?;
            std::panic::resume_unwind(Box::new(()))
        });
        info!(?panics, after = 1, "goes on");
        info!("and on");
    });
    assert_eq!(records.len(), 2);
    assert_eq!(
        property(&records[0], "panics")["value"],
        "so far…[cannot be shown]"
    );
    assert_eq!(property(&records[0], "after")["value"], 1);
}

#[test]
fn a_thread_that_ends_may_log() {
    struct Last;
    impl Drop for Last {
        fn drop(&mut self) {
            info!("the thread ends");
        }
    }
    thread_local! {
        static EARLY: Last = const { Last };
        static LATE: Last = const { Last };
    }
    // Before and after the bridge's own memory of the thread is gone.
    let records = logged("ends", || {
        EARLY.with(|_| ());
        info!("alive");
        LATE.with(|_| ());
    });
    assert_eq!(records[0]["msg-text"], "alive");
    let last = records
        .iter()
        .filter(|record| record["msg-text"] == "the thread ends");
    assert_eq!(last.count(), 2, "{records:?}");
}
