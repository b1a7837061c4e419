//! A text is sent by MQTT as it is, and is on disk and among dead letters what everything is there: JSON.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use support::broker::{Act, Message, PUBACK, Packet, ack_with, polite};
use support::mosquitto::Mosquitto;
use support::{Broker, LONG, named, on_disk, quiet, wait_until};
use tnt4::spools::{Destination, Resender, Resent, Selection, Spools};
use tnt4::{Dropped, Mqtt, Qos, Topic};

const TEXTS: [&str; 6] = [
    "plain",
    "with \"quotes\" and \\",
    "Grüße 🎉",
    "",
    "{\"a\":1}",
    "\u{1e}t4\u{1f}\r\n",
];

fn topic(text: &str) -> Topic {
    Topic::new(text).unwrap()
}

#[test]
fn a_payload_is_the_text_itself() {
    for qos in [Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce] {
        let broker = Broker::polite();
        let settings = Mqtt::new().qos(qos);
        let stream = quiet().url(&broker.url()).mqtt(settings).build().unwrap();
        for text in TEXTS {
            stream.send_text(topic("a/b"), text).unwrap();
        }
        assert!(stream.close(LONG).is_complete());
        wait_until("all have come", || broker.messages().len() == TEXTS.len());
        assert_eq!(broker.payloads(), TEXTS);
        assert!(
            broker
                .messages()
                .iter()
                .all(|(_, message)| message.topic == "a/b")
        );
    }
}

#[test]
fn texts_that_are_alike_are_not_one() {
    // The first connection ends before anything was acknowledged.
    let broker = Broker::start(|seen| match (&seen.packet, seen.connection) {
        (Packet::Publish(message), 0) if message.id == 3 => vec![Act::Close],
        (Packet::Publish(_), 0) => Vec::new(),
        _ => polite(seen),
    });
    let stream = quiet()
        .url(&broker.url())
        .batch(3, 1 << 20, Duration::from_secs(60))
        .build()
        .unwrap();
    for _ in 0..3 {
        stream.send_text(topic("a"), "the same").unwrap();
    }
    let outcome = stream.close(LONG);
    assert!(outcome.is_complete(), "{outcome}");
    assert_eq!(stream.stats().acknowledged, 3);
    let second = broker
        .messages()
        .into_iter()
        .filter(|(connection, _)| *connection > 0);
    assert_eq!(second.count(), 3);
}

#[test]
fn a_text_has_a_bound() {
    let broker = Broker::polite();
    let stream = quiet().url(&broker.url()).build().unwrap();
    let long = "x".repeat(1 << 20);
    assert_eq!(stream.send_text(topic("a"), &long), Err(Dropped::RecordTooLarge));
    stream.send_text(topic("a"), &long[2..]).unwrap();
    assert!(stream.close(LONG).is_complete());
}

fn only(state: &std::path::Path) -> Destination {
    Spools::at(state).destinations().unwrap().remove(0)
}

fn resend(state: &std::path::Path, broker: &Broker) -> Resent {
    let through = on_disk(state).url(&broker.url()).build().unwrap();
    let mut resender = Resender::new(&through, LONG, &|| false).unwrap();
    resender.resend(&only(state)).unwrap();
    resender.finish()
}

#[test]
fn dead_letters_go_to_their_topics_again() {
    let state = tempfile::tempdir().unwrap();
    let strict = Arc::new(AtomicBool::new(true));
    let asked = Arc::clone(&strict);
    let broker = Broker::start(move |seen| match &seen.packet {
        // "Topic name invalid".
        Packet::Publish(message) if asked.load(SeqCst) => vec![Act::Send(ack_with(PUBACK, message.id, 0x90))],
        _ => polite(seen),
    });
    let stream = on_disk(state.path()).url(&broker.url()).build().unwrap();
    stream.send_to(topic("orders/eu"), named(0)).unwrap();
    stream.send_text(topic("a/\"b\""), TEXTS[1]).unwrap();
    stream.send(named(1)).unwrap();
    assert_eq!(stream.close(LONG).rejected(), 3);
    drop(stream);
    let before = broker.messages();

    assert_eq!(only(state.path()).url(), Some(broker.url().as_str()));
    let mut exported = Vec::new();
    let with_letters = Selection {
        dead_letters: true,
        ..Selection::default()
    };
    let _ = only(state.path()).export(with_letters, &mut exported).unwrap();
    let exported = String::from_utf8(exported).unwrap();
    let text: Vec<String> = exported
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    assert_eq!((exported.lines().count(), text), (3, vec![TEXTS[1].to_owned()]));

    strict.store(false, SeqCst);
    let mut resent = resend(state.path(), &broker);
    // The stream's last thread may not have let go of them yet.
    wait_until("nobody owns them", || {
        if resent.alive > 0 {
            resent = resend(state.path(), &broker);
        }
        resent.alive == 0
    });
    assert_eq!(
        (resent.arrived, resent.rejected, resent.left),
        (3, 0, 0),
        "{resent:?}"
    );
    let what = |messages: &[(usize, Message)]| {
        let mut all: Vec<(String, String)> = messages
            .iter()
            .map(|(_, message)| (message.topic.clone(), message.payload.clone()))
            .collect();
        all.sort();
        all
    };
    let after = broker.messages();
    assert_eq!(what(&after[before.len()..]), what(&before));
}

#[test]
fn subscribers_of_a_real_broker_get_the_text() {
    let Some(broker) = Mosquitto::open("") else {
        return;
    };
    broker.subscribe("texts");
    let stream = quiet().url(&broker.url("mqtt")).build().unwrap();
    for text in &TEXTS[..3] {
        stream.send_text(topic("a/b"), text).unwrap();
    }
    assert!(stream.close(LONG).is_complete());
    assert_eq!(broker.fetch("texts", 3), TEXTS[..3]);
}
