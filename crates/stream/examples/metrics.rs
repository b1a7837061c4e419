//! A gauge, a counter and a timer: a hundred thousand observations, a handful of snapshots.
//!
//!     TNT4_URL=http://127.0.0.1:6580 cargo run -p tnt4 --example metrics
//!     tnt4 query "get snapshots fields SnapshotName, SnapshotTime, Properties"

use std::error::Error;
use std::thread;
use std::time::Duration;

use tnt4::Builder;
use tnt4::metrics::{Counter, Gauge, Metrics, Timer};

/// What a shop measures. Instruments are made once and kept; each thread may use them.
struct Instruments {
    orders: Counter,
    worth: Counter,
    waiting: Gauge,
    checkout: Timer,
}

fn main() -> Result<(), Box<dyn Error>> {
    let stream = Builder::from_env()?.build()?;
    // Each instrument sends a snapshot a second at most, with what it has observed since.
    let metrics = Metrics::new(&stream).property("shop", "Berlin");
    let instruments = Instruments {
        orders: metrics.counter("orders"),
        worth: metrics.counter("worth").unit("currency.eur"),
        waiting: metrics.gauge("waiting"),
        checkout: metrics.timer("checkout"),
    };

    thread::scope(|scope| {
        for till in 0..4 {
            let instruments = &instruments;
            scope.spawn(move || sell(instruments, till));
        }
    });

    // What is not reported yet goes with the close.
    let outcome = stream.close(Duration::from_secs(5));
    println!("{outcome}");
    if outcome.is_complete() {
        Ok(())
    } else {
        Err("the rest goes with the next start".into())
    }
}

fn sell(instruments: &Instruments, till: u32) {
    for order in 1..=25_000 {
        let worth = instruments.checkout.time(|| f64::from(order % 90) + 0.5);
        instruments.orders.increment();
        instruments.worth.add(worth);
        if till == 0 {
            instruments.waiting.set(25_000 - order);
        }
    }
}
