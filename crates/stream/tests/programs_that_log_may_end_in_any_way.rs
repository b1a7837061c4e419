//! A program that streams by one line may end as it likes: with its guard it delivers, and where records are on disk
//! nothing is lost in any case.
//!
//! The programs are this very test, run once more with a story to tell.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use support::traced::{of_type, parsed, property};
use support::{Reply, Server, named, on_disk, temporary_folder, wait_until};
use tnt4::Secret;
use tracing::{info, info_span};

/// So many events a program logs.
const EVENTS: usize = 100;
const TOKEN: &str = "a token of a test";
const STORY: &str = "TNT4_TEST_STORY";

/// A server that lets nobody in until it is open.
struct Door {
    server: Server,
    is_open: Arc<AtomicBool>,
}

impl Door {
    fn new(open: bool) -> Self {
        let is_open = Arc::new(AtomicBool::new(open));
        let asked = Arc::clone(&is_open);
        let server = Server::start(move |request| match asked.load(Ordering::SeqCst) {
            false => Reply::status(503),
            true if request.is_access() => Reply::status(200),
            true => Reply::status(202),
        });
        Door { server, is_open }
    }

    fn open(&self) {
        self.is_open.store(true, Ordering::SeqCst);
    }

    /// What has arrived.
    fn records(&self) -> Vec<Value> {
        parsed(&self.server.records())
    }

    /// The numbers of the events that have arrived.
    fn numbers(&self) -> BTreeSet<i64> {
        let records = self.records();
        let events = of_type(&records, "EVENT").into_iter();
        events
            .filter(|event| event["msg-text"] == "an event")
            .map(|event| property(event, "number")["value"].as_i64().unwrap())
            .collect()
    }

    #[track_caller]
    fn assert_all(&self) {
        assert_eq!(self.numbers().len(), EVENTS);
    }
}

/// Runs a program that tells this story to its end.
fn run(story: &str, door: &Door, state: &Path, spool: &str) -> ExitStatus {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "story", "--nocapture"])
        .env_remove("RUST_BACKTRACE")
        .env("TNT4_URL", door.server.url())
        .env("TNT4_TOKEN", TOKEN)
        .env("TNT4_STATE_DIR", state)
        .env("TNT4_SPOOL", spool)
        .env("TNT4_DIAGNOSTICS", "off")
        .env("TNT4_LEVEL", "info,silent=off")
        .env(STORY, story);
    // What a test says of its panics is of no interest.
    command.output().unwrap().status
}

/// The stories.
#[test]
fn story() {
    let Ok(story) = std::env::var(STORY) else {
        return;
    };
    let guard = tnt4::layer().panics().init().unwrap();
    assert!(matches!(tnt4::layer().init(), Err(tnt4::InitError::Taken(_))));
    let guard = match &*story {
        // As `let _ = …` does.
        "mistaken" => {
            drop(guard);
            None
        }
        _ => Some(guard),
    };
    for number in 0..EVENTS {
        info!(number, "an event");
        tracing::debug!("too detailed");
        tracing::error!(target: "silent::inner", "of no interest");
    }
    match &*story {
        "returns" | "mistaken" => {}
        "exits" => std::process::exit(0),
        "aborts" => std::process::abort(),
        "leaks" => std::mem::forget(guard),
        "panics" => {
            let _order = info_span!("order").entered();
            panic!("no more {}", "coffee");
        }
        other => panic!("there is no story {other}"),
    }
}

#[test]
fn who_has_the_guard_delivers_before_it_ends() {
    for spool in ["memory", "disk"] {
        let (door, state) = (Door::new(true), temporary_folder());
        assert!(run("returns", &door, state.path(), spool).success());
        door.assert_all();
        assert_eq!(door.records().len(), EVENTS, "{spool}");
    }
}

#[test]
fn a_panic_that_unwinds_delivers_and_is_told() {
    let (door, state) = (Door::new(true), temporary_folder());
    assert!(!run("panics", &door, state.path(), "memory").success());
    door.assert_all();
    let records = door.records();
    let panic = records
        .iter()
        .find(|record| record["operation"] == "panic")
        .unwrap();
    assert_eq!(
        (&panic["severity"], &panic["msg-text"]),
        (&"CRITICAL".into(), &"no more coffee".into())
    );
    let exception = panic["exception"].as_str().unwrap();
    assert!(
        exception.starts_with("panicked at ") && exception.ends_with(": no more coffee"),
        "{exception}"
    );
    let activities = of_type(&records, "ACTIVITY");
    assert_eq!(activities[1]["status"], "EXCEPTION");
    assert_eq!(activities[1]["exception"], panic["exception"]);
}

#[test]
fn on_disk_nothing_is_lost_in_any_case() {
    for story in ["returns", "exits", "aborts", "leaks", "panics", "mistaken"] {
        let (door, state) = (Door::new(false), temporary_folder());
        run(story, &door, state.path(), "disk");
        assert_eq!(door.numbers().len(), 0);
        door.open();
        let next = on_disk(state.path())
            .url(&door.server.url())
            .token(Secret::new(TOKEN).unwrap())
            .build()
            .unwrap();
        next.send(named(0)).unwrap();
        wait_until(story, || door.numbers().len() == EVENTS);
    }
}
