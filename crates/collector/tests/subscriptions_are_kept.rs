//! What a broker sends is stored before it is acknowledged, over a session that survives both ends, and the operator is
//! told of what goes wrong.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

mod support;

use support::Running;
use support::broker::Broker;
use support::mqtt::record;
use tnt4_mqtt::{Disconnect, Packet, Properties, Reason, Version};

fn at(broker: &Broker, topic: &str) -> String {
    format!("mqtt://{}/{topic}", broker.address())
}

#[test]
fn messages_are_stored_and_acknowledged() {
    let broker = Broker::start();
    let running = Running::with_subscriptions(&[at(&broker, "plant/#")]);
    let mut visit = broker.welcome("plant/#");
    let came = &visit.introduction;
    assert_eq!((came.version, came.clean), (Version::V5, false));
    assert!(came.session_expiry.is_some_and(|seconds| seconds > 86_400));
    assert_eq!(came.receive_maximum, Some(1_000));
    assert_eq!(came.client_id.len(), 22, "as long as every broker takes");
    for id in 1..=300 {
        visit.publish(id, &record(&id.to_string()));
    }
    for id in 1..=300 {
        visit.assert_acknowledged(id);
    }
    assert_eq!(running.count("events"), 300);
    visit.publish(1, b"pressure is low");
    visit.assert_acknowledged(1);
    let named = running.column("get events where eventname = 'plant/1' fields message", "Message");
    assert_eq!(named, ["pressure is low"]);
}

#[test]
fn the_session_is_the_same_after_a_restart_and_each_subscription_has_its_own() {
    let broker = Broker::start();
    let mut running = Running::with_subscriptions(&[at(&broker, "a"), at(&broker, "b"), at(&broker, "a")]);
    let names = || {
        let mut visits = [broker.visit(), broker.visit()];
        let mut named = visits.each_mut().map(|visit| {
            visit.answer(Reason::SUCCESS);
            visit.subscribe("", Reason(1));
            visit.introduction.client_id.clone()
        });
        named.sort();
        (visits, named)
    };
    let (mut visits, first) = names();
    assert_ne!(first[0], first[1]);
    for topic in ["a", "b"] {
        running.wait_for_notice(&format!("taking messages from {}", at(&broker, topic)));
    }
    running.restart();
    for visit in &mut visits {
        assert!(visit.ends_with_a_word(), "a stop is said");
    }
    let (_visits, second) = names();
    assert_eq!(first, second);
}

#[test]
fn a_loss_is_told_once_and_so_is_the_return() {
    let broker = Broker::start();
    let running = Running::with_subscriptions(&[at(&broker, "a")]);
    let mut visit = broker.welcome("a");
    running.wait_for_notice("taking messages from mqtt://127.0.0.1");
    visit.publish(1, &record("before"));
    visit.assert_acknowledged(1);
    drop(visit);
    running.wait_for_notice("no messages from mqtt://127.0.0.1");
    for _ in 0..3 {
        drop(broker.visit());
    }
    // One that ends the connection over a CONNECT may not know the version.
    let mut visit = broker.visit();
    visit.answer(Reason::SUCCESS);
    visit.subscribe("a", Reason(1));
    running.wait_for_notice("taking messages again");
    visit.publish(2, &record("after"));
    visit.assert_acknowledged(2);
    assert_eq!(running.notices.lock().unwrap().len(), 3);
    assert_eq!(running.count("events"), 2);
}

#[test]
fn a_broker_of_the_old_version_is_spoken_to_in_its_own() {
    let broker = Broker::start();
    let running = Running::with_subscriptions(&[at(&broker, "a")]);
    let mut visit = broker.visit();
    assert_eq!(visit.introduction.version, Version::V5);
    // As a server answers that knows 3.1.1 alone.
    visit.introduction.version = Version::V3;
    visit.answer(Reason::VERSION);
    let mut visit = broker.welcome("a");
    assert_eq!(
        (visit.introduction.version, visit.introduction.clean),
        (Version::V3, false)
    );
    visit.publish(1, &record("a"));
    visit.assert_acknowledged(1);
    running.wait_for_notice("taking messages from");
    assert_eq!(running.notices.lock().unwrap().len(), 1);
}

#[test]
fn refusals_are_told_once_and_without_the_password() {
    let broker = Broker::start();
    let place = broker.address();
    let running = Running::with_subscriptions(&[format!("mqtt://me:canary@{place}/a")]);
    for _ in 0..2 {
        let mut visit = broker.visit();
        assert_eq!(visit.introduction.user_name.as_deref(), Some("me"));
        assert_eq!(visit.introduction.password.as_deref(), Some("canary"));
        visit.answer(Reason::CREDENTIALS);
    }
    running.wait_for_notice("bad user name or password");
    let mut visit = broker.visit();
    visit.answer(Reason::SUCCESS);
    visit.subscribe("a", Reason::NOT_AUTHORIZED);
    running.wait_for_notice("refuses the subscription: not authorized");
    let mut visit = broker.welcome("a");
    running.wait_for_notice("taking messages again");
    visit.send(&Packet::Disconnect(Disconnect {
        reason: Reason::TAKEN_OVER,
        properties: Properties::NONE,
    }));
    running.wait_for_notice("session taken over");
    let notices = running.notices.lock().unwrap();
    assert_eq!(notices.len(), 4, "{notices:?}");
    assert!(notices.iter().all(|line| !line.contains("canary")), "{notices:?}");
}

#[test]
fn what_can_never_be_stored_is_acknowledged_and_told() {
    let broker = Broker::start();
    let running = Running::with_subscriptions(&[at(&broker, "a")]);
    let mut visit = broker.welcome("a");
    visit.publish(1, b"[17]");
    visit.publish(2, &vec![b'x'; 9 * 1024 * 1024]);
    visit.publish(3, &record("a"));
    for id in 1..=3 {
        visit.assert_acknowledged(id);
    }
    running.wait_for_notice("not a record");
    assert_eq!(running.count("events"), 1);
}

#[test]
fn a_broker_that_says_nothing_holds_up_no_stop() {
    let broker = Broker::start();
    let running = Running::with_subscriptions(&[at(&broker, "a")]);
    let _silent = broker.visit();
    let begun = std::time::Instant::now();
    drop(running);
    assert!(begun.elapsed() < std::time::Duration::from_secs(5));
}

#[test]
fn certificates_that_cannot_be_read_keep_it_from_starting() {
    use tnt4_collector::{Collector, Settings, Subscription};
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new("127.0.0.1:0".parse().unwrap(), folder.path().join("x.db"));
    settings.subscriptions = vec![Subscription::parse("mqtts://broker/a").unwrap()];
    settings.ca_file = Some(folder.path().join("none.pem"));
    let error = Collector::start(settings)
        .err()
        .expect("no certificate")
        .to_string();
    assert!(
        error.contains("none.pem") && error.contains("--ca-file"),
        "{error}"
    );
}
