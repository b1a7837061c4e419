//! The callers, each in a process of its own.

use std::fs::{self, File};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::WithExportConfig;
use tnt4::Event;
use tnt4_bench::{Latencies, Mode, Settings, message};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// The longest that is waited for what was called to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Calls what the role says, and reports.
pub fn call(role: &str, settings: &Settings) -> io::Result<()> {
    let address = settings.text("address", "").parse().map_err(io::Error::other)?;
    let pace = Pace {
        calls: settings.number("calls", 1),
        rate: settings.number("rate", 1),
        fields: settings.number("fields", 3) > 0,
    };
    match role {
        "send" => send(settings, &pace),
        "layer" => layer(settings, &pace),
        "appender" => appender(Path::new(settings.text("folder", "/tmp")), &pace),
        "otlp" => otlp(address, &pace),
        "loki" => loki(address, &pace),
        other => Err(io::Error::other(format!("there is no peer {other}"))),
    }
}

struct Pace {
    calls: usize,
    rate: usize,
    /// Whether there are fields beside the message.
    fields: bool,
}

impl Pace {
    /// Calls so often, and reports what each call took.
    fn run(&self, mut call: impl FnMut(usize, bool)) {
        let mut latencies = Latencies::default();
        let warm_up = self.calls / 10;
        let all = self.calls + warm_up;
        let pause = match u32::try_from(self.rate) {
            Ok(rate @ 1..) => Duration::from_secs(1) / rate,
            _ => Duration::ZERO,
        };
        let mut due = Instant::now();
        for number in 0..all {
            // Not asleep, or the call would be measured on a processor that has just woken up.
            while !pause.is_zero() && Instant::now() < due {
                std::hint::spin_loop();
            }
            let begun = Instant::now();
            call(number, self.fields);
            let took = begun.elapsed();
            if number >= warm_up {
                latencies.add(took);
            }
            due += pause;
        }
        println!("called {all}");
        println!("p50 {}", latencies.quantile(0.5).as_nanos());
        println!("p99 {}", latencies.quantile(0.99).as_nanos());
        println!("worst {}", latencies.worst().as_nanos());
    }
}

/// An event that is made and sent.
fn send(settings: &Settings, pace: &Pace) -> io::Result<()> {
    let builder = Mode::builder(settings).map_err(io::Error::other)?;
    let stream = builder.build().map_err(io::Error::other)?;
    pace.run(|number, fields| {
        let mut event = Event::new("payment").message(message(number));
        if fields {
            event = event
                .property("order", number as u64)
                .property("amount", 129.95)
                .property("branch", "0042 Hamburg");
        }
        // What is not accepted is missed in the end.
        let _ = stream.send(event);
    });
    let _ = stream.close(PATIENCE);
    Ok(())
}

/// The layer for `tracing`.
fn layer(settings: &Settings, pace: &Pace) -> io::Result<()> {
    let builder = Mode::builder(settings).map_err(io::Error::other)?;
    let (layer, guard) = tnt4::layer().builder(builder).build().map_err(io::Error::other)?;
    tracing_subscriber::registry()
        .with(only_ours())
        .with(layer)
        .init();
    pace.run(trace);
    let _ = guard.close(PATIENCE);
    Ok(())
}

/// The same message as a `tracing` event, and perhaps the same values.
fn trace(number: usize, fields: bool) {
    if fields {
        tracing::info!(
            target: "bench",
            order = number as u64,
            amount = 129.95,
            branch = "0042 Hamburg",
            "seq={number:010} order accepted from customer 4711, branch 0042, amount 129.95 EUR; took 23.4 ms, stock left 12, cache hit"
        );
        return;
    }
    tracing::info!(
        target: "bench",
        "seq={number:010} order accepted from customer 4711, branch 0042, amount 129.95 EUR; took 23.4 ms, stock left 12, cache hit"
    );
}

/// Nothing of what a peer's own libraries log.
fn only_ours() -> Targets {
    Targets::new().with_target("bench", LevelFilter::INFO)
}

fn appender(folder: &Path, pace: &Pace) -> io::Result<()> {
    let path = folder.join("appender.log");
    let (writer, guard) = tracing_appender::non_blocking(File::create(&path)?);
    let layer = tracing_subscriber::fmt::layer().json().with_writer(writer);
    tracing_subscriber::registry()
        .with(only_ours())
        .with(layer)
        .init();
    pace.run(trace);
    drop(guard);
    println!("arrived {}", fs::read_to_string(&path)?.lines().count());
    fs::remove_file(path)
}

fn otlp(address: SocketAddr, pace: &Pace) -> io::Result<()> {
    let exporter = opentelemetry_otlp::LogExporter::builder()
        .with_http()
        .with_endpoint(format!("{}/v1/logs", crate::url(address)))
        .build()
        .map_err(io::Error::other)?;
    let provider = opentelemetry_sdk::logs::SdkLoggerProvider::builder()
        .with_batch_exporter(exporter)
        .build();
    let bridge = OpenTelemetryTracingBridge::new(&provider);
    tracing_subscriber::registry()
        .with(only_ours())
        .with(bridge)
        .init();
    pace.run(trace);
    provider.shutdown().map_err(io::Error::other)
}

fn loki(address: SocketAddr, pace: &Pace) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let url = url::Url::parse(&crate::url(address)).map_err(io::Error::other)?;
    let (layer, controller, task) = tracing_loki::builder()
        .label("app", "bench")
        .and_then(|builder| builder.build_controller_url(url))
        .map_err(io::Error::other)?;
    tracing_subscriber::registry()
        .with(only_ours())
        .with(layer)
        .init();
    let task = runtime.spawn(task);
    pace.run(trace);
    // It has no flush: it takes what is queued before it hears of the end.
    thread::sleep(Duration::from_millis(100));
    runtime.block_on(async {
        controller.shutdown().await;
        let _ = tokio::time::timeout(PATIENCE, task).await;
    });
    Ok(())
}
