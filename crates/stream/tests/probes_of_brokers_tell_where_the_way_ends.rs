//! A probe of a broker goes the way of a message step by step, publishes nothing, and says what to do about the first step
//! that fails.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::net::TcpListener;
use std::time::Duration;

use support::broker::{Act, Packet, connack, polite};
use support::mosquitto::Mosquitto;
use support::tls::fixture;
use support::{Broker, quiet, secret};
use tnt4::Step::{Authorization, Connection, Name, RoundTrip, Tls, WebSocket};
use tnt4::{Builder, Finding, Mqtt, ProblemKind, Step};

fn probe(builder: Builder) -> (bool, Vec<Finding>) {
    let mut findings = Vec::new();
    let is_well = tnt4::probe(builder, Some(b"{}".to_vec()), |finding| {
        findings.push(finding.clone());
    })
    .unwrap();
    (is_well, findings)
}

/// All goes well in these steps, and each says so in these words.
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
fn assert_ends(builder: Builder, step: Step, kind: ProblemKind, words: &str) {
    let (is_well, findings) = probe(builder);
    let (last, before) = findings.split_last().unwrap();
    assert!(
        !is_well && before.iter().all(|finding| finding.outcome.is_ok()),
        "{findings:?}"
    );
    assert_eq!((last.step, last.problem_kind), (step, Some(kind)), "{findings:?}");
    assert!(last.outcome.as_ref().unwrap_err().contains(words), "{last:?}");
    assert!(!format!("{findings:?}").contains("canary"));
}

#[test]
fn nothing_is_published_and_no_stream_is_disturbed() {
    let broker = Broker::polite();
    let settings = Mqtt::new().client_id("the stream's").clean_session(false);
    let expected = [
        (Name, "127.0.0.1"),
        (Connection, "to 127.0.0.1:"),
        (Authorization, "let in without a user name; MQTT 5, QoS 1"),
        (RoundTrip, "a ping was answered"),
    ];
    assert_well(quiet().url(&broker.url()).mqtt(settings), &expected);
    broker.wait_until("it takes its leave", |seen| {
        seen.iter().any(|seen| seen.packet == Packet::Disconnect)
    });
    assert_eq!(broker.payloads().len(), 0);
    let clients = broker.clients();
    assert_eq!(clients.len(), 1);
    assert!(clients[0].clean && clients[0].id != "the stream's", "{clients:?}");
}

#[test]
fn who_is_not_let_in_hears_why() {
    for (code, words) in [(0x86, "check user name and password"), (0x87, "not authorized")] {
        let broker = Broker::start(move |seen| match &seen.packet {
            Packet::Connect(_) => vec![Act::Send(connack(seen.level, false, code)), Act::Close],
            _ => Vec::new(),
        });
        let settings = Mqtt::new()
            .user_name("canary-name")
            .password(secret("canary-secret"));
        let builder = quiet().url(&broker.url()).mqtt(settings);
        assert_ends(builder, Authorization, ProblemKind::Unauthorized, words);
    }
}

#[test]
fn a_broker_of_the_old_version_is_spoken_to_in_that() {
    let broker = Broker::start(|seen| match &seen.packet {
        Packet::Connect(client) if client.level == 5 => vec![Act::Send(connack(5, false, 0x84)), Act::Close],
        _ => polite(seen),
    });
    let expected = [
        (Name, ""),
        (Connection, ""),
        (Authorization, "MQTT 3.1.1"),
        (RoundTrip, "ping"),
    ];
    assert_well(quiet().url(&broker.url()), &expected);
}

#[test]
fn a_broker_that_answers_no_ping_is_found_out() {
    let broker = Broker::start(|seen| match &seen.packet {
        Packet::Ping => Vec::new(),
        _ => polite(seen),
    });
    let builder = quiet()
        .url(&broker.url())
        .answer_timeout(Duration::from_millis(300));
    assert_ends(
        builder,
        RoundTrip,
        ProblemKind::Unreachable,
        "does not answer a ping",
    );
}

#[test]
fn where_nobody_listens_the_connection_is_the_end() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let builder = quiet().url(&format!("mqtt://127.0.0.1:{port}"));
    assert_ends(builder, Connection, ProblemKind::Unreachable, "is it running?");
}

#[test]
fn a_real_broker_is_found_over_tls_and_web_socket() {
    let files = "cafile FIXTURES/authority.pem\ncertfile FIXTURES/server.pem\nkeyfile FIXTURES/server.key\n";
    let listeners = format!("{files}listener SECOND 127.0.0.1\nprotocol websockets\n{files}");
    let Some(broker) = Mosquitto::open(&listeners) else {
        return;
    };
    let trusting = |url: &str| quiet().url(url).ca_file(fixture("authority.pem"));
    let expected = [
        (Name, ""),
        (Connection, ""),
        (Tls, "valid until"),
        (Authorization, "let in"),
        (RoundTrip, "ping"),
    ];
    assert_well(trusting(&broker.url("mqtts")), &expected);
    let web_socket = format!("wss://localhost:{}", broker.second);
    let expected = [
        (Name, ""),
        (Connection, ""),
        (Tls, "valid until"),
        (WebSocket, "at /mqtt"),
        (Authorization, "let in"),
        (RoundTrip, "ping"),
    ];
    assert_well(trusting(&web_socket), &expected);
    let stranger = quiet().url(&broker.url("mqtts")).ca_file(fixture("stranger.pem"));
    assert_ends(stranger, Tls, ProblemKind::Tls, "issuer is not trusted");
    assert_ends(
        trusting(&broker.url("wss")),
        WebSocket,
        ProblemKind::Unreachable,
        "WebSocket",
    );
}
