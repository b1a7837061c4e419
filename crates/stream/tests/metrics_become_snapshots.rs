//! What gauges, counters and timers observe becomes snapshots: added up, at most one in an interval, with what a chart needs,
//! and none is left behind when a stream is flushed, closed or given up.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![allow(missing_docs, reason = "for tests")]

mod support;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use serde_json::{Value, json};
use support::{LONG, quiet};
use tnt4::metrics::Metrics;
use tnt4::testing::{DrivenClock, MemoryServer};
use tnt4::{Dropped, Overflow, Property, SourceFqn, Stream, TrackingId};

const SECOND: Duration = Duration::from_secs(1);

/// A stream whose clock is driven, and what its server takes.
struct World {
    // Before the stream, so that nobody waits for it at the end.
    clock: DrivenClock,
    stream: Stream,
    server: MemoryServer,
}

impl World {
    fn new() -> Self {
        let (clock, server) = (DrivenClock::new(), MemoryServer::new());
        let builder = quiet().batch(1, 1 << 20, Duration::ZERO).clock(clock.clock());
        World {
            stream: builder.transport(server.transport()).build().unwrap(),
            clock,
            server,
        }
    }

    fn metrics(&self) -> Metrics {
        Metrics::new(&self.stream)
    }

    /// The snapshots so far, without a flush, which would report.
    fn snapshots(&self) -> Vec<Value> {
        let sent = usize::try_from(self.stream.stats().enqueued).unwrap();
        assert!(self.server.wait_offered(sent));
        let records = self.server.offered();
        records
            .iter()
            .map(|json| serde_json::from_str(json).unwrap())
            .collect()
    }

    /// Lets a second go by, after which what is held comes by itself.
    fn a_second_later(&self) {
        let before = self.snapshots().len();
        self.clock.advance(SECOND);
        assert!(self.server.wait_offered(before + 1));
    }

    /// The properties of the snapshots so far, as name, value and hint.
    fn properties(&self) -> Vec<Vec<Value>> {
        let of = |snapshot: &Value| {
            let all = snapshot["properties"].as_array().unwrap();
            all.iter()
                .map(|one| json!([one["name"], one["value"], one["value-type"]]))
                .collect()
        };
        self.snapshots().iter().map(of).collect()
    }

    /// The property `value` of the snapshots so far.
    fn values(&self) -> Vec<Value> {
        let first = |properties: &Vec<Value>| {
            assert_eq!(properties[0][0], "value");
            properties[0][1].clone()
        };
        self.properties().iter().map(first).collect()
    }
}

#[test]
fn a_gauge_shows_the_latest_and_the_extremes() {
    let world = World::new();
    let gauge = world.metrics().gauge("waiting");
    gauge.set(5);
    for value in [9.0, 2.0, 3.5] {
        gauge.set(value);
    }
    world.a_second_later();
    let hinted = |name: &str, value: Value| json!([name, value, "gauge"]);
    assert_eq!(
        world.properties(),
        [
            [
                hinted("value", json!(5)),
                hinted("min", json!(5)),
                hinted("max", json!(5))
            ],
            [
                hinted("value", json!(3.5)),
                hinted("min", json!(2.0)),
                hinted("max", json!(9.0))
            ],
        ]
    );
}

#[test]
fn a_counter_shows_its_sum_and_how_it_grew() {
    let world = World::new();
    let counter = world.metrics().counter("worth").unit("currency.eur");
    counter.increment();
    counter.add(10);
    counter.add(-4);
    counter.add(f64::NAN);
    counter.add(2.5);
    world.a_second_later();
    let hinted = |name: &str, value: Value| json!([name, value, "currency.eur"]);
    assert_eq!(
        world.properties(),
        [
            [hinted("value", json!(1)), hinted("increment", json!(1))],
            [hinted("value", json!(13.5)), hinted("increment", json!(12.5))],
        ]
    );
}

#[test]
fn a_timer_shows_mean_extremes_and_count() {
    let world = World::new();
    let timer = world.metrics().timer("checkout");
    timer.record(Duration::from_micros(7));
    for micros in [10, 40, 25, 5] {
        timer.record(Duration::from_micros(micros));
    }
    world.a_second_later();
    let hinted = |name: &str, value: i64| json!([name, value, "age.usec"]);
    assert_eq!(
        world.properties()[1],
        [
            hinted("value", 20),
            json!(["count", 4, "count"]),
            hinted("min", 5),
            hinted("max", 40),
            hinted("last", 5),
            hinted("total", 80),
        ]
    );
}

#[test]
fn a_timer_times_functions_and_whatever_else_ends() {
    let world = World::new();
    let timer = world.metrics().interval(Duration::ZERO).timer("work");
    let wait = || world.clock.advance(Duration::from_micros(30));
    assert_eq!(timer.time(|| (wait(), 7).1), 7);
    let timing = timer.start();
    wait();
    std::thread::scope(|scope| scope.spawn(move || drop(timing)).join().unwrap());
    let timing = timer.start();
    wait();
    wait();
    assert_eq!(timing.stop(), Duration::from_micros(60));
    let timing = timer.start();
    wait();
    timing.discard();
    let panicked = std::panic::catch_unwind(AssertUnwindSafe(|| {
        timer.time(|| {
            wait();
            // As a panic, without its message.
            std::panic::resume_unwind(Box::new(()));
        });
    }));
    assert!(panicked.is_err());
    assert_eq!(world.values(), [30, 30, 60, 30]);
}

#[test]
fn an_instrument_sends_at_most_one_in_an_interval() {
    let world = World::new();
    let metrics = world.metrics().interval(10 * SECOND);
    let (one, other) = (metrics.counter("one"), metrics.counter("other"));
    for second in 0..25 {
        one.increment();
        if second == 4 {
            other.increment();
        }
        world.clock.advance(SECOND);
    }
    // At 0, 10 and 20, by whoever came first, and the rest; the other one at 4.
    assert!(world.stream.flush(LONG).is_complete());
    let values = world.values();
    assert_eq!((values.len(), values.last()), (5, Some(&json!(25))), "{values:?}");
}

#[test]
fn what_no_observation_follows_comes_at_its_time() {
    let world = World::new();
    let metrics = world.metrics();
    let (early, late) = (
        metrics.gauge("early"),
        metrics.interval(3 * SECOND).gauge("late"),
    );
    for gauge in [&early, &late] {
        gauge.set(57);
        gauge.set(0);
    }
    assert_eq!(world.values(), [57, 57]);
    world.a_second_later();
    assert_eq!(world.values()[2..], [0]);
    world.clock.advance(SECOND);
    world.a_second_later();
    assert_eq!(world.values()[3..], [0]);
    assert_eq!(world.snapshots()[3]["name"], "late");
}

#[test]
fn it_comes_by_the_clock_of_the_system_too() {
    let server = MemoryServer::new();
    let builder = quiet().batch(1, 1 << 20, Duration::ZERO);
    let stream = builder.transport(server.transport()).build().unwrap();
    let gauge = Metrics::new(&stream)
        .interval(Duration::from_millis(40))
        .gauge("level");
    // All but the first are too early, and nobody else does anything.
    for number in 1..=10 {
        gauge.set(number);
        assert!(server.wait_offered(number));
        // The worker is to be asleep, without a time to wake up. Where it is not yet, this proves less, and does not fail.
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn without_an_interval_each_observation_is_a_snapshot() {
    let world = World::new();
    let counter = world.metrics().interval(Duration::ZERO).counter("orders");
    (0..4).for_each(|_| counter.increment());
    assert_eq!(world.values(), [1, 2, 3, 4]);
}

#[test]
fn snapshots_say_what_they_are_of() {
    let world = World::new();
    let activity = TrackingId::new();
    let source = SourceFqn::parse("APPL=shop#SERVER=web1").unwrap();
    let metrics = world
        .metrics()
        .category("Shop")
        .source(source)
        .stream_name("shop")
        .property("region", "eu");
    let gauge = metrics
        .within(&activity)
        .gauge("waiting")
        .with(Property::new("limit", 10).with_hint("size"));
    gauge.set(1);
    world.metrics().timer("plain").record(SECOND);
    let [first, second] = world.snapshots().try_into().unwrap();
    assert_eq!(first["type"], "SNAPSHOT");
    assert_eq!(
        (&first["name"], &first["category"]),
        (&json!("waiting"), &json!("Shop"))
    );
    assert_eq!(first["source-fqn"], "APPL=shop#SERVER=web1");
    assert_eq!(first["source-ssn"], "shop");
    assert_eq!(first["parent-id"], activity.as_str());
    assert_eq!(second["parent-id"], Value::Null);
    assert_eq!(second["source-fqn"], tnt4::source::of_process().as_str());
    assert_eq!(
        world.properties()[0][3..],
        [json!(["region", "eu", null]), json!(["limit", 10, "size"])]
    );
}

#[test]
fn what_is_held_goes_with_flush_report_close_and_drop() {
    let world = World::new();
    let metrics = world.metrics();
    let (kept, dropped) = (metrics.counter("kept"), metrics.counter("dropped"));
    let add = || (0..2).for_each(|_| [&kept, &dropped].into_iter().for_each(|one| one.increment()));
    add();
    assert_eq!(world.values(), [1, 1]);
    assert!(world.stream.flush(LONG).is_complete());
    assert_eq!(world.values()[2..], [2, 2]);
    add();
    metrics.report();
    metrics.report();
    assert_eq!(world.values()[4..], [4, 4]);
    add();
    drop(dropped.clone());
    assert_eq!(world.values().len(), 6);
    drop(dropped);
    assert_eq!(world.values()[6..], [6]);
    assert!(world.stream.close(LONG).is_complete());
    assert_eq!(world.values()[7..], [6]);
    kept.increment();
    drop((kept, metrics));
    let dropped = world.stream.stats().dropped;
    assert_eq!(dropped.by(Dropped::Closed), 1);
}

#[test]
fn a_stream_that_makes_its_callers_wait_is_flushed_in_time() {
    let (clock, server) = (DrivenClock::new(), MemoryServer::new());
    server.set_down(true);
    let builder = quiet()
        .overflow(Overflow::Block)
        .queue_bytes(20_000)
        .clock(clock.clock());
    let stream = builder.transport(server.transport()).build().unwrap();
    let metrics = Metrics::new(&stream);
    // The first of each takes more than half of the room.
    let gauges: Vec<_> = (0..30).map(|number| metrics.gauge(number.to_string())).collect();
    for gauge in gauges.iter().chain(&gauges) {
        gauge.set(1);
    }
    let outcome = stream.flush(Duration::ZERO);
    assert!(!outcome.is_complete());
    assert!(stream.stats().dropped.by(Dropped::QueueFull) > 0);
    drop(clock);
}
