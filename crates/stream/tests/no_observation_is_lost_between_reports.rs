//! Whatever threads observe at once, and whoever reports in between: each observation is in one report and in no other,
//! and reports tell of sums in the order of their times.
//!
//! Real threads, here; `any_interleaving_ends_and_adds_up.rs` picks their order.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![allow(missing_docs, reason = "for tests")]

mod support;

use std::sync::Barrier;
use std::time::Duration;

use support::{LONG, quiet};
use tnt4::metrics::Metrics;
use tnt4::testing::MemoryServer;

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
