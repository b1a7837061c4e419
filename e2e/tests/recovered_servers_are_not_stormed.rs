//! A hundred clients wait for a server that is away for half an hour. When it is back they come one after the
//! other, although all had lost it at the same moment. Their clocks are driven: it takes no time.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test that cannot go on says so"
)]

use std::time::Duration;

use tnt4::clock::Wait;
use tnt4::testing::{DrivenClock, MemoryServer, Step};
use tnt4::{Event, Stream};

const CLIENTS: u32 = 100;
const OUTAGE: Duration = Duration::from_secs(30 * 60);
/// No client waits longer between two attempts.
const LONGEST: Duration = Duration::from_secs(60);
const BUCKET: Duration = Duration::from_secs(10);

/// How long after the outage the record of one client arrives, and how many attempts were in vain.
fn arrival() -> (Duration, u32) {
    let (server, clock) = (MemoryServer::new(), DrivenClock::new());
    server.script([Step::Retry(None)]);
    let builder = Stream::builder()
        .transport(server.transport())
        .clock(clock.clock());
    let stream = builder.build().unwrap();
    stream.send(Event::new("waiting")).unwrap();
    clock.advance(clock.expect(Wait::Linger).expect("it lingers"));
    let (mut now, mut in_vain) = (Duration::ZERO, 0);
    loop {
        let wait = clock.expect(Wait::BackOff).expect("it waits");
        now += wait;
        in_vain += 1;
        if now < OUTAGE {
            server.script([Step::Retry(None)]);
            clock.advance(wait);
        } else {
            clock.advance(wait);
            // The clock stands still: it is the server that ends this.
            assert!(stream.flush(Duration::from_secs(1)).is_complete());
            return (now - OUTAGE, in_vain);
        }
    }
}

#[test]
fn a_hundred_clients_after_half_an_hour() {
    let mut buckets = vec![0; LONGEST.div_duration_f64(BUCKET).ceil() as usize];
    for _ in 0..CLIENTS {
        let (after, in_vain) = arrival();
        assert!(after <= LONGEST, "{after:?}");
        assert!(in_vain < 70, "{in_vain} attempts in half an hour");
        let last = buckets.len() - 1;
        buckets[last.min(after.div_duration_f64(BUCKET) as usize)] += 1;
    }
    eprintln!("arrivals by {BUCKET:?}: {buckets:?}");
    // Of three times the mean, about half is to be expected: chance does not reach it.
    let most = *buckets.iter().max().expect("buckets");
    assert!(most * buckets.len() as u32 <= 3 * CLIENTS, "{buckets:?}");
}
