//! A server that cannot be trusted gets nothing; everything is kept, and the words name the reason and the option.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::io::{Read, Write};
use std::net::TcpListener;

use support::tls::{fixture, server, server_that_wants_a_certificate, url};
use support::{
    LONG, NO_LINGER, Server, assert_delivers, driven, expected_names, first_problem, named, names, quiet,
};
use tnt4::Builder;
use tnt4::clock::Wait;

/// A builder that trusts the certificates in this fixture.
fn trusting(fixture_name: &str) -> Builder {
    quiet().ca_file(fixture(fixture_name))
}

#[track_caller]
fn assert_says(problem: &str, words: &[&str]) {
    for word in words {
        assert!(problem.contains(word), "{problem}");
    }
}

#[test]
fn an_unknown_authority() {
    let server = server("server.pem");
    let problem = first_problem(trusting("stranger.pem").url(&url(&server)));
    assert_says(
        &problem,
        &["its issuer is not trusted", "ca_file", "SSL_CERT_FILE"],
    );
    assert!(server.seen().is_empty());
    assert_delivers(trusting("authority.pem").url(&url(&server)), &server);
}

#[test]
fn another_name() {
    let server = server("server.pem");
    let by_address = format!("https://{}", server.address);
    let problem = first_problem(trusting("authority.pem").url(&by_address));
    assert_says(&problem, &["issued for another name", "localhost"]);
    assert!(server.seen().is_empty());
}

#[test]
fn a_certificate_that_has_expired() {
    let server = server("expired.pem");
    for roots in ["authority.pem", "expired.pem"] {
        let problem = first_problem(trusting(roots).url(&url(&server)));
        assert_says(&problem, &["it has expired; renew it", "clock"]);
    }
    assert!(server.seen().is_empty());
}

#[test]
fn a_certificate_that_signed_itself() {
    let server = server("self-signed.pem");
    let problem = first_problem(trusting("authority.pem").url(&url(&server)));
    assert_says(&problem, &["it signed itself", "ca_file", "SSL_CERT_FILE"]);
    let by_address = format!("https://{}", server.address);
    let problem = first_problem(trusting("self-signed.pem").url(&by_address));
    assert_says(&problem, &["issued for another name"]);
    assert!(server.seen().is_empty());
    assert_delivers(trusting("self-signed.pem").url(&url(&server)), &server);
}

#[test]
fn a_server_that_wants_to_know_us() {
    let server = server_that_wants_a_certificate();
    let builder = || trusting("authority.pem").url(&url(&server));
    let problem = first_problem(builder());
    assert_says(
        &problem,
        &["the server wants a certificate of ours", "client_certificate"],
    );
    // It is known to nobody who could tell.
    let problem =
        first_problem(builder().client_certificate(fixture("self-signed.pem"), fixture("server.key")));
    assert_says(
        &problem,
        &["does not accept our certificate", "client_certificate"],
    );
    assert!(server.seen().is_empty());
    assert_delivers(
        builder().client_certificate(fixture("client.pem"), fixture("client.key")),
        &server,
    );
}

#[test]
fn files_that_are_not_what_they_should_be() {
    let server = server("server.pem");
    let folder = tempfile::tempdir().unwrap();
    let garbage = folder.path().join("garbage.pem");
    std::fs::write(&garbage, "-----BEGIN CANARY-----\nnot base64\n").unwrap();
    let garbage = garbage.to_str().unwrap();
    for (path, cause) in [("/nowhere/roots.pem", "No such file"), (garbage, "PEM")] {
        let problem = first_problem(quiet().url(&url(&server)).ca_file(path));
        assert_says(&problem, &["ca_file", path, cause, "BEGIN CERTIFICATE"]);
    }
    let builder = || trusting("authority.pem").url(&url(&server));
    for (certificate, key, named) in [
        (
            "/nowhere/client.pem",
            fixture("client.key"),
            "/nowhere/client.pem",
        ),
        (garbage, fixture("client.key"), garbage),
        (
            &fixture("client.pem"),
            "/nowhere/client.key".to_owned(),
            "/nowhere/client.key",
        ),
        (&fixture("client.pem"), garbage.to_owned(), garbage),
        (
            &fixture("client.pem"),
            fixture("server.key"),
            "does not belong to",
        ),
    ] {
        let problem = first_problem(builder().client_certificate(certificate, key));
        assert_says(&problem, &["client certificate", named]);
        assert!(!problem.contains("CANARY"), "{problem}");
    }
    assert!(server.seen().is_empty());
}

#[test]
fn files_are_read_again_after_a_failure() {
    let server = server("server.pem");
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("roots.pem");
    std::fs::copy(fixture("stranger.pem"), &roots).unwrap();
    let (stream, clock) = driven(
        quiet()
            .url(&url(&server))
            .ca_file(&roots)
            .batch(1, 1000, NO_LINGER),
    );
    stream.send(named(0)).unwrap();
    let wait = clock.expect(Wait::BackOff).unwrap();
    std::fs::copy(fixture("authority.pem"), &roots).unwrap();
    clock.advance(wait);
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(names(&server.records()), expected_names([0]));
}

/// A server that answers a handshake with these bytes.
fn answering(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let _ = connection.read(&mut [0; 4096]);
            let _ = connection.write_all(bytes);
            // Until the client has read it and hangs up.
            let _ = connection.read_to_end(&mut Vec::new());
        }
    });
    url
}

#[test]
fn a_server_that_knows_only_old_tls() {
    // A ServerHello of TLS 1.1: version, 32 random bytes, no session, AES-128-CBC-SHA, no compression.
    let hello = b"\x16\x03\x02\x00\x2a\x02\x00\x00\x26\x03\x02\
                  0123456789abcdef0123456789abcdef\x00\x00\x2f\x00";
    // An alert: fatal, protocol_version.
    let alert = b"\x15\x03\x01\x00\x02\x02\x46";
    for bytes in [&hello[..], &alert[..]] {
        let problem = first_problem(trusting("authority.pem").url(&answering(bytes)));
        assert_says(&problem, &["speaks no TLS 1.2 or later"]);
    }
}

#[test]
fn a_port_without_tls() {
    let server = Server::of_objects();
    let problem = first_problem(trusting("authority.pem").url(&url(&server)));
    assert_says(&problem, &["does this port speak TLS?"]);
}
