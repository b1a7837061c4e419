//! How much memory a process takes that streams into a dead server.
//!
//! See `--help`. What is measured is a process of its own, which does nothing else.

#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot run has nothing to report"
)]
#![expect(clippy::print_stdout, reason = "the report")]

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use tnt4_bench::{Child, Events, Mode, Rounds, Settings, memory};

const HELP: &str = "
rss: resident memory of a process that streams into a dead server, above what it had before

    --servers refuses,silent   refuses: nobody listens; silent: connections are taken, and never read
    --modes memory,disk,written   memory, disk, written, sync: where the stream keeps its records
    --records 1000000          events, with messages of 120 bytes
    --rounds 3
    --folder /tmp              where the files of the other modes are
";

const MIB: f64 = 1024.0 * 1024.0;
/// What a process may take more, in MiB.
const GOAL: f64 = 64.0;

fn main() -> io::Result<()> {
    let settings = Settings::from_arguments(HELP);
    if settings.text("role", "") == "stream" {
        stream(&settings);
        return Ok(());
    }
    let records = settings.number("records", 1_000_000);
    println!("MiB, {records} events of 120 bytes: median [lowest .. highest]");
    for server in settings.words("servers", "refuses,silent") {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        // Nobody accepts; the system takes connections nevertheless, as long as it listens.
        let _silent = (server == "silent").then_some(listener);
        for mode in settings.words("modes", Mode::MEASURED) {
            let mode = Mode::named(mode).map_err(io::Error::other)?;
            let (mut idle, mut after, mut highest) =
                (Rounds::default(), Rounds::default(), Rounds::default());
            let mut kept = Rounds::default();
            for _ in 0..settings.number("rounds", 3) {
                let folder = tempfile::tempdir_in(settings.text("folder", "/tmp"))?;
                let child = Child::new("stream")?
                    .mode(mode, folder.path())
                    .with("url", &url)
                    .with("records", &records);
                let report = child.run()?;
                idle.add(report.number("idle") / MIB);
                after.add((report.number("after") - report.number("idle")) / MIB);
                highest.add((report.number("highest") - report.number("idle")) / MIB);
                kept.add(report.number("pending"));
            }
            println!("\nserver {server}, mode {}", mode.name());
            println!("idle                {idle:.1}");
            println!("above idle, after   {after:.1}");
            println!(
                "above idle, highest {highest:.1}   {} {GOAL} MiB",
                if highest.highest() < GOAL {
                    "below"
                } else {
                    "NOT BELOW"
                }
            );
            println!("events kept         {kept}");
        }
    }
    Ok(())
}

/// The child.
fn stream(settings: &Settings) {
    let events = Events::of_bytes(0);
    let stream = Mode::builder(settings)
        .expect("a mode")
        .build()
        .expect("a stream");
    println!("idle {}", memory("VmRSS"));
    for number in 0..settings.number("records", 1) {
        // What does not fit is counted.
        let _ = stream.send(events.event(number));
    }
    println!("after {}", memory("VmRSS"));
    println!("highest {}", memory("VmHWM"));
    println!("pending {}", stream.stats().pending);
    let _ = stream.close(Duration::ZERO);
}
