//! Stopping answers what was received, and loses nothing that was acknowledged.

mod support;

use std::sync::mpsc;
use std::thread;

use support::{Running, request};

#[test]
fn what_was_sent_before_is_answered_and_stored() {
    let mut collector = Running::start();
    let mut client = collector.connect();
    let body = "{\"operation\":\"x\"}\n".repeat(2_000);
    // The answer to the first says that the second is at least on its way into the same loop.
    client.write(request("/", "", &body).repeat(2));
    assert_eq!(client.read().status, 202);
    collector.restart();
    let second = client.try_read();
    let stored = collector.count("events");
    match second {
        Some(reply) => assert_eq!((reply.status, stored), (202, 4_000)),
        // It had not been read when the end came; then it was not acknowledged either.
        None => assert!(stored == 2_000 || stored == 4_000, "{stored}"),
    }
}

#[test]
fn everything_acknowledged_under_load_is_there_afterwards() {
    let mut collector = Running::start();
    let address = collector.address();
    let (first_answers, answered) = mpsc::channel();
    let senders: Vec<_> = (0..4)
        .map(|sender| {
            let first_answers = first_answers.clone();
            thread::spawn(move || {
                let mut client = support::Client::connect(address);
                let mut acknowledged = 0_i64;
                for number in 0.. {
                    let body = format!("{{\"operation\":\"op\",\"tracking-id\":\"{sender}-{number}\"}}");
                    if !client.try_write(request("/event", "", &body)) {
                        break;
                    }
                    match client.try_read() {
                        Some(reply) if reply.status == 202 => acknowledged += 1,
                        _ => break,
                    }
                    if number == 50 {
                        let _ = first_answers.send(());
                    }
                }
                acknowledged
            })
        })
        .collect();
    for _ in &senders {
        answered.recv().expect("every sender gets so far");
    }
    collector.restart();
    let acknowledged: i64 = senders
        .into_iter()
        .map(|sender| sender.join().expect("no panic"))
        .sum();
    let stored = collector.count("events");
    assert!(stored >= acknowledged, "{stored} of {acknowledged} acknowledged");
    // At most one a sender was stored whose answer did not get out.
    assert!(
        stored <= acknowledged + 4,
        "{stored} of {acknowledged} acknowledged"
    );
}

#[test]
fn a_feed_does_not_keep_it_from_stopping() {
    let mut collector = Running::start();
    let mut watcher = collector.connect();
    watcher.write("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n");
    while !watcher.line().is_empty() {}
    collector.collector.take().expect("it runs").stop();
    assert_eq!(watcher.feed_line(), "");
    assert_eq!(watcher.line(), "0", "the feed ends as it should");
}
