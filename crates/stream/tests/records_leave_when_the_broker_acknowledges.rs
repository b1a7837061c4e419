//! MQTT: a record is delivered when PUBACK or PUBCOMP says so, and goes again until then.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use support::broker::{self, Act, Message, Packet, ack, connack, connack_with, polite};
use support::{
    Broker, LONG, NO_LINGER, driven, expected_names, named, names, on_disk, quiet, without_back_off,
};
use tnt4::clock::Wait;
use tnt4::{Dropped, Mqtt, MqttVersion, Qos, Topic};

const VERSIONS: [MqttVersion; 2] = [MqttVersion::V3, MqttVersion::Auto];

fn topic(text: &str) -> Topic {
    Topic::new(text).unwrap()
}

#[test]
fn a_record_without_acknowledgement_is_pending() {
    for (qos, withheld) in [
        (Qos::AtLeastOnce, broker::PUBACK),
        (Qos::ExactlyOnce, broker::PUBCOMP),
    ] {
        let broker = Broker::start(move |seen| {
            let mut acts = polite(seen);
            acts.retain(|act| !matches!(act, Act::Send(bytes) if bytes[0] == withheld));
            acts
        });
        let stream = quiet()
            .url(&broker.url())
            .mqtt(Mqtt::new().qos(qos))
            .build()
            .unwrap();
        stream.send(named(0)).unwrap();
        broker.wait_until("the message is there", |seen| {
            seen.iter().any(|seen| match seen.packet {
                Packet::Publish(_) => qos == Qos::AtLeastOnce,
                Packet::PubRel(_) => true,
                _ => false,
            })
        });
        assert_eq!(stream.stats().pending, 1);
        let outcome = stream.close(Duration::ZERO);
        assert_eq!(outcome.unacknowledged(), 1);
    }
}

#[test]
fn each_record_goes_to_its_own_topic_or_to_the_configured_one() {
    for version in VERSIONS {
        let broker = Broker::polite();
        let settings = Mqtt::new().topic(topic("configured")).version(version);
        let stream = quiet().url(&broker.url()).mqtt(settings).build().unwrap();
        stream.send_to(topic("own/ü"), named(0)).unwrap();
        stream.send(named(1)).unwrap();
        stream.send_to(topic("own/2"), named(2)).unwrap();
        assert!(stream.flush(LONG).is_complete());
        let topics: Vec<String> = broker
            .messages()
            .into_iter()
            .map(|(_, message)| message.topic)
            .collect();
        assert_eq!(topics, ["own/ü", "configured", "own/2"]);
        assert_eq!(names(&broker.payloads()), expected_names(0..3));
    }
}

#[test]
fn topics_survive_the_process_with_their_records() {
    let folder = tempfile::tempdir().unwrap();
    let open = Arc::new(AtomicBool::new(false));
    let is_open = Arc::clone(&open);
    let broker = Broker::start(move |seen| match &seen.packet {
        Packet::Connect(_) if !is_open.load(SeqCst) => vec![Act::Close],
        _ => polite(seen),
    });
    let stream = || on_disk(folder.path()).url(&broker.url()).build().unwrap();
    let first = stream();
    first.send_to(topic("own"), named(0)).unwrap();
    first.send(named(1)).unwrap();
    assert_eq!(first.close(Duration::ZERO).kept(), 2);
    drop(first);
    open.store(true, SeqCst);
    let second = stream();
    second.start();
    broker.wait_until("both are there", |seen| {
        seen.iter()
            .filter(|seen| matches!(seen.packet, Packet::Publish(_)))
            .count()
            == 2
    });
    let topics: Vec<String> = broker
        .messages()
        .into_iter()
        .map(|(_, message)| message.topic)
        .collect();
    assert_eq!(topics, ["own", "tnt4"]);
}

#[test]
fn what_was_unanswered_goes_again_as_a_duplicate() {
    for version in VERSIONS {
        // The first connection ends after three messages, without a word about them.
        let mut count = 0;
        let broker = Broker::start(move |seen| match &seen.packet {
            Packet::Publish(_) if seen.connection == 0 => {
                count += 1;
                if count == 3 { vec![Act::Close] } else { Vec::new() }
            }
            _ => polite(seen),
        });
        let builder = quiet().url(&broker.url()).mqtt(Mqtt::new().version(version));
        let stream = without_back_off(builder).build().unwrap();
        for number in 0..3 {
            stream.send(named(number)).unwrap();
        }
        assert!(stream.flush(LONG).is_complete());
        let (first, second): (Vec<_>, Vec<_>) = broker
            .messages()
            .into_iter()
            .partition(|(connection, _)| *connection == 0);
        assert_eq!((first.len(), second.len()), (3, 3));
        assert!(first.iter().all(|(_, message)| !message.duplicate));
        assert!(second.iter().all(|(_, message)| message.duplicate));
        let bytes = |messages: Vec<(usize, Message)>| -> Vec<String> {
            messages.into_iter().map(|(_, message)| message.payload).collect()
        };
        assert_eq!(bytes(first), bytes(second));
    }
}

#[test]
fn a_session_that_the_broker_keeps_goes_on_where_it_was() {
    for version in VERSIONS {
        // The broker has received both messages when the connection ends, and said so of the first.
        let broker = Broker::start(move |seen| match &seen.packet {
            Packet::Connect(client) => {
                assert!(!client.clean);
                vec![Act::Send(connack(seen.level, seen.connection > 0, 0))]
            }
            Packet::Publish(message) if seen.connection == 0 => match message.payload.contains("event-0") {
                true => vec![Act::Send(ack(broker::PUBREC, message.id))],
                false => Vec::new(),
            },
            Packet::PubRel(_) if seen.connection == 0 => vec![Act::Close],
            _ => polite(seen),
        });
        let settings = Mqtt::new()
            .qos(Qos::ExactlyOnce)
            .version(version)
            .client_id("me")
            .clean_session(false);
        let stream = without_back_off(quiet().url(&broker.url()).mqtt(settings))
            .build()
            .unwrap();
        stream.send(named(0)).unwrap();
        stream.send(named(1)).unwrap();
        assert!(stream.flush(LONG).is_complete());
        let seen = broker.seen().into_iter().filter(|seen| seen.connection == 1);
        let resumed: Vec<Packet> = seen.map(|seen| seen.packet).collect();
        let messages = broker.messages();
        let first_id = messages[0].1.id;
        assert_eq!(resumed[1], Packet::PubRel(first_id));
        let again = messages.iter().filter(|(connection, _)| *connection == 1);
        let again: Vec<&Message> = again.map(|(_, message)| message).collect();
        assert_eq!(again.len(), 1);
        assert_eq!((again[0].id, again[0].duplicate), (messages[1].1.id, true));
    }
}

#[test]
fn a_session_of_an_earlier_process_is_begun_anew() {
    for version in VERSIONS {
        let broker = Broker::start(|seen| match &seen.packet {
            Packet::Connect(client) => {
                let present = seen.connection == 0 && !client.clean;
                vec![Act::Send(connack(seen.level, present, 0))]
            }
            _ => polite(seen),
        });
        let settings = Mqtt::new().version(version).client_id("me").clean_session(false);
        let stream = quiet().url(&broker.url()).mqtt(settings).build().unwrap();
        stream.send(named(0)).unwrap();
        assert!(stream.flush(LONG).is_complete());
        let cleans: Vec<bool> = broker.clients().into_iter().map(|client| client.clean).collect();
        let expected: &[bool] = match version {
            MqttVersion::V3 => &[false, true, false],
            _ => &[false, true],
        };
        assert_eq!(cleans, expected);
    }
}

#[test]
fn no_more_are_on_their_way_than_the_broker_takes() {
    let (mut held, mut most) = (Vec::new(), 0);
    let (report, most_seen) = std::sync::mpsc::channel();
    let broker = Broker::start(move |seen| match &seen.packet {
        Packet::Connect(_) => vec![Act::Send(connack_with(5, false, 0, &[0x21, 0, 7]))],
        Packet::Publish(message) => {
            held.push(message.id);
            most = most.max(held.len());
            report.send(most).unwrap();
            if held.len() < 7 {
                return Vec::new();
            }
            held.drain(..)
                .map(|id| Act::Send(ack(broker::PUBACK, id)))
                .collect()
        }
        Packet::Quiet => held
            .drain(..)
            .map(|id| Act::Send(ack(broker::PUBACK, id)))
            .collect(),
        _ => polite(seen),
    });
    let stream = quiet().url(&broker.url()).build().unwrap();
    for number in 0..100 {
        stream.send(named(number)).unwrap();
    }
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(most_seen.try_iter().max(), Some(7));
}

#[test]
fn a_record_that_is_too_large_for_the_broker_is_rejected_and_harms_nobody() {
    // 300 bytes.
    let broker = Broker::start(|seen| match &seen.packet {
        Packet::Connect(_) => vec![Act::Send(connack_with(5, false, 0, &[0x27, 0, 0, 1, 0x2C]))],
        _ => polite(seen),
    });
    let stream = quiet().url(&broker.url()).build().unwrap();
    stream.send(named(0)).unwrap();
    stream.send(named(1).message("m".repeat(300))).unwrap();
    stream.send(named(2)).unwrap();
    let outcome = stream.flush(LONG);
    assert_eq!(
        (outcome.unacknowledged(), outcome.rejected()),
        (1, 1),
        "{outcome}"
    );
    assert_eq!(stream.stats().dropped.by(Dropped::Rejected), 1);
    assert_eq!(names(&broker.payloads()), expected_names([0, 2]));
    assert_eq!(broker.clients().len(), 1);
}

#[test]
fn a_record_for_which_the_broker_closes_is_rejected_in_the_end() {
    for version in VERSIONS {
        let broker = Broker::start(|seen| match &seen.packet {
            Packet::Publish(message) if message.payload.contains("poison") => vec![Act::Close],
            _ => polite(seen),
        });
        let builder = quiet().url(&broker.url()).mqtt(Mqtt::new().version(version));
        let stream = without_back_off(builder).build().unwrap();
        for number in 0..10 {
            let event = named(number);
            stream
                .send(if number == 4 {
                    event.message("poison")
                } else {
                    event
                })
                .unwrap();
        }
        let outcome = stream.flush(LONG);
        assert_eq!(
            (outcome.unacknowledged(), outcome.rejected()),
            (1, 1),
            "{outcome}"
        );
        let others = broker
            .payloads()
            .into_iter()
            .filter(|payload| !payload.contains("poison"));
        let mut others = names(&others.collect::<Vec<_>>());
        others.sort();
        others.dedup();
        assert_eq!(others.len(), 9);
        assert!(broker.clients().len() <= 5, "{}", broker.clients().len());
    }
}

#[test]
fn a_broker_that_closes_on_everything_gets_nothing_rejected_for_long() {
    let broker = Broker::start(|seen| match &seen.packet {
        Packet::Publish(_) => vec![Act::Close],
        _ => polite(seen),
    });
    let builder = quiet()
        .url(&broker.url())
        .mqtt(Mqtt::new().version(MqttVersion::V3));
    let stream = without_back_off(builder).build().unwrap();
    for number in 0..20 {
        stream.send(named(number)).unwrap();
    }
    support::wait_until("it is said that nothing goes", || {
        stream
            .problem()
            .is_some_and(|problem| problem.contains("allowed?"))
    });
    let stats = stream.stats();
    assert_eq!((stats.dropped.by(Dropped::Rejected), stats.pending), (8, 12));
    let _ = stream.close(Duration::ZERO);
}

#[test]
fn a_broker_that_never_acknowledges_is_left_after_the_timeout() {
    let broker = Broker::start(|seen| match &seen.packet {
        Packet::Publish(_) => Vec::new(),
        _ => polite(seen),
    });
    let builder = quiet()
        .url(&broker.url())
        .answer_timeout(Duration::from_millis(50))
        .batch(1000, 1 << 20, NO_LINGER);
    let (stream, clock) = driven(builder);
    for number in 0..100 {
        stream.send(named(number)).unwrap();
    }
    assert!(clock.expect(Wait::BackOff).is_some());
    assert_eq!(stream.stats().pending, 100);
    assert!(
        stream.problem().unwrap().contains("not acknowledged"),
        "{:?}",
        stream.problem()
    );
    broker.wait_until("the connection has ended", |seen| {
        seen.iter().any(|seen| seen.packet == Packet::Gone)
    });
    let _ = stream.close(Duration::ZERO);
}

#[test]
fn at_qos_0_nobody_is_asked() {
    for version in VERSIONS {
        let broker = Broker::polite();
        let settings = Mqtt::new().qos(Qos::AtMostOnce).version(version);
        let stream = quiet().url(&broker.url()).mqtt(settings).build().unwrap();
        for number in 0..1000 {
            stream.send(named(number)).unwrap();
        }
        assert!(stream.flush(LONG).is_complete());
        broker.wait_until("all is there", |seen| seen.len() == 1001);
        assert_eq!(names(&broker.payloads()), expected_names(0..1000));
    }
}
