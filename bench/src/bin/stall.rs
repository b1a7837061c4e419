//! How long a call may take its caller, at worst, and whose fault that was.
//!
//! See `--help`, and the library's `stalls` for how a call is watched.

#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot run has nothing to report"
)]
#![expect(clippy::print_stdout, reason = "the report")]

use std::fs::{self, File};
use std::io::{self, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process;
use std::time::Duration;

use tnt4_bench::{Child, Mode, Settings, Sink, Stalls};

const HELP: &str = "
stall: the worst calls of many producers, and what they waited for

    --servers healthy,slow,down  slow: 1 ms for each request; down: nobody listens
    --producers 1,16
    --rates 0,50000              events a second of all producers together; 0: as fast as they can
    --seconds 5                  for each measurement
    --modes memory,disk,written  memory, disk, written, sync: where the stream keeps its records
    --disk-writers 0             processes beside it that write 64 MiB to the same disk and synchronize, again
                                 and again
    --worst 3                    how many of the worst calls are shown one by one
    --folder /tmp                where the files of the other modes, and of the writers, are

A call's time is what its caller waited, less what `own` says: the caller could run, and the processor was
somebody else's. `others`: it slept while another producer or the stream's thread, which may have held what it
waited for, could run and was not let.
";

fn main() -> io::Result<()> {
    let settings = Settings::from_arguments(HELP);
    match settings.text("role", "") {
        "producers" => produce(&settings),
        "disk-writer" => write_for_ever(Path::new(settings.text("folder", "/tmp"))),
        _ => measure(&settings),
    }
}

fn measure(settings: &Settings) -> io::Result<()> {
    let folder = tempfile::tempdir_in(settings.text("folder", "/tmp"))?;
    let writers = (0..settings.number("disk-writers", 0))
        .map(|_| {
            let child = Child::new("disk-writer")?.with("folder", &folder.path().display());
            child.start().map(Ended)
        })
        .collect::<io::Result<Vec<_>>>()?;
    println!("{} processes beside it write to the disk", writers.len());
    let (healthy, slow) = (Sink::of_many()?, Sink::working(Duration::from_millis(1))?);
    let nobody = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    for mode in settings.words("modes", Mode::MEASURED) {
        let mode = Mode::named(mode).map_err(io::Error::other)?;
        for server in settings.words("servers", "healthy,slow,down") {
            let url = match server {
                "healthy" => healthy.url(),
                "slow" => slow.url(),
                _ => format!("http://{nobody}"),
            };
            for producers in settings.words("producers", "1,16") {
                for rate in settings.words("rates", "0,50000") {
                    let pace = if rate == "0" {
                        "as fast as they can".to_owned()
                    } else {
                        format!("{rate}/s")
                    };
                    println!(
                        "\nmode {}, server {server}, producers {producers}, {pace}",
                        mode.name()
                    );
                    // Its own folder, so that what one leaves behind is not the next one's to deliver.
                    let state = tempfile::tempdir_in(folder.path())?;
                    let text = Child::new("producers")?
                        .mode(mode, state.path())
                        .with("url", &url)
                        .with("producers", &producers)
                        .with("rate", &rate)
                        .with("seconds", &settings.number("seconds", 5))
                        .with("worst", &settings.number("worst", 3))
                        .text()?;
                    print!("{text}");
                }
            }
        }
    }
    Ok(())
}

/// The child: many producers of one stream.
fn produce(settings: &Settings) -> io::Result<()> {
    let stream = Mode::builder(settings)
        .expect("a mode")
        .build()
        .expect("a stream");
    let producers = settings.number("producers", 1);
    let pause = match settings.number("rate", 0) {
        0 => Duration::ZERO,
        rate => Duration::from_secs(producers as u64) / u32::try_from(rate).unwrap_or(u32::MAX),
    };
    let time = Duration::from_secs(settings.number("seconds", 5) as u64);
    let stalls = Stalls::of(&stream, producers, pause, time)?;
    stalls.print(settings.number("worst", 3));
    let stats = stream.stats();
    println!(
        "  enqueued {}, of which dropped {}",
        stats.enqueued,
        stats.dropped.total()
    );
    let sum = stats.acknowledged + stats.dropped.total() + stats.pending;
    assert_eq!(sum, stats.enqueued + stats.inherited.adopted, "the books add up");
    let _ = stream.close(Duration::ZERO);
    Ok(())
}

/// A child that ends with its parent's work.
struct Ended(process::Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The child that keeps the disk busy.
fn write_for_ever(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!("noise-{}", process::id()));
    let noise = vec![0x5a; 1 << 20];
    loop {
        let mut file = File::create(&path)?;
        for _ in 0..64 {
            file.write_all(&noise)?;
        }
        file.sync_all()?;
        fs::remove_file(&path)?;
    }
}
