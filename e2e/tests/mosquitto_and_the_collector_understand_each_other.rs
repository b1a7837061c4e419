//! The collector with a real broker and a real publisher. Where mosquitto is not installed, each story says that it was
//! not run.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use support::http::{ask, count, wait_for_count};
use support::mosquitto::{Mosquitto, is_installed, publish};
use support::process::Server;

const ANYBODY: &str = "allow_anonymous true";

fn lines(prefix: &str, count: usize) -> String {
    (0..count).map(|number| format!("{prefix} {number}\n")).collect()
}

/// The messages of all events, each once.
fn messages(server: &Server) -> BTreeSet<String> {
    let reply = ask(server.address, "get events fields message");
    let rows = reply["rows"].as_array().expect("rows");
    rows.iter()
        .map(|row| row["Message"].as_str().unwrap_or_default().to_owned())
        .collect()
}

fn subscribed(store: &Path, address: &str) -> Server {
    let server = Server::start_with("127.0.0.1:0", store, &["--subscribe", address]);
    server.wait_for("taking messages from");
    server
}

#[test]
fn its_publisher_is_served_at_every_qos() {
    if !is_installed("its_publisher_is_served_at_every_qos") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let args = ["--mqtt", "127.0.0.1:0", "--token", "secret"];
    let server = Server::start_with("127.0.0.1:0", &folder.path().join("store.db"), &args);
    let address = server.wait_for("publishers are taken on mqtt://");
    let port = address
        .rsplit_once(':')
        .expect("a port")
        .1
        .parse()
        .expect("a port");
    for version in ["mqttv311", "mqttv5"] {
        for qos in ["0", "1", "2"] {
            let words = [
                "-V", version, "-q", qos, "-t", "plant/7", "-u", "me", "-P", "secret",
            ];
            let input = lines(&format!("{version} {qos}"), 300);
            assert!(publish(port, &words, &input), "{version} {qos}");
        }
        let wrong = ["-V", version, "-q", "1", "-t", "a", "-u", "me", "-P", "wrong"];
        assert!(!publish(port, &wrong, "never"), "{version}");
    }
    // What is of QoS 0 may still be on its way.
    let with_token = |what: &str| {
        let statement = format!("get {what} where eventname = 'plant/7'");
        support::http::ask_with_token(server.address, &statement, "secret")
    };
    let begun = std::time::Instant::now();
    while with_token("number of events")["rows"][0]["NumberOf"] != 1_800 {
        assert!(begun.elapsed() < std::time::Duration::from_secs(60));
    }
}

#[test]
fn what_is_published_while_the_collector_is_down_is_there_afterwards() {
    if !is_installed("what_is_published_while_the_collector_is_down_is_there_afterwards") {
        return;
    }
    let broker = Mosquitto::start(ANYBODY);
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store.db");
    let address = format!("mqtt://127.0.0.1:{}/plant/#", broker.port);
    let words = ["-q", "1", "-t", "plant/7/pump"];
    let mut wanted = BTreeSet::new();
    let mut publish = |prefix: &str| {
        let input = lines(prefix, 1_000);
        assert!(publish(broker.port, &words, &input));
        wanted.extend(input.lines().map(str::to_owned));
        wanted.clone()
    };
    let mut server = subscribed(&store, &address);
    publish("before");
    // In the middle of it, perhaps: what was not acknowledged comes again.
    server.kill();
    publish("killed");
    let server = subscribed(&store, &address);
    wait_for_count(server.address, "events", 2_000);
    server.stop();
    let wanted = publish("stopped");
    let server = subscribed(&store, &address);
    wait_for_count(server.address, "events", 3_000);
    assert_eq!(messages(&server), wanted);
}

#[test]
fn a_broker_that_comes_back_goes_on() {
    if !is_installed("a_broker_that_comes_back_goes_on") {
        return;
    }
    let mut broker = Mosquitto::start(ANYBODY);
    let folder = tempfile::tempdir().expect("a folder");
    let address = format!("mqtt://127.0.0.1:{}/a", broker.port);
    let server = subscribed(&folder.path().join("store.db"), &address);
    let begun = std::time::Instant::now();
    broker.restart();
    // The session is there already, so what comes before the collector is back waits for it.
    assert!(publish(
        broker.port,
        &["-q", "1", "-t", "a"],
        &lines("after", 500)
    ));
    server.wait_for("no messages from");
    server.wait_for("taking messages again from");
    assert!(begun.elapsed() < std::time::Duration::from_secs(20));
    wait_for_count(server.address, "events", 500);
    assert_eq!(count(server.address, "events"), 500);
}

#[test]
fn a_shared_subscription_divides_the_load() {
    if !is_installed("a_shared_subscription_divides_the_load") {
        return;
    }
    let broker = Mosquitto::start(ANYBODY);
    let folder = tempfile::tempdir().expect("a folder");
    let address = format!("mqtt://127.0.0.1:{}/$share/tnt4/plant/#", broker.port);
    let servers = ["one.db", "two.db"].map(|name| subscribed(&folder.path().join(name), &address));
    assert!(publish(
        broker.port,
        &["-q", "1", "-t", "plant/7"],
        &lines("shared", 2_000)
    ));
    let begun = std::time::Instant::now();
    let counts = || servers.each_ref().map(|server| count(server.address, "events"));
    while counts().iter().sum::<i64>() < 2_000 {
        assert!(
            begun.elapsed() < std::time::Duration::from_secs(60),
            "{:?}",
            counts()
        );
    }
    let counts = counts();
    assert_eq!(counts.iter().sum::<i64>(), 2_000);
    assert!(counts.iter().all(|count| *count > 100), "{counts:?}");
}

#[test]
fn a_broker_over_tls_is_trusted_by_the_file_that_was_named() {
    if !is_installed("a_broker_over_tls_is_trusted_by_the_file_that_was_named") {
        return;
    }
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/stream/tests/fixtures");
    let broker = Mosquitto::start(&format!(
        "{ANYBODY}\ncertfile {fixtures}/server.pem\nkeyfile {fixtures}/server.key"
    ));
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store.db");
    let address = format!("mqtts://localhost:{}/a", broker.port);
    let start = |authority: &str| {
        let authority = format!("{fixtures}/{authority}");
        let args = ["--subscribe", &address, "--ca-file", &authority];
        Server::start_with("127.0.0.1:0", &store, &args)
    };
    let server = start("stranger.pem");
    server.wait_for("name it or its issuer's by --ca-file");
    drop(server);
    let server = start("authority.pem");
    server.wait_for("taking messages from");
    let tls = ["--cafile", &format!("{fixtures}/authority.pem"), "--insecure"];
    let words = [&["-q", "1", "-t", "a"], &tls[..]].concat();
    assert!(publish(broker.port, &words, &lines("over TLS", 500)));
    wait_for_count(server.address, "events", 500);
}
