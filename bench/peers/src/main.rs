//! What one call costs its caller: a log event with a message of 120 bytes, on one thread, beside its peers.
//!
//! See `--help`, and README.md in `bench`.

mod callers;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tnt4_bench::{Child, Latencies, Mode, Rounds, Seen, Settings, Sink};

const HELP: &str = "
append: how long one log call takes its caller, tnt4 and its peers in turns

    --peers appender,otlp,loki  tracing-appender with JSON into a file, opentelemetry-appender-tracing with
                                OTLP over HTTP, tracing-loki
    --modes memory,disk,written memory, disk, written, sync: where tnt4 keeps its records
    --ways layer,send           tnt4 through its layer for tracing, and by an event that is made and sent
    --fields 3                  beside the message: a number, a decimal and a text, or 0 for none
    --calls 40000               a measurement, after a tenth as many that do not count
    --rate 20000                calls a second: as many as nobody's queue overflows at; 0: a burst
    --rounds 5
    --folder /tmp               where files are
";

fn main() -> io::Result<()> {
    let settings = Settings::from_arguments(HELP);
    match settings.text("role", "") {
        "" => measure(&settings),
        role => callers::call(role, &settings),
    }
}

/// One thing that is called.
struct Candidate {
    name: String,
    role: String,
    mode: Mode,
    p50: Rounds,
    p99: Rounds,
    worst: Rounds,
    lost: Rounds,
    share: Rounds,
}

impl Candidate {
    fn new(name: String, role: &str, mode: Mode) -> Self {
        Candidate {
            name,
            role: role.to_owned(),
            mode,
            p50: Rounds::default(),
            p99: Rounds::default(),
            worst: Rounds::default(),
            lost: Rounds::default(),
            share: Rounds::default(),
        }
    }
}

fn measure(settings: &Settings) -> io::Result<()> {
    let mut candidates = Vec::new();
    for peer in settings.words("peers", "appender,otlp,loki") {
        candidates.push(Candidate::new(peer.to_owned(), peer, Mode::Memory));
    }
    for way in settings.words("ways", "layer,send") {
        for mode in settings.words("modes", Mode::MEASURED) {
            let mode = Mode::named(mode).map_err(io::Error::other)?;
            candidates.push(Candidate::new(format!("tnt4 {way}, {}", mode.name()), way, mode));
        }
    }
    let rounds = settings.number("rounds", 5);
    let (calls, rate) = (settings.number("calls", 40_000), settings.number("rate", 20_000));
    let fields = settings.number("fields", 3);
    let folder = tempfile::tempdir_in(settings.text("folder", "/tmp"))?;
    let sink = Sink::counting(count_messages)?;
    for _ in 0..rounds {
        let mut first = f64::NAN;
        for candidate in &mut candidates {
            let report = Child::new(&candidate.role)?
                .mode(candidate.mode, folder.path())
                .with("address", &sink.address())
                .with("url", &sink.url())
                .with("calls", &calls)
                .with("rate", &rate)
                .with("fields", &fields)
                .with("folder", &folder.path().display())
                .run()?;
            let p50 = report.number("p50");
            if first.is_nan() {
                first = p50;
            }
            candidate.p50.add(p50);
            candidate.p99.add(report.number("p99"));
            candidate.worst.add(report.number("worst"));
            candidate.share.add(p50 / first);
            let came = match sink.take().records {
                // What goes into a file says itself how much arrived.
                0 => report.number("arrived"),
                #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
                records => records as f64,
            };
            candidate.lost.add(report.number("called") - came);
        }
    }
    println!("ns a call, {calls} calls at {rate}/s, {fields} fields, {rounds} rounds: median [lowest .. highest]");
    println!("(of each, reading the clock takes about {})", clock().as_nanos());
    for candidate in &candidates {
        println!("\n{}", candidate.name);
        println!(
            "    p50   {}   {:.2} of the first",
            candidate.p50,
            candidate.share.median()
        );
        println!("    p99   {}", candidate.p99);
        println!("    worst {}", candidate.worst);
        println!("    lost  {}", candidate.lost);
    }
    Ok(())
}

/// What is measured where nothing is called.
fn clock() -> Duration {
    let mut latencies = Latencies::default();
    for _ in 0..100_000 {
        latencies.add(std::time::Instant::now().elapsed());
    }
    latencies.quantile(0.5)
}

/// Counts messages in a body: JSON, protobuf (which keeps text as it is), or that compressed by Snappy.
fn count_messages(body: &[u8], seen: &mut Seen) {
    let count = |bytes: &[u8]| memchr::memmem::find_iter(bytes, b"seq=").count() as u64;
    // Compressed bodies contain the first message as it is, so this one comes first.
    let inflated = snap::raw::Decoder::new().decompress_vec(body).ok();
    seen.records += count(inflated.as_deref().unwrap_or(body));
}

/// The address as a URL.
fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}
