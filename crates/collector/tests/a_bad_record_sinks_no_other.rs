//! Records that the store refuses fail alone, and are told to who sent them and to the operator.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod support;

use std::thread;

use support::{Running, request};

/// A store that refuses events of the name `poison`, as a damaged page or a full disk would some.
fn with_poison() -> Running {
    let collector = Running::start();
    let other = rusqlite::Connection::open(collector.store()).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER refuse BEFORE INSERT ON event WHEN NEW.name = 'poison'
             BEGIN SELECT RAISE(ABORT, 'poisoned'); END",
        )
        .unwrap();
    collector
}

#[test]
fn who_sent_it_is_told_and_so_is_the_operator() {
    let collector = with_poison();
    let reply = collector.post("/event", r#"{"operation":"poison"}"#);
    assert_eq!((reply.status, reply.field("retry-after")), (503, Some("5")));
    assert!(reply.body.contains("poisoned"), "{}", reply.body);
    let notices = collector.notices.lock().unwrap().clone();
    assert_eq!(notices.len(), 1);
    assert!(
        notices[0].contains("1 records could not be stored") && notices[0].contains("poisoned"),
        "{notices:?}"
    );
}

#[test]
fn a_ping_after_a_silent_loss_does_not_say_that_all_is_well() {
    let collector = with_poison();
    let mut client = collector.connect();
    client.write(request(
        "/",
        "Pragma: no-response\r\n",
        r#"{"operation":"poison"}"#,
    ));
    client.write("POST / HTTP/1.1\r\nHost: localhost\r\nPragma: ping\r\n\r\n");
    assert_eq!(client.read().status, 503);
}

#[test]
fn other_connections_that_share_the_commit_are_not_sunk() {
    let collector = with_poison();
    let address = collector.address();
    let send = |name: &'static str, wanted: u16| {
        thread::spawn(move || {
            let mut client = support::Client::connect(address);
            (0..200)
                .filter(|_| {
                    client
                        .post("/event", "", &format!(r#"{{"operation":"{name}"}}"#))
                        .status
                        == wanted
                })
                .count()
        })
    };
    let (poison, good) = (send("poison", 503), [send("good", 202), send("good", 202)]);
    assert_eq!(poison.join().unwrap(), 200);
    assert!(good.into_iter().all(|sender| sender.join().unwrap() == 200));
    assert_eq!(collector.count("events"), 400);
}

#[test]
fn a_record_that_names_another_activity_than_before_changes_nothing() {
    let collector = Running::start();
    let report = |activity: &str, record: &str| {
        format!(
            r#"{{"type":"ACTIVITY","operation":"x","tracking-id":"{activity}","tnt4-id":"019a1b2c-3d4e-7f60-8192-00000000000{record}"}}"#
        )
    };
    let body = [
        report("a", "1"),
        report("b", "2"),
        report("b", "1"),
        r#"{"operation":"neighbour"}"#.to_owned(),
    ]
    .join("\n");
    let reply = collector.post("/", &body);
    assert_eq!((reply.status, reply.json()["accepted"].as_i64()), (202, Some(4)));
    assert_eq!((collector.count("activities"), collector.count("events")), (2, 1));
}
