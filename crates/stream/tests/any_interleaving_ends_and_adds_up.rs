//! Whatever the order in which the threads of a stream and its callers get on: every call ends, every accepted record gets
//! one verdict, and the books are right.
//!
//! A scheduler picks the order, thousands of times. A wait with a timeout waits for ever here, so a ring that is
//! missing is a deadlock, which it reports with the schedule that led there. Streams in memory; what waits for disks has
//! timeouts that it needs. `TNT4_INTERLEAVINGS` says how many orders of each story are tried.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as Plain, Weak};
use std::time::Duration;

use shuttle::sync::Mutex;
use shuttle::thread;
use tnt4::clock::{Alarm, Clock};
use tnt4::metrics::{Counter, Metrics};
use tnt4::{Batch, Diagnostics, Dropped, Event, Overflow, Setback, Spool, Stats, Stream, Transport, Verdict};

/// Longer than any clock of these stories goes.
const LONG: Duration = Duration::from_secs(3600);

/// Tries the story in many orders: at random, and with few but long delays of one thread.
fn in_any_order(story: fn()) {
    let times = std::env::var("TNT4_INTERLEAVINGS").map_or(1000, |times| times.parse().expect("a number"));
    shuttle::check_random(story, times);
    shuttle::check_pct(story, times, 3);
}

/// What a server has taken, and what it does before that. At its lock others get their turn.
#[derive(Default)]
struct Server {
    taken: Mutex<Vec<String>>,
    /// So many attempts fail first.
    setbacks: AtomicU64,
}

struct Way(Arc<Server>);

impl Transport for Way {
    fn deliver(&mut self, batch: &mut Batch<'_>) -> Result<(), Setback> {
        while let Some((index, record)) = batch.first_unsettled() {
            if batch.is_abandoned() {
                return Err(Setback::retry("abandoned"));
            }
            let left = self.0.setbacks.load(Ordering::SeqCst);
            if left > 0 {
                self.0.setbacks.store(left - 1, Ordering::SeqCst);
                return Err(Setback::retry("not now"));
            }
            let taken = record.payload().into_owned();
            self.0
                .taken
                .lock()
                .unwrap()
                .push(String::from_utf8(taken).unwrap());
            batch.settle(index, Verdict::Done);
        }
        Ok(())
    }

    fn destination(&self) -> String {
        "a model".to_owned()
    }
}

/// A clock that somebody has to move.
#[derive(Default)]
struct Hands {
    millis: AtomicU64,
    alarm: Plain<Option<Weak<dyn Alarm>>>,
}

impl Hands {
    fn advance(&self, millis: u64) {
        self.millis.fetch_add(millis, Ordering::SeqCst);
        let alarm = self.alarm.lock().unwrap().as_ref().and_then(Weak::upgrade);
        if let Some(alarm) = alarm {
            alarm.ring();
        }
    }
}

impl Clock for Hands {
    fn now(&self) -> Duration {
        Duration::from_millis(self.millis.load(Ordering::SeqCst))
    }

    fn attach(&self, alarm: Weak<dyn Alarm>) {
        *self.alarm.lock().unwrap() = Some(alarm);
    }
}

struct World {
    stream: Stream,
    server: Arc<Server>,
    clock: Arc<Hands>,
}

fn world(queue_bytes: usize, overflow: Overflow) -> World {
    let (server, clock) = (Arc::new(Server::default()), Arc::new(Hands::default()));
    let stream = Stream::builder()
        .diagnostics(Diagnostics::off())
        .spool(Spool::memory())
        .report_drops(false)
        .clock(clock.clone())
        .transport(Box::new(Way(server.clone())))
        .queue_bytes(queue_bytes)
        .overflow(overflow)
        .batch(2, 4096, Duration::ZERO)
        .build()
        .unwrap();
    World {
        stream,
        server,
        clock,
    }
}

/// A thread that sends so many events, and says how many were accepted.
fn sender(stream: &Stream, name: &'static str, events: usize) -> thread::JoinHandle<u64> {
    let stream = stream.clone();
    thread::spawn(move || {
        let sent = (0..events).map(|number| stream.send(Event::new(format!("{name}-{number}"))));
        sent.filter(Result::is_ok).count() as u64
    })
}

#[track_caller]
fn assert_adds_up(stats: &Stats) {
    let known = stats.acknowledged + stats.dropped.total() + stats.pending;
    assert_eq!(stats.enqueued, known, "{stats:?}");
}

/// Each of these is with the server, once, each sender's in their order.
#[track_caller]
fn assert_taken(server: &Server, senders: &[(&str, u64)]) {
    let taken = server.taken.lock().unwrap();
    for (name, events) in senders {
        let marks = (0..*events).map(|number| format!("\"{name}-{number}\""));
        let places: Vec<usize> = marks
            .map(|mark| {
                let mut places = taken.iter().enumerate().filter(|(_, json)| json.contains(&mark));
                let (place, _) = places.next().unwrap_or_else(|| panic!("{mark} is missing"));
                assert!(places.next().is_none(), "{mark} came twice");
                place
            })
            .collect();
        assert!(places.is_sorted(), "{name}: {places:?}");
    }
}

#[test]
fn senders_flushers_and_onlookers_do_not_hold_each_other_up() {
    in_any_order(|| {
        let World { stream, server, .. } = world(1 << 20, Overflow::DropNewest);
        let senders = [sender(&stream, "a", 3), sender(&stream, "b", 2)];
        let onlooker = {
            let stream = stream.clone();
            thread::spawn(move || assert_adds_up(&stream.stats()))
        };
        let flusher = {
            let stream = stream.clone();
            thread::spawn(move || {
                let before = stream.stats().enqueued;
                assert!(stream.flush(LONG).is_complete());
                assert!(stream.stats().acknowledged >= before);
            })
        };
        let accepted: u64 = senders.into_iter().map(|sender| sender.join().unwrap()).sum();
        onlooker.join().unwrap();
        flusher.join().unwrap();
        let flushed = stream.flush(LONG);
        assert!(flushed.is_complete(), "{flushed}");
        assert_eq!((accepted, stream.stats().acknowledged), (5, 5));
        assert_taken(&server, &[("a", 3), ("b", 2)]);
    });
}

#[test]
fn a_stream_that_has_fallen_asleep_wakes_up() {
    in_any_order(|| {
        let World { stream, server, .. } = world(1 << 20, Overflow::DropNewest);
        for round in 1..=3 {
            let sender = sender(&stream, "a", 1);
            assert_eq!(sender.join().unwrap(), 1);
            assert!(stream.flush(LONG).is_complete());
            assert_eq!(stream.stats().acknowledged, round);
        }
        assert_eq!(server.taken.lock().unwrap().len(), 3);
    });
}

#[test]
fn a_close_beside_senders_and_another_close_loses_nothing_that_was_accepted() {
    in_any_order(|| {
        let World { stream, server, .. } = world(1 << 20, Overflow::DropNewest);
        let senders = [sender(&stream, "a", 2), sender(&stream, "b", 2)];
        let other = {
            let stream = stream.clone();
            thread::spawn(move || stream.close(LONG))
        };
        let outcome = stream.close(LONG);
        let accepted = senders.map(|sender| sender.join().unwrap());
        assert!(outcome.is_complete(), "{outcome}");
        assert_eq!(other.join().unwrap(), outcome);
        assert_eq!(stream.flush(LONG), outcome);
        let stats = stream.stats();
        assert_adds_up(&stats);
        assert_eq!((stats.acknowledged, stats.pending), (accepted.iter().sum(), 0));
        assert_taken(&server, &[("a", accepted[0]), ("b", accepted[1])]);
    });
}

#[test]
fn who_waits_for_room_gets_it() {
    in_any_order(|| {
        let World { stream, server, .. } = world(700, Overflow::Block);
        let senders = [sender(&stream, "a", 3), sender(&stream, "b", 3)];
        assert_eq!(senders.map(|sender| sender.join().unwrap()), [3, 3]);
        assert!(stream.close(LONG).is_complete());
        assert_taken(&server, &[("a", 3), ("b", 3)]);
    });
}

#[test]
fn who_waits_for_room_when_the_stream_is_closed_is_told() {
    in_any_order(|| {
        let World { stream, server, .. } = world(700, Overflow::Block);
        let senders = [sender(&stream, "a", 3), sender(&stream, "b", 3)];
        let outcome = stream.close(LONG);
        let accepted = senders.map(|sender| sender.join().unwrap());
        assert!(outcome.is_complete(), "{outcome}");
        assert_eq!(stream.send(Event::new("late")), Err(Dropped::Closed));
        assert_adds_up(&stream.stats());
        assert_taken(&server, &[("a", accepted[0]), ("b", accepted[1])]);
    });
}

#[test]
fn setbacks_are_sat_out_by_whoever_waits() {
    in_any_order(|| {
        let World {
            stream,
            server,
            clock,
        } = world(1 << 20, Overflow::DropNewest);
        server.setbacks.store(2, Ordering::SeqCst);
        let senders = [sender(&stream, "a", 2), sender(&stream, "b", 1)];
        let flusher = {
            let stream = stream.clone();
            thread::spawn(move || stream.flush(LONG))
        };
        // The longest pause after two setbacks is a few seconds.
        let time = thread::spawn(move || {
            for _ in 0..40 {
                clock.advance(1000);
                thread::yield_now();
            }
        });
        senders
            .into_iter()
            .for_each(|sender| assert!(sender.join().unwrap() > 0));
        time.join().unwrap();
        let _ = flusher.join().unwrap();
        let outcome = stream.close(LONG);
        assert!(outcome.is_complete(), "{outcome}");
        assert_taken(&server, &[("a", 2), ("b", 1)]);
    });
}

#[test]
fn a_close_whose_time_is_up_counts_what_is_left() {
    in_any_order(|| {
        let World { stream, server, .. } = world(1 << 20, Overflow::DropNewest);
        let senders = [sender(&stream, "a", 2), sender(&stream, "b", 2)];
        let outcome = stream.close(Duration::ZERO);
        let accepted: u64 = senders.into_iter().map(|sender| sender.join().unwrap()).sum();
        let stats = stream.stats();
        assert_adds_up(&stats);
        assert_eq!(stats.pending, 0);
        assert_eq!(outcome.unacknowledged(), stats.dropped.by(Dropped::LeftAtClose));
        assert_eq!(
            accepted,
            stats.acknowledged + stats.dropped.by(Dropped::LeftAtClose)
        );
        // What was on its way may have arrived without counting as acknowledged, but nothing else.
        assert!(server.taken.lock().unwrap().len() as u64 >= stats.acknowledged);
    });
}

/// What the property of this name is in each snapshot, in the order of their times.
fn observed(server: &Server, name: &str) -> Vec<i64> {
    let taken = server.taken.lock().unwrap();
    let parsed = taken.iter().map(|json| serde_json::from_str(json).unwrap());
    let mut snapshots: Vec<(i64, i64)> = parsed
        .map(|json: serde_json::Value| {
            let properties = json["properties"].as_array().unwrap();
            let property = properties.iter().find(|property| property["name"] == name);
            let value = property.unwrap()["value"].as_i64().unwrap();
            (json["time-usec"].as_i64().unwrap(), value)
        })
        .collect();
    snapshots.sort_by_key(|(time, _)| *time);
    snapshots.into_iter().map(|(_, value)| value).collect()
}

/// Two threads count, each twice, while time goes by, and a third reports. Every increment is in one snapshot.
fn count(interval: Duration) {
    let World {
        stream,
        server,
        clock,
    } = world(1 << 20, Overflow::DropNewest);
    let metrics = Metrics::new(&stream).interval(interval);
    let counter = metrics.counter("orders");
    let counters = [1, 10].map(|increment| {
        let (counter, clock) = (counter.clone(), clock.clone());
        thread::spawn(move || {
            for _ in 0..2 {
                counter.add(increment);
                clock.advance(1000);
            }
        })
    });
    metrics.report();
    counters.into_iter().for_each(|counter| counter.join().unwrap());
    assert!(stream.close(LONG).is_complete());
    let increments = observed(&server, "increment");
    assert_eq!(increments.iter().sum::<i64>(), 22, "{increments:?}");
    assert_eq!(observed(&server, "value").into_iter().max(), Some(22));
    if interval.is_zero() {
        assert_eq!(increments.len(), 4, "{increments:?}");
    }
}

#[test]
fn what_is_counted_is_reported_once_each_for_itself() {
    in_any_order(|| count(Duration::ZERO));
}

#[test]
fn what_is_counted_is_reported_once_as_time_goes_by() {
    in_any_order(|| count(Duration::from_secs(1)));
}

#[test]
fn what_is_counted_is_reported_once_where_it_is_seldom_time() {
    in_any_order(|| count(Duration::from_secs(60)));
}

#[test]
fn what_is_held_and_no_observation_follows_is_reported_by_the_worker() {
    in_any_order(|| {
        let World {
            stream,
            server,
            clock,
        } = world(1 << 20, Overflow::DropNewest);
        let counter = Metrics::new(&stream).counter("orders");
        let counters = [1, 2].map(|increments| {
            let counter = counter.clone();
            thread::spawn(move || (0..increments).for_each(|_| counter.increment()))
        });
        counters.into_iter().for_each(|counter| counter.join().unwrap());
        clock.advance(1000);
        while observed(&server, "increment").iter().sum::<i64>() < 3 {
            thread::yield_now();
        }
        assert!(stream.close(LONG).is_complete());
        assert_eq!(observed(&server, "increment").iter().sum::<i64>(), 3);
        assert_eq!(observed(&server, "value").len(), 2);
    });
}

#[test]
fn a_flush_beside_the_worker_overlooks_nothing() {
    in_any_order(|| {
        let World {
            stream,
            server,
            clock,
        } = world(1 << 20, Overflow::DropNewest);
        let counters = ["a", "b", "c"].map(|name| Metrics::new(&stream).counter(name));
        (0..2).for_each(|_| counters.iter().for_each(Counter::increment));
        let time = thread::spawn(move || clock.advance(1000));
        // The worker may be about to report.
        (0..4).for_each(|_| thread::yield_now());
        let outcome = stream.flush(LONG);
        assert!(outcome.is_complete(), "{outcome}");
        assert_eq!(observed(&server, "increment").iter().sum::<i64>(), 6);
        time.join().unwrap();
    });
}
