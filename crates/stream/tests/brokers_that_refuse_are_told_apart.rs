//! MQTT: who is not let in keeps everything and says why; what passes by itself is tried again.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use support::broker::{self, Act, Packet, ack_with, connack, connack_with, polite};
use support::{Broker, LONG, NO_LINGER, Spoken, driven, first_problem, named, quiet, secret};
use tnt4::clock::Wait;
use tnt4::{BuildError, Mqtt, MqttVersion, Qos, Stream};

/// A broker that answers CONNECT with this code.
fn answering(code: u8) -> Broker {
    Broker::start(move |seen| match &seen.packet {
        Packet::Connect(_) => vec![Act::Send(connack(seen.level, false, code)), Act::Close],
        _ => Vec::new(),
    })
}

/// What is said about the first attempt.
fn line(broker: &Broker, version: MqttVersion, name: &str) -> String {
    let spoken = Spoken::new(name);
    let builder = quiet()
        .url(&broker.url())
        .mqtt(Mqtt::new().version(version))
        .diagnostics(spoken.diagnostics());
    let (stream, clock) = driven(builder.batch(1, 1000, NO_LINGER));
    stream.send(named(0)).unwrap();
    assert!(clock.expect(Wait::BackOff).is_some());
    assert_eq!(stream.stats().pending, 1);
    let _ = stream.close(Duration::ZERO);
    spoken.lines().join("\n")
}

#[test]
fn refusals_for_good_are_told_from_those_for_now() {
    for (version, code, words, for_good) in [
        (MqttVersion::V3, 1, "unsupported protocol version", true),
        (MqttVersion::V3, 2, "client identifier not valid", true),
        (MqttVersion::V3, 3, "server unavailable", false),
        (MqttVersion::V3, 4, "bad user name or password", true),
        (MqttVersion::V3, 5, "not authorized", true),
        (MqttVersion::Auto, 0x86, "bad user name or password", true),
        (MqttVersion::Auto, 0x87, "not authorized", true),
        (MqttVersion::Auto, 0x8A, "banned", true),
        (MqttVersion::Auto, 0x85, "client identifier not valid", true),
        (MqttVersion::Auto, 0x88, "server unavailable", false),
        (MqttVersion::Auto, 0x89, "server busy", false),
        (MqttVersion::Auto, 0x97, "quota exceeded", false),
        (MqttVersion::Auto, 0x9C, "use another server", false),
        (MqttVersion::V5, 0x84, "unsupported protocol version", true),
    ] {
        let line = line(&answering(code), version, &format!("refused-{code}"));
        assert!(line.contains(words), "{line}");
        assert_eq!(line.contains("not let in"), for_good, "{line}");
    }
}

#[test]
fn a_broker_that_speaks_no_5_is_spoken_to_in_3() {
    for words in [&connack(4, false, 1)[..], &[]] {
        let words = words.to_vec();
        let broker = Broker::start(move |seen| match &seen.packet {
            Packet::Connect(_) if seen.level == 5 => vec![Act::Send(words.clone()), Act::Close],
            _ => polite(seen),
        });
        let stream = quiet().url(&broker.url()).build().unwrap();
        stream.send(named(0)).unwrap();
        assert!(stream.flush(LONG).is_complete());
        let levels: Vec<u8> = broker.clients().into_iter().map(|client| client.level).collect();
        assert_eq!(levels, [5, 4]);
    }
}

#[test]
fn credentials_are_sent_and_never_said() {
    let spoken = Spoken::new("credentials");
    let broker = Broker::start(|seen| match &seen.packet {
        // It repeats what it was told.
        Packet::Connect(client) => {
            let words = format!("no {}", client.password.as_deref().unwrap());
            let mut properties = vec![0x1F, 0, words.len() as u8];
            properties.extend(words.as_bytes());
            vec![Act::Send(connack_with(5, false, 0x86, &properties))]
        }
        _ => Vec::new(),
    });
    let settings = Mqtt::new()
        .user_name("streamer")
        .password(secret("correct horse battery"));
    let shown = format!("{settings:?}");
    let builder = quiet()
        .url(&broker.url())
        .mqtt(settings)
        .diagnostics(spoken.diagnostics());
    let problem = first_problem(builder);
    assert!(problem.contains("no ***"), "{problem}");
    let said = format!("{shown} {problem} {:?}", spoken.lines());
    assert!(!said.contains("horse"), "{said}");
    let client = &broker.clients()[0];
    assert_eq!(client.user.as_deref(), Some("streamer"));
    assert_eq!(client.password.as_deref(), Some("correct horse battery"));
}

#[test]
fn a_topic_that_is_not_allowed_keeps_its_records() {
    let allowed = Arc::new(AtomicBool::new(false));
    let is_allowed = Arc::clone(&allowed);
    let broker = Broker::start(move |seen| match &seen.packet {
        Packet::Publish(message) if !is_allowed.load(SeqCst) => {
            vec![Act::Send(ack_with(broker::PUBACK, message.id, 0x87))]
        }
        _ => polite(seen),
    });
    let (stream, clock) = driven(quiet().url(&broker.url()).batch(1, 1000, NO_LINGER));
    stream.send(named(0)).unwrap();
    let wait = clock.expect(Wait::BackOff).unwrap();
    let problem = stream.problem().unwrap();
    assert!(problem.contains("publish to tnt4"), "{problem}");
    allowed.store(true, SeqCst);
    clock.advance(wait);
    assert!(stream.flush(LONG).is_complete());
}

#[test]
fn what_is_no_broker_is_said_to_be_none() {
    let broker = Broker::start(|seen| match &seen.packet {
        Packet::Connect(_) => vec![Act::Send(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())],
        _ => Vec::new(),
    });
    let problem = first_problem(quiet().url(&broker.url()));
    assert!(problem.contains("check address and port"), "{problem}");
}

#[test]
fn a_broker_that_takes_less_gets_less_and_that_is_said() {
    let spoken = Spoken::new("maximum-qos");
    let broker = Broker::start(|seen| match &seen.packet {
        Packet::Connect(_) => vec![Act::Send(connack_with(5, false, 0, &[0x24, 1]))],
        _ => polite(seen),
    });
    let stream = quiet()
        .url(&broker.url())
        .mqtt(Mqtt::new().qos(Qos::ExactlyOnce))
        .diagnostics(spoken.diagnostics())
        .build()
        .unwrap();
    stream.send(named(0)).unwrap();
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(broker.messages()[0].1.qos, 1);
    assert!(
        spoken.lines()[0].contains("no more than QoS 1"),
        "{:?}",
        spoken.lines()
    );
}

#[test]
fn what_cannot_work_is_not_built() {
    let build = |url: &str, settings: Mqtt| quiet().url(url).mqtt(settings).build().err();
    let durable = Mqtt::new().clean_session(false);
    assert_eq!(build("broker", durable.clone()), Some(BuildError::ClientId));
    assert_eq!(
        build("broker", durable.clone().client_id("")),
        Some(BuildError::ClientId)
    );
    assert_eq!(build("broker", durable.client_id("me")), None);
    assert!(matches!(
        build("https://broker", Mqtt::new()),
        Some(BuildError::Scheme(_))
    ));
    let plain = quiet().url("mqtt://broker").ca_file("authority.pem").build();
    assert_eq!(plain.err(), Some(BuildError::PlainBroker));
    let bare: Stream = quiet()
        .url("broker")
        .mqtt(Mqtt::new())
        .ca_file("authority.pem")
        .build()
        .unwrap();
    assert!(format!("{bare:?}").contains("mqtts://broker:8883"), "{bare:?}");
}

#[test]
fn a_broker_that_takes_less_is_sent_nothing_where_that_is_wanted() {
    let broker = Broker::start(|seen| match &seen.packet {
        // Maximum QoS: 0.
        Packet::Connect(_) => vec![Act::Send(connack_with(seen.level, false, 0, &[0x24, 0]))],
        _ => polite(seen),
    });
    let builder = |insist| {
        let settings = Mqtt::new().insist_on_qos(insist);
        quiet().url(&broker.url()).mqtt(settings)
    };
    let problem = first_problem(builder(true));
    assert!(problem.contains("no more than QoS 0"), "{problem}");
    assert_eq!(broker.payloads().len(), 0);
    let stream = builder(false).build().unwrap();
    stream.send(named(0)).unwrap();
    assert!(stream.close(LONG).is_complete());
}
