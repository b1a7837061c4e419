//! Whoever is not let in, or does not keep to the protocol, is told so where that is possible, and loses its connection.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

mod support;

use support::Running;
use support::mqtt::{Came, Publisher, VERSIONS, introduction, publish, record};
use tnt4_collector::{Collector, Settings, StartError};
use tnt4_mqtt::{AckKind, Packet, Qos, Reason, Version};

#[test]
fn with_tokens_the_password_must_be_one() {
    let running = Running::with(|settings| {
        settings.mqtt = Some("127.0.0.1:0".parse().unwrap());
        settings.tokens = vec!["first".to_owned(), "second".to_owned()];
    });
    for version in VERSIONS {
        for (password, reason) in [
            (None, Reason::CREDENTIALS),
            (Some(&b"third"[..]), Reason::CREDENTIALS),
            (Some(b"\xff\xff"), Reason::CREDENTIALS),
            (Some(b"first"), Reason::SUCCESS),
            (Some(b"second"), Reason::SUCCESS),
        ] {
            let mut publisher = Publisher::dial(running.mqtt_address(), version);
            let mut introduction = introduction(version, "c");
            introduction.user_name = Some("anybody");
            introduction.password = password;
            publisher.send(&Packet::Connect(introduction));
            assert_eq!(publisher.welcome(), (reason, false), "{version} {password:?}");
            if reason.is_failure() {
                assert_eq!(publisher.next(), Came::End);
            }
        }
    }
}

#[test]
fn without_tokens_it_listens_on_loopback_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new("127.0.0.1:0".parse().unwrap(), folder.path().join("x.db"));
    settings.mqtt = Some("0.0.0.0:0".parse().unwrap());
    match Collector::start(settings) {
        Err(StartError::Open(address)) => assert_eq!(address.to_string(), "0.0.0.0:0"),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it has started"),
    }
}

#[test]
fn a_port_that_is_taken_is_named_with_its_option() {
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new("127.0.0.1:0".parse().unwrap(), folder.path().join("x.db"));
    settings.mqtt = Some(other.local_addr().unwrap());
    let error = Collector::start(settings).err().expect("it is taken").to_string();
    assert!(error.contains("--mqtt"), "{error}");
}

#[test]
fn versions_that_are_not_spoken_are_told_apart() {
    let running = Running::with_mqtt();
    // MQTT 3.1, and a version of the future.
    for (bytes, version, first) in [
        (
            &b"\x10\x0f\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x01c"[..],
            Version::V3,
            0x01,
        ),
        (
            b"\x10\x0d\x00\x04MQTT\x06\x02\x00\x3c\x00\x01c",
            Version::V5,
            0x84,
        ),
    ] {
        let mut publisher = Publisher::dial(running.mqtt_address(), version);
        publisher.write(bytes);
        assert_eq!(publisher.welcome().0, Reason::VERSION, "{first:#x}");
        assert_eq!(publisher.next(), Came::End);
    }
}

#[test]
fn an_identifier_that_is_missing_is_made_where_that_is_allowed() {
    let running = Running::with_mqtt();
    let mut publisher = Publisher::dial(running.mqtt_address(), Version::V5);
    publisher.send(&Packet::Connect(introduction(Version::V5, "")));
    let given = publisher.welcome_with(|welcome| {
        assert_eq!(welcome.properties.receive_maximum, Some(1_000));
        assert!(
            welcome
                .properties
                .maximum_packet_size
                .is_some_and(|size| size > 1 << 20)
        );
        welcome.properties.assigned_client_id.map(str::to_owned)
    });
    assert!(given.flatten().is_some_and(|id| id.starts_with("auto-")));
    let mut publisher = Publisher::dial(running.mqtt_address(), Version::V3);
    let mut durable = introduction(Version::V3, "");
    durable.clean = false;
    publisher.send(&Packet::Connect(durable));
    assert_eq!(publisher.welcome().0, Reason::CLIENT_ID);
}

#[test]
fn a_second_connection_of_a_client_ends_the_first() {
    let running = Running::with_mqtt();
    for (version, told) in [
        (Version::V3, vec![]),
        (Version::V5, vec![Came::Disconnect(Reason::TAKEN_OVER)]),
    ] {
        let connect = || {
            let mut publisher = Publisher::dial(running.mqtt_address(), version);
            publisher.send(&Packet::Connect(introduction(version, "the-one")));
            assert_eq!(publisher.welcome(), (Reason::SUCCESS, false));
            publisher
        };
        let (mut first, mut second) = (connect(), connect());
        assert_eq!(first.rest(), told);
        second.publish(publish(Qos::AtLeastOnce, 1, "a", b"still here"));
        second.assert_acknowledged(AckKind::PubAck, 1);
    }
}

#[test]
fn a_client_that_falls_silent_is_gone_after_one_and_a_half_keep_alives() {
    let running = Running::with_mqtt();
    for (version, told) in [
        (Version::V3, vec![]),
        (Version::V5, vec![Came::Disconnect(Reason::KEEP_ALIVE)]),
    ] {
        let mut publisher = Publisher::dial(running.mqtt_address(), version);
        let mut introduction = introduction(version, "silent");
        introduction.keep_alive = 1;
        publisher.send(&Packet::Connect(introduction));
        assert_eq!(publisher.welcome().0, Reason::SUCCESS);
        let begun = std::time::Instant::now();
        assert_eq!(publisher.rest(), told);
        assert!(begun.elapsed() >= std::time::Duration::from_millis(1_400));
    }
}

#[test]
fn what_is_against_the_protocol_ends_the_connection_and_what_came_before_is_stored() {
    let running = Running::with_mqtt();
    let mut long = vec![0x30, 0xFF, 0xFF, 0xFF, 0x7F];
    long.extend([0; 100]);
    let mut again = Vec::new();
    let second = Packet::Connect(introduction(Version::V5, "x"));
    second.write(Version::V5, &mut again).unwrap();
    let faults: [(&[u8], Reason); 6] = [
        (&long, Reason::TOO_LARGE),
        (b"\x30\xff\xff\xff\xff\xff", Reason::MALFORMED),
        (b"\x36\x05\x00\x01a\x00\x01", Reason::PROTOCOL_ERROR),
        (b"\x30\x06\x00\x01a\x03\x23\x00", Reason::MALFORMED),
        // A topic alias, of which we have announced that we take none.
        (b"\x30\x07\x00\x01a\x03\x23\x00\x01", Reason::TOPIC_ALIAS),
        (&again, Reason::PROTOCOL_ERROR),
    ];
    for (number, (fault, reason)) in faults.into_iter().enumerate() {
        let mut publisher = Publisher::connect(running.mqtt_address(), Version::V5);
        let mut bytes = Vec::new();
        let payload = record(&number.to_string());
        let good = Packet::Publish(publish(Qos::AtLeastOnce, 1, "a", &payload));
        good.write(Version::V5, &mut bytes).unwrap();
        bytes.extend_from_slice(fault);
        publisher.write(&bytes);
        publisher.assert_acknowledged(AckKind::PubAck, 1);
        assert_eq!(publisher.next(), Came::Disconnect(reason), "{number}");
        assert_eq!(publisher.next(), Came::End);
    }
    assert_eq!(running.count("events"), 6);
}

#[test]
fn more_on_its_way_than_was_announced_ends_the_connection() {
    let running = Running::with_mqtt();
    let mut publisher = Publisher::connect(running.mqtt_address(), Version::V5);
    for id in 1..=1_001 {
        publisher.publish(publish(Qos::ExactlyOnce, id, "a", &record(&id.to_string())));
    }
    let came = publisher.rest();
    assert_eq!(came.len(), 1_001);
    assert_eq!(came.last(), Some(&Came::Disconnect(Reason::RECEIVE_MAXIMUM)));
    assert_eq!(running.count("events"), 1_000);
}

#[test]
fn who_speaks_something_else_is_not_answered() {
    let running = Running::with_mqtt();
    for bytes in [
        &b"POST /event HTTP/1.1\r\nHost: localhost\r\n\r\n"[..],
        b"\x30\x05\x00\x01abc",
        b"\x10\xff\xff\xff\x7f",
        b"\x10\x02\x00\x04",
    ] {
        let mut publisher = Publisher::dial(running.mqtt_address(), Version::V3);
        publisher.write(bytes);
        assert_eq!(publisher.next(), Came::End, "{bytes:?}");
    }
}

#[test]
fn a_stop_is_said_and_what_was_sent_is_stored() {
    let mut running = Running::with_mqtt();
    let mut publisher = Publisher::connect(running.mqtt_address(), Version::V5);
    publisher.publish(publish(Qos::AtLeastOnce, 1, "a", b"hello"));
    publisher.assert_acknowledged(AckKind::PubAck, 1);
    running.restart();
    assert_eq!(publisher.rest(), [Came::Disconnect(Reason::SHUTTING_DOWN)]);
    assert_eq!(running.count("events"), 1);
}
