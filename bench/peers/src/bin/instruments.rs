//! What is too small for a clock around each call: an event whose level is off, a span, an observation of a metric.
//!
//! See `--help`, and README.md in `bench`.

use std::hint::black_box;
use std::io;
use std::time::{Duration, Instant};

use tnt4::metrics::Metrics;
use tnt4_bench::{Child, Mode, Rounds, Settings, Sink};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::prelude::*;

const HELP: &str = "
instruments: ns a call, in blocks of calls, of what is too small for a clock around each

    --calls 2000000             of events that are disabled and of observations; spans: a hundredth
    --rounds 5
    --mode memory               memory, disk, written: where tnt4 keeps its records
    --folder /tmp               where files are
";

/// What is measured, each in a process of its own.
const ROLES: [(&str, &str); 7] = [
    ("off-alone", "event that is off, a filter of tracing's alone"),
    ("off-above", "event that is off, the layer below that filter"),
    ("off-own", "event that is off, the filter the layer's own"),
    ("span", "span with a field, entered, closed, both reports"),
    ("counter", "counter, one more"),
    ("gauge", "gauge, set"),
    ("timer", "timer, a time recorded"),
];

/// Calls in a block.
const BLOCK: usize = 1000;
/// How long what was sent may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> io::Result<()> {
    let settings = Settings::from_arguments(HELP);
    match settings.text("role", "") {
        "" => measure(&settings),
        role => run(role, &settings),
    }
}

fn measure(settings: &Settings) -> io::Result<()> {
    let (calls, rounds) = (settings.number("calls", 2_000_000), settings.number("rounds", 5));
    let mode = Mode::named(settings.text("mode", "memory")).map_err(io::Error::other)?;
    let folder = tempfile::tempdir_in(settings.text("folder", "/tmp"))?;
    let sink = Sink::counting(|_, seen| seen.records += 1)?;
    let mut measured: Vec<_> = ROLES.iter().map(|_| Rounds::default()).collect();
    for _ in 0..rounds {
        for ((role, _), nanos) in ROLES.iter().zip(&mut measured) {
            let report = Child::new(role)?
                .mode(mode, folder.path())
                .with("url", &sink.url())
                .with("calls", &calls)
                .run()?;
            nanos.add(report.number("nanos"));
            let _ = sink.take();
        }
    }
    println!("ns a call, median of blocks of {BLOCK}, {rounds} rounds: median [lowest .. highest]");
    for ((_, name), nanos) in ROLES.iter().zip(&measured) {
        println!("{name:<52}{nanos:.1}");
    }
    Ok(())
}

fn run(role: &str, settings: &Settings) -> io::Result<()> {
    let calls = settings.number("calls", BLOCK);
    if role == "off-alone" {
        tracing_subscriber::registry().with(LevelFilter::INFO).init();
        blocks(calls, event);
        return Ok(());
    }
    let builder = Mode::builder(settings).map_err(io::Error::other)?;
    let stream = builder.build().map_err(io::Error::other)?;
    let layer = tnt4::layer().stream(stream.clone());
    let (layer, _guard) = layer.build().map_err(io::Error::other)?;
    match role {
        "off-above" => {
            let subscriber = tracing_subscriber::registry().with(LevelFilter::INFO);
            subscriber.with(layer).init();
            blocks(calls, event);
        }
        "off-own" => {
            let layer = layer.with_filter(LevelFilter::INFO);
            tracing_subscriber::registry().with(layer).init();
            blocks(calls, event);
        }
        "span" => {
            tracing_subscriber::registry().with(layer).init();
            blocks(calls / 100, |number| {
                tracing::info_span!("order", number).in_scope(|| black_box(number));
            });
        }
        "counter" => {
            let counter = Metrics::new(&stream).counter("orders");
            blocks(calls, |_| counter.increment());
        }
        "gauge" => {
            let gauge = Metrics::new(&stream).gauge("waiting");
            blocks(calls, |number| gauge.set(number as f64));
        }
        "timer" => {
            let timer = Metrics::new(&stream).timer("checkout");
            blocks(calls, |number| timer.record(Duration::from_nanos(number as u64)));
        }
        other => return Err(io::Error::other(format!("nothing is called {other}"))),
    }
    let _ = stream.close(PATIENCE);
    Ok(())
}

fn event(number: usize) {
    tracing::debug!(
        order = number as u64,
        amount = 129.95,
        branch = "0042 Hamburg",
        "order accepted"
    );
}

/// Calls in blocks, and reports what a call of the median block took.
fn blocks(calls: usize, mut call: impl FnMut(usize)) {
    let mut nanos = Rounds::default();
    for block in 0..calls.div_ceil(BLOCK) {
        let begun = Instant::now();
        for number in 0..BLOCK {
            call(black_box(block * BLOCK + number));
        }
        nanos.add(begun.elapsed().as_nanos() as f64 / BLOCK as f64);
    }
    println!("nanos {}", nanos.median());
}
