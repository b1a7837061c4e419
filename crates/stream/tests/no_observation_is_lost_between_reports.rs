//! Whatever threads observe at once, and whoever reports in between: each observation is in one report and in no other,
//! and reports tell of sums in the order of their times.
//!
//! Loom takes the file that threads share, gives it locks of its own, and tries every order of its steps. Real threads try the
//! whole.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![allow(missing_docs, reason = "for tests")]

#[path = "../src/metrics/cell.rs"]
mod cell;
mod support;

use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cell::Cell;
use support::{LONG, quiet};
use tnt4::metrics::Metrics;
use tnt4::testing::MemoryServer;

/// The locks of loom.
pub(crate) mod sync {
    pub(crate) use loom::sync::{Mutex, MutexGuard};
    pub(crate) use std::sync::PoisonError;
}

trait Window {
    type Observation;
    type Reading;
    fn add(&mut self, observation: Self::Observation);
    fn take(&mut self) -> Option<Self::Reading>;
}

/// A time that moves when it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Timestamp(u64);

impl Timestamp {
    fn now() -> Self {
        static TIME: AtomicU64 = AtomicU64::new(0);
        Timestamp(TIME.fetch_add(1, Ordering::SeqCst))
    }
}

/// A counter as it is, less its kinds of numbers.
#[derive(Default)]
struct Sum {
    total: u32,
    since: u32,
}

impl Window for Sum {
    type Observation = u32;
    /// The sum, and what was added.
    type Reading = (u32, u32);

    fn add(&mut self, observation: u32) {
        self.total += observation;
        self.since += observation;
    }

    fn take(&mut self) -> Option<(u32, u32)> {
        match std::mem::take(&mut self.since) {
            0 => None,
            since => Some((self.total, since)),
        }
    }
}

type Report = (Timestamp, (u32, u32));

/// Two threads observe, each twice, and a third flushes. All that is reported, in the order of time.
fn in_every_order(interval: Duration, check: impl Fn(&[Report]) + Sync + Send + 'static) {
    loom::model(move || {
        let cell = loom::sync::Arc::new(Cell::new(Sum::default()));
        let observers = [1, 10].map(|observation| {
            let cell = loom::sync::Arc::clone(&cell);
            loom::thread::spawn(move || {
                [Duration::from_secs(1), Duration::from_secs(2)]
                    .map(|now| cell.observe(observation, now, interval))
            })
        });
        let flushed = cell.take();
        let observed = observers.map(|observer| observer.join().unwrap());
        let left = cell.take();
        let mut reports: Vec<Report> = observed.into_iter().flatten().flatten().collect();
        reports.extend(flushed.into_iter().chain(left));
        reports.sort();
        let mut total = 0;
        for (_, (sum, increment)) in &reports {
            total += increment;
            assert_eq!(*sum, total, "{reports:?}");
        }
        assert_eq!(total, 22, "{reports:?}");
        check(&reports);
    });
}

#[test]
fn where_each_observation_is_reported() {
    in_every_order(Duration::ZERO, |reports| {
        assert_eq!(reports.len(), 4, "{reports:?}");
    });
}

#[test]
fn where_it_is_seldom_time() {
    // The first, what was flushed, and what was left.
    in_every_order(Duration::from_secs(60), |reports| {
        assert!((2..=3).contains(&reports.len()), "{reports:?}");
    });
}

#[test]
fn where_it_is_time_in_between() {
    in_every_order(Duration::from_secs(1), |reports| {
        assert!((2..=4).contains(&reports.len()), "{reports:?}");
    });
}

/// What the property `name` is in each snapshot.
fn values(records: &[String], name: &str) -> Vec<i64> {
    let value = |json: &String| {
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        let properties = json["properties"].as_array().unwrap();
        let property = properties
            .iter()
            .find(|property| property["name"] == name)
            .unwrap();
        property["value"].as_i64().unwrap()
    };
    records.iter().map(value).collect()
}

#[test]
fn by_real_threads_that_count_and_flush() {
    const THREADS: i64 = 4;
    const EACH: i64 = 5_000;
    let server = MemoryServer::new();
    let stream = quiet().transport(server.transport()).build().unwrap();
    let metrics = Metrics::new(&stream).interval(Duration::from_micros(50));
    let counter = metrics.counter("count");
    let timer = metrics.timer("time");
    let begin = Barrier::new(THREADS as usize + 1);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                begin.wait();
                for _ in 0..EACH {
                    counter.increment();
                    timer.record(Duration::from_micros(3));
                }
            });
        }
        begin.wait();
        for _ in 0..50 {
            metrics.report();
        }
    });
    assert!(stream.close(LONG).is_complete());
    let (counts, times): (Vec<String>, Vec<String>) = server
        .taken()
        .into_iter()
        .partition(|json| json.contains("\"increment\""));
    assert_eq!(values(&counts, "increment").iter().sum::<i64>(), THREADS * EACH);
    assert_eq!(values(&counts, "value").into_iter().max(), Some(THREADS * EACH));
    assert_eq!(values(&times, "count").iter().sum::<i64>(), THREADS * EACH);
    assert_eq!(values(&times, "total").iter().sum::<i64>(), 3 * THREADS * EACH);
}
