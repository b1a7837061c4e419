//! MQTT: while there is nothing to send the connection is kept alive, and one that is dead is noticed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::time::{Duration, Instant};

use support::broker::{Act, Packet, Seen, polite};
use support::{Broker, LONG, named, quiet};
use tnt4::Mqtt;

/// Half of it is the time for an answer to a ping.
const KEEP_ALIVE: Duration = Duration::from_secs(2);

fn pings(seen: &[Seen]) -> usize {
    seen.iter().filter(|seen| seen.packet == Packet::Ping).count()
}

#[test]
fn pings_keep_one_connection_open() {
    let broker = Broker::polite();
    let stream = quiet()
        .url(&broker.url())
        .mqtt(Mqtt::new().keep_alive(KEEP_ALIVE))
        .build()
        .unwrap();
    stream.send(named(0)).unwrap();
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(broker.clients()[0].keep_alive, 2);
    let begun = Instant::now();
    broker.wait_until("two pings", |seen| pings(seen) == 2);
    assert!(begun.elapsed() >= KEEP_ALIVE);
    stream.send(named(1)).unwrap();
    assert!(stream.close(LONG).is_complete());
    broker.wait_until("a regular end", |seen| {
        seen.iter().any(|seen| seen.packet == Packet::Disconnect)
    });
    assert_eq!(broker.clients().len(), 1);
}

#[test]
fn a_connection_that_does_not_answer_is_given_up_and_nothing_is_lost() {
    let broker = Broker::start(|seen| match &seen.packet {
        Packet::Ping => Vec::new(),
        _ => polite(seen),
    });
    let stream = quiet()
        .url(&broker.url())
        .mqtt(Mqtt::new().keep_alive(KEEP_ALIVE))
        .build()
        .unwrap();
    stream.send(named(0)).unwrap();
    assert!(stream.flush(LONG).is_complete());
    broker.wait_until("the connection was given up", |seen| {
        seen.iter().any(|seen| seen.packet == Packet::Gone)
    });
    assert_eq!(stream.problem(), None);
    stream.send(named(1)).unwrap();
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(broker.clients().len(), 2);
}

#[test]
fn a_connection_that_the_broker_ended_is_renewed_without_a_setback() {
    let broker = Broker::start(|seen| match &seen.packet {
        Packet::Publish(_) if seen.connection == 0 => {
            let mut acts = polite(seen);
            acts.push(Act::Close);
            acts
        }
        _ => polite(seen),
    });
    let stream = quiet().url(&broker.url()).build().unwrap();
    stream.send(named(0)).unwrap();
    assert!(stream.flush(LONG).is_complete());
    broker.wait_until("it has ended", |seen| {
        seen.iter().any(|seen| seen.packet == Packet::Gone)
    });
    stream.send(named(1)).unwrap();
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(broker.clients().len(), 2);
}
