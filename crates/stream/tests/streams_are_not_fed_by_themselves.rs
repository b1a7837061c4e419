//! What the stream's own threads log, by the libraries that they use, becomes no record; what the application logs by the
//! same libraries does.
//!
//! The client is this very test, run once more, so that what the server logs is somebody else's.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::tls::{fixture, server, url};
use support::traced::parsed;
use support::{LONG, quiet};
use tnt4::Stream;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::prelude::*;

const URL: &str = "TNT4_TEST_URL";
/// So many events the application logs of each kind.
const EVENTS: usize = 20;

/// Counts what the stream's own threads have logged.
struct Overheard;

static OVERHEARD: AtomicUsize = AtomicUsize::new(0);

impl<S: tracing::Subscriber> Layer<S> for Overheard {
    fn on_event(&self, _: &tracing::Event<'_>, _: Context<'_, S>) {
        let thread = std::thread::current();
        if thread.name().is_some_and(|name| name.starts_with("tnt4-")) {
            OVERHEARD.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[test]
fn everything_is_logged_and_only_the_applications_is_sent() {
    let server = server("server.pem");
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "story", "--nocapture"])
        .env(URL, url(&server))
        .status()
        .unwrap();
    assert!(status.success());
    let mut targets = BTreeMap::new();
    for record in parsed(&server.records()) {
        *targets
            .entry(record["operation"].as_str().unwrap().to_owned())
            .or_insert(0) += 1;
    }
    let expected = ["application", "rustls::client", "by log"].map(|target| (target.to_owned(), EVENTS));
    assert_eq!(targets, BTreeMap::from(expected));
}

/// This is a part of everything_is_logged_and_only_the_applications_is_sent.
#[test]
fn story() {
    let Ok(url) = std::env::var(URL) else { return };
    tracing_log::LogTracer::init().unwrap();
    let builder = || quiet().url(&url).ca_file(fixture("authority.pem"));
    let (layer, guard) = tnt4::layer().builder(builder()).build().unwrap();
    tracing_subscriber::registry().with(layer).with(Overheard).init();
    for number in 0..EVENTS {
        tracing::trace!(target: "application", number);
        // As if the application had a connection of its own.
        log::trace!(target: "rustls::client", "{number}");
        log::error!(target: "by log", "{number}");
        // Each over what the last one has brought about.
        assert!(guard.flush(LONG).is_complete());
    }
    // One more connection, by another stream, is none of the first one's business either.
    let other: Stream = builder().build().unwrap();
    other.start();
    assert!(other.close(LONG).is_complete());
    assert!(guard.close(LONG).is_complete());
    let overheard = OVERHEARD.load(Ordering::SeqCst);
    assert!(
        overheard > 10,
        "the libraries have logged next to nothing: {overheard}"
    );
}
