//! A guard ends the stream that the layer has made, and flushes one that it was given; nothing that is logged later is
//! lost in silence.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use support::{LONG, Server, quiet, wait_until};
use tnt4::testing::MemoryServer;
use tnt4::{Dropped, Event, InitError};
use tracing::info;
use tracing_subscriber::prelude::*;

#[test]
fn what_is_logged_after_the_end_goes_to_a_second_stream() {
    let server = Server::of_objects();
    let (layer, guard) = tnt4::layer().builder(quiet().url(&server.url())).build().unwrap();
    let subscriber = tracing_subscriber::registry().with(layer);
    let stream = guard.stream().clone();
    tracing::subscriber::with_default(subscriber, || {
        info!("in time");
        drop(guard);
        assert_eq!(server.records().len(), 1);
        info!("late");
        info!("later");
        wait_until("the second stream has delivered", || server.records().len() == 3);
    });
    // It was not the first one's to refuse.
    assert_eq!(stream.stats().dropped.total(), 0);
    assert_eq!(stream.send(Event::new("by hand")), Err(Dropped::Closed));
}

#[test]
fn a_given_stream_is_flushed_and_stays_open() {
    let server = MemoryServer::new();
    let stream = quiet().transport(server.transport()).build().unwrap();
    let (layer, guard) = tnt4::layer().stream(stream.clone()).build().unwrap();
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::with_default(subscriber, || {
        info!("one");
        drop(guard);
        assert_eq!(server.taken().len(), 1);
        info!("two");
        assert!(stream.close(LONG).is_complete());
        info!("three");
    });
    assert_eq!(server.taken().len(), 2);
    assert_eq!(stream.stats().dropped.total(), 1);
}

#[test]
fn a_transport_that_can_be_had_once_counts_what_comes_late() {
    let (layer, guard, _server) = support::traced::layer(|layer| layer);
    let stream = guard.stream().clone();
    let subscriber = tracing_subscriber::registry().with(layer);
    drop(guard);
    tracing::subscriber::with_default(subscriber, || info!("late"));
    assert_eq!(stream.stats().dropped.total(), 1);
}

#[test]
fn nonsense_is_refused_before_anything_is_installed() {
    let server = MemoryServer::new();
    let builder = || quiet().transport(server.transport());
    let error = tnt4::layer().builder(builder()).level("loud").init().unwrap_err();
    assert!(matches!(error, InitError::Level(_)), "{error}");
    let error = tnt4::layer().builder(quiet().url("nonsense")).init().unwrap_err();
    assert!(matches!(error, InitError::Build(_)), "{error}");
    // So there is still room for one.
    assert!(tnt4::layer().builder(builder()).level("off").init().is_ok());
}
