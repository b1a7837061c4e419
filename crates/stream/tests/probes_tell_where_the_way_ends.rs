//! A probe goes the way of a record step by step, and the first step that fails says what to do.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::net::TcpListener;

use support::proxy::Tunnelled;
use support::tls::{fixture, server, url};
use support::{Reply, Server, name_of, quiet, secret};
use tnt4::Step::{Authorization, Connection, Name, Proxy, RoundTrip, Tls};
use tnt4::{Builder, Event, Finding, Item, RecordId, Severity, Step};

/// The event that a probe leaves behind.
fn record() -> Vec<u8> {
    let mut record = Vec::new();
    let event = Event::new("tnt4 doctor").severity(Severity::Debug);
    Item::from(event).encode(Some(RecordId::new()), &mut record);
    record
}

fn probe(builder: Builder) -> (bool, Vec<Finding>) {
    let mut findings = Vec::new();
    let is_well = tnt4::probe(builder, Some(record()), |finding| findings.push(finding.clone())).unwrap();
    (is_well, findings)
}

/// All goes well, in these steps, and each says so in these words.
#[track_caller]
fn assert_well(builder: Builder, expected: &[(Step, &str)]) {
    let (is_well, findings) = probe(builder);
    assert!(is_well, "{findings:?}");
    for (finding, (step, words)) in findings.iter().zip(expected) {
        assert_eq!(finding.step, *step);
        assert!(finding.outcome.as_ref().unwrap().contains(words), "{finding:?}");
    }
    assert_eq!(findings.len(), expected.len(), "{findings:?}");
}

/// All goes well until this step, which says what is the matter.
#[track_caller]
fn assert_ends(builder: Builder, step: Step, words: &[&str]) {
    let (is_well, findings) = probe(builder);
    let (last, before) = findings.split_last().unwrap();
    assert!(
        !is_well && before.iter().all(|finding| finding.outcome.is_ok()),
        "{findings:?}"
    );
    assert_eq!(last.step, step, "{findings:?}");
    for word in words {
        assert!(last.outcome.as_ref().unwrap_err().contains(word), "{last:?}");
    }
    assert!(!format!("{findings:?}").contains("canary"));
}

#[test]
fn all_the_way_to_a_server_on_this_machine() {
    let server = Server::start(|request| match request.is_access() {
        true => Reply::announce(),
        false => Reply::status(202),
    });
    let address = server.address.to_string();
    assert_well(
        quiet().url(&server.url()).token(secret("0123456789abcdef")),
        &[
            (Name, &address),
            (Connection, &address),
            (Authorization, "let in; many records a request"),
            (RoundTrip, "acknowledged"),
        ],
    );
    // One access-request and one record, on one connection.
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(
        (seen[1].connection, name_of(&seen[1].body).as_str()),
        (0, "tnt4 doctor")
    );
}

#[test]
fn without_a_record_the_way_ends_at_the_authorization() {
    let server = Server::start(|request| match request.is_access() {
        true => Reply::announce(),
        false => Reply::status(202),
    });
    let mut steps = Vec::new();
    let builder = quiet().url(&server.url()).token(secret("0123456789abcdef"));
    let is_well = tnt4::probe(builder, None, |finding| steps.push(finding.step)).unwrap();
    assert!(is_well);
    assert_eq!(steps, [Name, Connection, Authorization]);
    let seen = server.seen();
    assert!(seen.len() == 1 && seen[0].is_access(), "{seen:?}");

    let refusing = Server::start(|_| Reply::status(401));
    let is_well = tnt4::probe(quiet().url(&refusing.url()), None, |_| ()).unwrap();
    assert!(!is_well);
}

#[test]
fn all_the_way_through_a_proxy_with_tls() {
    let tunnelled = Tunnelled::start(|_| "HTTP/1.1 200 OK\r\n\r\n".to_owned());
    let proxy = tunnelled.server.address.to_string();
    assert_well(
        quiet()
            .url("https://records.example")
            .ca_file(fixture("authority.pem"))
            .proxy(tunnelled.url("user:canary@").parse().unwrap()),
        &[
            (Name, &proxy),
            (Connection, &proxy),
            (Proxy, "lets us through"),
            (
                Tls,
                "TLS 1.3; the server's certificate is valid until 2125-01-01 (",
            ),
            (Authorization, "let in without a token; one record a request"),
            (RoundTrip, "acknowledged"),
        ],
    );
    assert_eq!(tunnelled.connects().len(), 1);
}

#[test]
fn all_the_way_to_a_server_that_sends_us_on_and_closes_each_time() {
    let server = Server::start(|request| match request.head.starts_with("POST / ") {
        true => Reply::new(307, "Location: /records\r\nConnection: close\r\n", "").and_close(),
        false => Reply::new(202, "Connection: close\r\n", "").and_close(),
    });
    let (is_well, findings) = probe(quiet().url(&server.url()));
    assert!(is_well, "{findings:?}");
    assert!(
        findings[2]
            .outcome
            .as_ref()
            .unwrap()
            .starts_with("redirected to another path; let in")
    );
}

#[test]
fn to_where_nobody_listens() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_ends(
        quiet().url(&format!("http://{address}")),
        Connection,
        &["cannot connect to", "is it running?"],
    );
}

#[test]
fn to_a_proxy_that_does_not_know_us() {
    let tunnelled = Tunnelled::start(|_| "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n".to_owned());
    let builder = quiet()
        .url("https://records.example")
        .proxy(tunnelled.url("user:canary@").parse().unwrap());
    assert_ends(builder, Proxy, &["does not accept our user name and password"]);
}

#[test]
fn to_a_server_that_we_do_not_trust() {
    let server = server("server.pem");
    let builder = quiet().url(&url(&server)).ca_file(fixture("stranger.pem"));
    assert_ends(builder, Tls, &["its issuer is not trusted", "ca_file"]);
}

#[test]
fn to_a_server_that_does_not_let_us_in() {
    let server = Server::start(|_| Reply::new(401, "", "no such token: canary"));
    let builder = quiet().url(&server.url()).token(secret("canary"));
    assert_ends(builder, Authorization, &["unauthorized", "check the token"]);
    assert_ends(
        quiet().url(&server.url()).token_file("/nowhere/token"),
        Authorization,
        &["/nowhere/token"],
    );
}

#[test]
fn to_a_server_that_takes_no_records() {
    for (status, words) in [
        (422, "the record was rejected: 422"),
        (503, "503 Service Unavailable"),
    ] {
        let server =
            Server::start(move |request| Reply::status(if request.is_access() { 200 } else { status }));
        assert_ends(quiet().url(&server.url()), RoundTrip, &[words]);
        assert_eq!(server.bodies().len(), 1);
    }
}

#[test]
fn and_an_address_that_is_none_is_said_at_once() {
    assert!(tnt4::probe(quiet().url("nonsense"), Some(record()), |_| panic!("no step")).is_err());
}
