//! Over TLS: a certificate from an authority that we were told of is trusted, any other is not, and says why.
//!
//! The authority is named by an environment variable, which a test cannot set for itself: so each story runs in
//! a process of its own, which is this one with other arguments.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use support::{LONG, NO_LINGER, Reply, Server, driven, named, quiet};
use tnt4::clock::Wait;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");

fn server() -> Server {
    let chain = vec![CertificateDer::from_pem_file(format!("{FIXTURES}/server.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(format!("{FIXTURES}/server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    Server::start_wrapped(
        Box::new(move |stream| {
            let connection = ServerConnection::new(Arc::clone(&config)).map_err(std::io::Error::other)?;
            Ok(Box::new(StreamOwned::new(connection, stream)))
        }),
        |request| Reply::status(if request.is_access() { 200 } else { 202 }),
    )
}

/// Runs one of the stories below in a process of its own.
#[track_caller]
fn assert_story(name: &str, url: &str, roots: &str) {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env("SSL_CERT_FILE", roots)
        .env_remove("SSL_CERT_DIR")
        .env("TNT4_TEST_URL", url)
        .status()
        .unwrap();
    assert!(status.success(), "{name}");
}

/// Where a story goes; there is none where it is not told by another test.
fn url() -> Option<String> {
    std::env::var("TNT4_TEST_URL").ok()
}

/// What the first attempt ran into.
fn first_problem(url: &str) -> String {
    let (stream, clock) = driven(quiet().url(url).batch(1, 1000, NO_LINGER));
    stream.send(named(0)).unwrap();
    assert!(clock.expect(Wait::BackOff).is_some());
    stream.flush(Duration::ZERO).problem().unwrap().to_owned()
}

#[test]
fn many_and_large_requests_are_on_their_way_at_once() {
    let server = server();
    let url = format!("https://localhost:{}", server.address.port());
    let roots = format!("{FIXTURES}/authority.pem");
    assert_story("story_delivers_many_and_large_ones", &url, &roots);
    assert_eq!(server.records().len(), 604);
    assert!(server.seen().iter().all(|request| request.connection == 0));
}

/// This is a part of many_and_large_requests_are_on_their_way_at_once.
#[test]
fn story_delivers_many_and_large_ones() {
    let Some(url) = url() else { return };
    let stream = quiet().url(&url).build().unwrap();
    for number in 0..600 {
        stream.send(named(number)).unwrap();
    }
    for number in 600..604 {
        stream.send(named(number).message("x".repeat(900_000))).unwrap();
    }
    assert!(stream.flush(LONG).is_complete());
}

#[test]
fn the_named_authority_is_trusted() {
    let server = server();
    let url = format!("https://localhost:{}", server.address.port());
    assert_story("story_delivers", &url, &format!("{FIXTURES}/authority.pem"));
    assert_eq!(server.records().len(), 3);
}

/// This is a part of the_named_authority_is_trusted.
#[test]
fn story_delivers() {
    let Some(url) = url() else { return };
    let stream = quiet().url(&url).build().unwrap();
    for number in 0..3 {
        stream.send(named(number)).unwrap();
    }
    let outcome = stream.close(LONG);
    assert!(outcome.is_complete(), "{outcome}");
}

#[test]
fn an_unknown_authority_is_refused_with_words() {
    let server = server();
    let url = format!("https://localhost:{}", server.address.port());
    assert_story(
        "story_unknown_authority",
        &url,
        &format!("{FIXTURES}/stranger.pem"),
    );
    assert!(server.seen().is_empty());
}

/// This is a part of an_unknown_authority_is_refused_with_words.
#[test]
fn story_unknown_authority() {
    let Some(url) = url() else { return };
    let problem = first_problem(&url);
    assert!(
        problem.contains("not trusted") && problem.contains("SSL_CERT_FILE"),
        "{problem}"
    );
}

#[test]
fn another_name_is_refused_with_words() {
    let server = server();
    let url = format!("https://127.0.0.1:{}", server.address.port());
    assert_story("story_another_name", &url, &format!("{FIXTURES}/authority.pem"));
    assert!(server.seen().is_empty());
}

/// This is a part of another_name_is_refused_with_words.
#[test]
fn story_another_name() {
    let Some(url) = url() else { return };
    let problem = first_problem(&url);
    assert!(problem.contains("issued for another name"), "{problem}");
}

#[test]
fn no_authority_at_all_is_said() {
    assert_story("story_no_authority", "https://localhost:1", "/nowhere/roots.pem");
}

/// This is a part of no_authority_at_all_is_said.
#[test]
fn story_no_authority() {
    let Some(url) = url() else { return };
    let problem = first_problem(&url);
    assert!(
        problem.contains("no trusted root certificate") && problem.contains("SSL_CERT_FILE"),
        "{problem}"
    );
}

#[test]
fn a_port_without_tls_is_said() {
    let server = Server::of_objects();
    let url = format!("https://localhost:{}", server.address.port());
    assert_story("story_no_tls", &url, &format!("{FIXTURES}/authority.pem"));
}

/// This is a part of a_port_without_tls_is_said.
#[test]
fn story_no_tls() {
    let Some(url) = url() else { return };
    let problem = first_problem(&url);
    assert!(problem.contains("does this port speak TLS?"), "{problem}");
}
