//! MQTT with a real broker: what was accepted arrives there, whatever it asks for and whatever happens to it.
//!
//! Where mosquitto is not installed these stories say so, and are not told.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::process::Command;
use std::time::Duration;

use support::mosquitto::Mosquitto;
use support::tls::fixture;
use support::{
    LONG, expected_names, first_problem, named, names, quiet, secret, wait_until, without_back_off,
};
use tnt4::{Builder, Dropped, Mqtt, MqttVersion, Qos, Topic};

const VERSIONS: [MqttVersion; 2] = [MqttVersion::V3, MqttVersion::V5];

/// What is kept for subscribers has no bound.
const KEEP_ALL: &str = "max_queued_messages 0\n";

fn to(broker: &Mosquitto, settings: Mqtt) -> Builder {
    quiet().url(&broker.url("mqtt")).mqtt(settings)
}

#[test]
fn everything_arrives_once_and_in_order() {
    let Some(broker) = Mosquitto::open(KEEP_ALL) else {
        return;
    };
    for version in VERSIONS {
        for qos in [Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce] {
            let subscriber = format!("{version:?}-{qos:?}");
            broker.subscribe(&subscriber);
            let settings = Mqtt::new()
                .version(version)
                .qos(qos)
                .topic(Topic::new("a/b").unwrap());
            let stream = to(&broker, settings).build().unwrap();
            for number in 0..2000 {
                stream.send(named(number)).unwrap();
            }
            let outcome = stream.close(LONG);
            assert!(outcome.is_complete(), "{version:?} {qos:?} {outcome}");
            // Messages of QoS 0 are not kept for who is not there.
            if qos != Qos::AtMostOnce {
                let kept = broker.fetch(&subscriber, 2000);
                assert_eq!(names(&kept), expected_names(0..2000), "{subscriber}");
            } else {
                wait_until("all is received", || broker.received().len() >= 2000);
            }
            let _ = std::fs::write(broker.path("log"), "");
        }
    }
}

#[test]
fn a_password_is_asked_for() {
    let Some(mut broker) = Mosquitto::prepare("allow_anonymous false\npassword_file FOLDER/passwords\n")
    else {
        return;
    };
    let file = broker.path("passwords");
    let made = Command::new("mosquitto_passwd")
        .arg("-b")
        .arg("-c")
        .arg(&file)
        .args(["streamer", "a good password"])
        .status();
    assert!(made.unwrap().success());
    broker.run();
    for version in VERSIONS {
        let settings = || Mqtt::new().version(version).user_name("streamer");
        let problem = first_problem(to(&broker, settings().password(secret("a wrong password"))));
        assert!(problem.contains("not authorized"), "{problem}");
        assert!(!problem.contains("wrong"), "{problem}");
        let stream = to(&broker, settings().password(secret("a good password")))
            .build()
            .unwrap();
        stream.send(named(0)).unwrap();
        assert!(stream.close(LONG).is_complete());
    }
}

#[test]
fn tls_and_a_certificate_of_ours() {
    let files = "cafile FIXTURES/authority.pem\ncertfile FIXTURES/server.pem\nkeyfile FIXTURES/server.key\n";
    let Some(broker) = Mosquitto::open(files) else {
        return;
    };
    let secure = |broker: &Mosquitto| {
        quiet()
            .url(&broker.url("mqtts"))
            .ca_file(fixture("authority.pem"))
    };
    let stream = secure(&broker).build().unwrap();
    // More than one TLS record, and more than the buffers between us take at once.
    for number in 0..200 {
        stream.send(named(number).message("m".repeat(10_000))).unwrap();
    }
    assert!(stream.close(LONG).is_complete());

    let problem = first_problem(quiet().url(&broker.url("mqtts")).ca_file(fixture("stranger.pem")));
    assert!(problem.contains("issuer is not trusted"), "{problem}");
    let anybody = quiet()
        .url(&broker.url("mqtts"))
        .verify_server(false)
        .build()
        .unwrap();
    anybody.send(named(0)).unwrap();
    assert!(anybody.close(LONG).is_complete());

    let mutual = format!("{files}require_certificate true\n");
    let Some(broker) = Mosquitto::open(&mutual) else {
        return;
    };
    let known = secure(&broker)
        .client_certificate(fixture("client.pem"), fixture("client.key"))
        .build()
        .unwrap();
    known.send(named(0)).unwrap();
    assert!(known.close(LONG).is_complete());
    assert!(!first_problem(secure(&broker)).is_empty());
}

#[test]
fn web_sockets_lead_there_too() {
    let files = "cafile FIXTURES/authority.pem\ncertfile FIXTURES/server.pem\nkeyfile FIXTURES/server.key\n";
    for (scheme, more) in [("ws", ""), ("wss", files)] {
        let listener = format!("{KEEP_ALL}listener SECOND 127.0.0.1\nprotocol websockets\n{more}");
        let Some(broker) = Mosquitto::open(&listener) else {
            return;
        };
        let url = format!("{scheme}://localhost:{}", broker.second);
        let builder = || match scheme {
            "ws" => quiet().url(&url),
            _ => quiet().url(&url).ca_file(fixture("authority.pem")),
        };
        for version in VERSIONS {
            let before = broker.received().len();
            let stream = builder().mqtt(Mqtt::new().version(version)).build().unwrap();
            for number in 0..1000 {
                stream.send(named(number).message("m".repeat(1000))).unwrap();
            }
            let outcome = stream.close(LONG);
            assert!(outcome.is_complete(), "{outcome} {}", broker.log());
            wait_until("all is received", || broker.received().len() == before + 1000);
        }
    }
    let Some(broker) = Mosquitto::open("") else {
        return;
    };
    assert!(first_problem(quiet().url(&broker.url("ws"))).contains("WebSocket"));
}

#[test]
fn a_topic_that_is_not_allowed_keeps_its_records() {
    let Some(mut broker) = Mosquitto::prepare("allow_anonymous true\nacl_file FOLDER/acl\n") else {
        return;
    };
    std::fs::write(broker.path("acl"), "topic readwrite allowed/#\n").unwrap();
    broker.run();
    let topic = |text| Mqtt::new().topic(Topic::new(text).unwrap());
    let problem = first_problem(to(&broker, topic("forbidden")));
    assert!(
        problem.contains("publish to forbidden (not authorized"),
        "{problem}"
    );
    let stream = to(&broker, topic("allowed/1")).build().unwrap();
    stream.send(named(0)).unwrap();
    assert!(stream.close(LONG).is_complete());
}

#[test]
fn a_broker_that_is_restarted_with_its_sessions_takes_each_record_once() {
    let keeping = format!("{KEEP_ALL}persistence true\npersistence_location FOLDER/\n");
    for version in VERSIONS {
        let Some(mut broker) = Mosquitto::open(&keeping) else {
            return;
        };
        broker.subscribe("everything");
        let settings = Mqtt::new()
            .version(version)
            .qos(Qos::ExactlyOnce)
            .client_id("streamer")
            .clean_session(false);
        let stream = without_back_off(to(&broker, settings)).build().unwrap();
        let mut sent = 0;
        for _ in 0..3 {
            for _ in 0..1000 {
                stream.send(named(sent)).unwrap();
                sent += 1;
            }
            // In the middle of it.
            wait_until("some are there", || {
                stream.stats().acknowledged as usize > sent - 900
            });
            broker.end();
            broker.run();
        }
        let outcome = stream.close(LONG);
        assert!(outcome.is_complete(), "{outcome}");
        let kept = broker.fetch("everything", sent);
        assert_eq!(kept.len(), sent);
        let mut once = names(&kept);
        once.sort();
        let mut expected = expected_names(0..sent);
        expected.sort();
        assert_eq!(once, expected, "{version:?}");
    }
}

#[test]
fn what_a_killed_broker_had_not_acknowledged_goes_again_as_duplicates() {
    for version in VERSIONS {
        let Some(mut broker) = Mosquitto::open(KEEP_ALL) else {
            return;
        };
        let builder = to(&broker, Mqtt::new().version(version)).answer_timeout(Duration::from_secs(120));
        let stream = without_back_off(builder).build().unwrap();
        stream.send(named(0)).unwrap();
        assert!(stream.flush(LONG).is_complete());
        broker.freeze();
        for number in 1..=10 {
            stream.send(named(number)).unwrap();
        }
        // Nobody says when they have been written; what is not written is no duplicate, and arrives as well.
        assert!(!stream.flush(Duration::from_millis(300)).is_complete());
        broker.kill();
        let _ = std::fs::remove_file(broker.path("log"));
        broker.run();
        let outcome = stream.close(LONG);
        assert!(outcome.is_complete(), "{outcome}");
        let received = broker.received();
        assert_eq!(received.len(), 10, "{received:?}");
        assert!(
            received.iter().all(|line| line.contains("(d1, q1,")),
            "{received:?}"
        );
        assert_eq!(stream.stats().acknowledged, 11);
    }
}

#[test]
fn large_records_arrive_and_those_that_are_too_large_for_the_broker_harm_nobody() {
    let Some(broker) = Mosquitto::open(&format!("{KEEP_ALL}max_packet_size 600000\n")) else {
        return;
    };
    for version in VERSIONS {
        let subscriber = format!("{version:?}");
        broker.subscribe(&subscriber);
        let stream = without_back_off(to(&broker, Mqtt::new().version(version)))
            .build()
            .unwrap();
        for (number, length) in [10_241, 500_000, 700_000, 1_000_000, 10].into_iter().enumerate() {
            stream.send(named(number).message("m".repeat(length))).unwrap();
        }
        let outcome = stream.close(LONG);
        assert_eq!(
            (outcome.unacknowledged(), outcome.rejected()),
            (2, 2),
            "{outcome}"
        );
        assert_eq!(stream.stats().dropped.by(Dropped::Rejected), 2);
        let mut kept = names(&broker.fetch(&subscriber, 3));
        kept.sort();
        assert_eq!(kept, expected_names([0, 1, 4]), "{version:?}");
    }
}
