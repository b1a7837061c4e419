//! What publishers of MQTT send is stored, and acknowledged in the way that their QoS asks for.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

mod support;

use support::Running;
use support::mqtt::{Came, Publisher, VERSIONS, publish, record};
use tnt4_mqtt::{AckKind, Filter, Packet, Properties, Qos, Reason, Subscribe, Unsubscribe, Version, Will};

#[test]
fn every_qos_of_both_versions_is_stored_and_answered() {
    let running = Running::with_mqtt();
    for version in VERSIONS {
        let mut publisher = Publisher::connect(running.mqtt_address(), version);
        publisher.publish(publish(Qos::AtMostOnce, 0, "a", &record(&format!("{version}-0"))));
        publisher.publish(publish(
            Qos::AtLeastOnce,
            9,
            "a",
            &record(&format!("{version}-1")),
        ));
        publisher.assert_acknowledged(AckKind::PubAck, 9);
        publisher.publish(publish(
            Qos::ExactlyOnce,
            9,
            "a",
            &record(&format!("{version}-2")),
        ));
        publisher.assert_acknowledged(AckKind::PubRec, 9);
        publisher.release(9);
        publisher.assert_acknowledged(AckKind::PubComp, 9);
    }
    let mut ids = running.column("get events fields eventid", "EventID");
    ids.sort_by_key(ToString::to_string);
    assert_eq!(ids, ["3.1.1-0", "3.1.1-1", "3.1.1-2", "5-0", "5-1", "5-2"]);
}

#[test]
fn what_comes_before_a_disconnect_is_stored() {
    let running = Running::with_mqtt();
    for version in VERSIONS {
        let mut publisher = Publisher::connect(running.mqtt_address(), version);
        for number in 0..1_000 {
            publisher.publish(publish(
                Qos::AtMostOnce,
                0,
                "a",
                &record(&format!("{version}-{number}")),
            ));
        }
        publisher.disconnect();
        assert_eq!(publisher.rest(), []);
    }
    assert_eq!(running.count("events"), 2_000);
}

#[test]
fn a_pipeline_is_answered_in_order() {
    let running = Running::with_mqtt();
    for version in VERSIONS {
        let mut publisher = Publisher::connect(running.mqtt_address(), version);
        let mut bytes = Vec::new();
        for id in 1..=1_000 {
            let payload = record(&format!("{version}-{id}"));
            let packet = Packet::Publish(publish(Qos::AtLeastOnce, id, "orders/eu", &payload));
            packet.write(version, &mut bytes).expect("a packet");
        }
        publisher.write(&bytes);
        for id in 1..=1_000 {
            publisher.assert_acknowledged(AckKind::PubAck, id);
        }
    }
    assert_eq!(running.count("events"), 2_000);
}

#[test]
fn text_becomes_an_event_and_json_records() {
    let running = Running::with_mqtt();
    let mut publisher = Publisher::connect(running.mqtt_address(), Version::V5);
    publisher.publish(publish(Qos::AtLeastOnce, 1, "plant/7/pump", b"pressure is low"));
    publisher.assert_acknowledged(AckKind::PubAck, 1);
    let lines = b"{\"operation\":\"a\",\"type\":\"ACTIVITY\"}\n{\"operation\":\"b\",\"type\":\"LOG\"}\n";
    publisher.publish(publish(Qos::AtLeastOnce, 2, "x", lines));
    publisher.assert_acknowledged(AckKind::PubAck, 2);
    let reply = running.ask("get events fields eventname, message");
    assert_eq!(reply["rows"][0]["EventName"], "plant/7/pump", "{reply}");
    assert_eq!(reply["rows"][0]["Message"], "pressure is low", "{reply}");
    assert_eq!((running.count("activities"), running.count("logs")), (1, 1));
}

#[test]
fn what_is_no_record_is_refused_where_there_are_words_for_it() {
    let running = Running::with_mqtt();
    let mut publisher = Publisher::connect(running.mqtt_address(), Version::V5);
    for (qos, kind) in [
        (Qos::AtLeastOnce, AckKind::PubAck),
        (Qos::ExactlyOnce, AckKind::PubRec),
    ] {
        publisher.publish(publish(qos, 1, "a", b"[17]"));
        match publisher.next() {
            Came::Ack(found, 1, Reason::PAYLOAD_FORMAT, Some(words)) if found == kind => {
                assert!(words.contains("not a record"), "{words}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(running.notices.lock().unwrap().len(), 0);
    let mut publisher = Publisher::connect(running.mqtt_address(), Version::V3);
    publisher.publish(publish(Qos::AtLeastOnce, 1, "a", b"[17]"));
    publisher.assert_acknowledged(AckKind::PubAck, 1);
    publisher.publish(publish(Qos::ExactlyOnce, 2, "a", b"\xff\xfe"));
    publisher.assert_acknowledged(AckKind::PubRec, 2);
    let notices = running.notices.lock().unwrap();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].contains("not a record"), "{notices:?}");
    assert_eq!(running.count("events"), 0);
}

#[test]
fn there_is_nothing_to_subscribe_to() {
    let running = Running::with_mqtt();
    for (version, reason) in [(Version::V3, Reason(0x80)), (Version::V5, Reason::NOT_AUTHORIZED)] {
        let mut publisher = Publisher::connect(running.mqtt_address(), version);
        publisher.send(&Packet::Subscribe(Subscribe {
            packet_id: 3,
            properties: Properties::NONE,
            filters: vec![
                Filter::new("#", Qos::AtLeastOnce),
                Filter::new("$share/g/a", Qos::AtMostOnce),
            ],
        }));
        assert_eq!(publisher.next(), Came::SubAck(vec![reason, reason]));
        publisher.send(&Packet::Unsubscribe(Unsubscribe {
            packet_id: 4,
            properties: Properties::NONE,
            filters: vec!["#"],
        }));
        assert_eq!(publisher.next(), Came::UnsubAck);
        publisher.send(&Packet::PingReq);
        assert_eq!(publisher.next(), Came::Pong);
    }
}

#[test]
fn sessions_end_with_their_connections_and_wills_mean_nothing() {
    let running = Running::with_mqtt();
    for version in VERSIONS {
        for _ in 0..2 {
            let mut publisher = Publisher::dial(running.mqtt_address(), version);
            let mut introduction = support::mqtt::introduction(version, "durable");
            introduction.clean = false;
            introduction.properties.session_expiry = (version == Version::V5).then_some(3_600);
            introduction.will = Some(Will {
                qos: Qos::AtLeastOnce,
                retain: true,
                properties: Properties::NONE,
                topic: "gone",
                payload: b"gone",
            });
            publisher.send(&Packet::Connect(introduction));
            let (present, expiry) = publisher
                .welcome_with(|welcome| (welcome.session_present, welcome.properties.session_expiry))
                .expect("an answer");
            assert!(!present);
            assert_eq!(expiry, (version == Version::V5).then_some(0));
            // A PUBREL of an earlier connection is answered, so that its sender can go on.
            publisher.release(12);
            assert!(matches!(
                publisher.next(),
                Came::Ack(AckKind::PubComp, 12, _, None)
            ));
        }
    }
    assert_eq!(running.count("events"), 0);
}
