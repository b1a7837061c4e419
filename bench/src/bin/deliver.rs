//! How many events a second arrive, none lost: encoded, queued, sent, answered, acknowledged.
//!
//! See `--help`, and README.md beside this package for what the parts are.

#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot run has nothing to report"
)]
#![expect(clippy::print_stdout, reason = "the report")]
#![expect(clippy::cast_precision_loss, reason = "numbers of events are far below 2^52")]

use std::hint::black_box;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{io, thread};

use tnt4_bench::{Child, Events, Generator, LongLink, Mode, Nginx, Report, Rounds, Settings, Sink, Usage};

const HELP: &str = "
deliver: events a second from the call to the acknowledgement, none lost

    --parts one,nginx,many,link,work   what is measured
        one     a server that takes one object a request, on loopback
        nginx   the same with nginx, where it is installed
        many    a server that takes many, one a line; events of 400 bytes
        link    one object a request over a link of 20 ms round trip
        work    one object a request, each of which the server works on for 20 ms, one after the other
    --modes memory,disk,written        memory, disk, written, sync: where the stream keeps its records
    --records 300000                   events a measurement (many: four times; link: a half; work: 100)
    --rounds 5
    --folder /tmp                      where the files of the other modes are

Alone, for a profile:
    --role sink --many 0               a server, until it is killed; it says where (--many 1: takes many)
    --role stream --url URL --records 3000000 --bytes 0 --producers 1
    --role encode --records 3000000 --bytes 400
";

/// As many requests as the stream has on their way.
const WINDOW: usize = 512;
const FOREVER: usize = usize::MAX;
/// The longest that is waited for room, or for the last acknowledgement.
const PATIENCE: Duration = Duration::from_secs(300);
const DELAY: Duration = Duration::from_millis(10);
const WORK: Duration = Duration::from_millis(20);

fn main() -> io::Result<()> {
    let settings = Settings::from_arguments(HELP);
    match settings.text("role", "") {
        "stream" => stream(&settings),
        "generator" => generator(&settings),
        "encode" => encode(&settings),
        "sink" => return sink(&settings),
        _ => measure(&settings)?,
    }
    Ok(())
}

fn measure(settings: &Settings) -> io::Result<()> {
    let modes: Vec<Mode> = settings
        .words("modes", Mode::MEASURED)
        .map(|name| Mode::named(name).map_err(io::Error::other))
        .collect::<Result<_, _>>()?;
    let folder = tempfile::tempdir_in(settings.text("folder", "/tmp"))?;
    let run = Run {
        modes,
        folder: folder.path(),
        rounds: settings.number("rounds", 5),
    };
    let records = settings.number("records", 300_000);
    println!(
        "events/s, {} rounds: median [lowest .. highest]; share of the first line",
        run.rounds
    );
    for part in settings.words("parts", "one,nginx,many,link,work") {
        match part {
            "one" => {
                let sink = Sink::of_one()?;
                println!("\none object a request, loopback, messages of 120 bytes, {records} events");
                run.part(
                    &[
                        Way::generator("bare generator, 512 ahead", sink.address(), WINDOW, records),
                        Way::stream("one producer", &sink.url(), records, 0, 1),
                        Way::stream("two producers", &sink.url(), records, 0, 2),
                        Way::generator("request and answer in turn", sink.address(), 1, records / 5),
                        Way::encode("one thread that only encodes", records, 0),
                    ],
                    Some(&sink),
                )?;
            }
            "nginx" => match Nginx::start() {
                Err(error) => println!("\nnginx: left out ({error})"),
                Ok(nginx) => {
                    println!("\nnginx, one object a request, ends after 1,000, {records} events");
                    let generator =
                        Way::generator("bare generator, 512 ahead", nginx.address(), WINDOW, records);
                    run.part(
                        &[
                            generator.lasting(Nginx::LASTS),
                            Way::stream("one producer", &nginx.url(), records, 0, 1),
                            Way::generator("request and answer in turn", nginx.address(), 1, records / 5)
                                .lasting(Nginx::LASTS),
                        ],
                        None,
                    )?;
                }
            },
            "many" => {
                let sink = Sink::of_many()?;
                let records = records * 4;
                println!("\nmany objects a request, loopback, events of 400 bytes, {records} events");
                run.part(
                    &[
                        Way::stream("one producer", &sink.url(), records, 400, 1),
                        Way::stream("two producers", &sink.url(), records, 400, 2),
                        Way::encode("one thread that only encodes", records / 4, 400),
                    ],
                    Some(&sink),
                )?;
            }
            "link" => {
                let (sink, records) = (Sink::of_one()?, records / 2);
                let link = LongLink::start(sink.address(), DELAY)?;
                println!(
                    "\none object a request, round trip {:?}, {records} events",
                    DELAY * 2
                );
                run.part(
                    &[
                        Way::generator("bare generator, 512 ahead", link.address(), WINDOW, records),
                        Way::stream("one producer", &link.url(), records, 0, 1),
                        Way::generator("request and answer in turn", link.address(), 1, 100),
                    ],
                    Some(&sink),
                )?;
            }
            "work" => {
                let sink = Sink::working(WORK)?;
                println!(
                    "\none object a request, the server works {WORK:?} on each, 100 events a connection"
                );
                run.part(
                    &[
                        Way::generator("bare generator, 1 connection", sink.address(), WINDOW, 100),
                        Way::stream("one producer", &sink.url(), 100, 0, 1),
                        Way::generator("bare generator, 8 connections", sink.address(), WINDOW, 800)
                            .connections(8),
                    ],
                    Some(&sink),
                )?;
            }
            other => println!("\nthere is no part {other}: see --help"),
        }
    }
    Ok(())
}

/// What is the same for all parts.
struct Run<'a> {
    modes: Vec<Mode>,
    folder: &'a Path,
    rounds: usize,
}

/// One way to send.
struct Way {
    name: &'static str,
    role: &'static str,
    records: usize,
    arguments: Vec<(&'static str, String)>,
}

/// What was measured of one way in one mode.
#[derive(Default)]
struct Measured {
    rate: Rounds,
    share: Rounds,
    micros: Rounds,
}

impl Way {
    fn new(name: &'static str, role: &'static str, records: usize) -> Self {
        let arguments = vec![("records", records.to_string())];
        Way {
            name,
            role,
            records,
            arguments,
        }
    }

    fn with(mut self, name: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        self.arguments.push((name, value.to_string()));
        self
    }

    fn generator(name: &'static str, address: SocketAddr, window: usize, records: usize) -> Self {
        Way::new(name, "generator", records)
            .with("address", &address)
            .with("window", &window)
    }

    fn lasting(self, answers: usize) -> Self {
        self.with("lasts", &answers)
    }

    fn connections(self, count: usize) -> Self {
        self.with("connections", &count)
    }

    fn stream(name: &'static str, url: &str, records: usize, bytes: usize, producers: usize) -> Self {
        Way::new(name, "stream", records)
            .with("url", url)
            .with("bytes", &bytes)
            .with("producers", &producers)
    }

    fn encode(name: &'static str, records: usize, bytes: usize) -> Self {
        Way::new(name, "encode", records).with("bytes", &bytes)
    }

    fn run(&self, mode: Mode, folder: &Path) -> io::Result<Report> {
        let child = Child::new(self.role)?.mode(mode, folder);
        let with = |child: Child, (name, value): &(&str, String)| child.with(name, value);
        self.arguments.iter().fold(child, with).run()
    }
}

impl Run<'_> {
    /// Measures the ways in turns, and what has come to the sink.
    fn part(&self, ways: &[Way], sink: Option<&Sink>) -> io::Result<()> {
        let mut all: Vec<(&Way, Mode, Measured)> = Vec::new();
        for way in ways {
            let modes = if way.role == "stream" {
                &self.modes
            } else {
                &self.modes[..1]
            };
            all.extend(modes.iter().map(|mode| (way, *mode, Measured::default())));
        }
        for _ in 0..self.rounds {
            let mut first = f64::NAN;
            for (way, mode, measured) in &mut all {
                let report = way.run(*mode, self.folder)?;
                let rate = report.number("rate");
                if first.is_nan() {
                    first = rate;
                }
                measured.rate.add(rate);
                measured.share.add(rate / first);
                measured.micros.add(report.number("micros"));
                if let Some(sink) = sink.filter(|_| way.role != "encode") {
                    let mut seen = sink.take();
                    assert_eq!(
                        (seen.records, seen.unique()),
                        (way.records as u64, way.records),
                        "{}: each event comes once",
                        way.name
                    );
                }
            }
        }
        for (way, mode, measured) in &all {
            let name = match way.role {
                "stream" => format!("tnt4 {}, {}", mode.name(), way.name),
                _ => way.name.to_owned(),
            };
            println!(
                "{name:30} {}   {:.2}   {:.2} µs of processor an event",
                measured.rate,
                measured.share.median(),
                measured.micros.median()
            );
        }
        Ok(())
    }
}

/// Reports what `records` took, of time and, since it was `before`, of the processor.
fn report(records: usize, time: Duration, before: Duration) {
    println!("rate {}", records as f64 / time.as_secs_f64());
    let micros = (Usage::of_this_process() - before).as_secs_f64() * 1e6;
    println!("micros {}", micros / records as f64);
}

/// A child that streams.
fn stream(settings: &Settings) {
    let (records, producers) = (settings.number("records", 1), settings.number("producers", 1));
    let events = Events::of_bytes(settings.number("bytes", 0));
    let stream = Mode::builder(settings)
        .expect("a mode")
        .build()
        .expect("a stream");
    let begun = Instant::now();
    thread::scope(|scope| {
        for producer in 0..producers {
            let (stream, events) = (&stream, &events);
            let thread = thread::Builder::new().name("producer".to_owned());
            let produce = move || {
                for number in (producer..records).step_by(producers) {
                    stream
                        .send_waiting(events.event(number), PATIENCE)
                        .expect("accepted");
                }
            };
            thread.spawn_scoped(scope, produce).expect("a thread");
        }
    });
    let outcome = stream.flush(PATIENCE);
    assert!(outcome.is_complete(), "{outcome}");
    report(records, begun.elapsed(), Duration::ZERO);
    assert_eq!(stream.stats().acknowledged, records as u64);
}

/// A server of its own, for profiles.
fn sink(settings: &Settings) -> io::Result<()> {
    let sink = match settings.number("many", 0) {
        0 => Sink::of_one()?,
        _ => Sink::of_many()?,
    };
    println!("{}", sink.url());
    loop {
        thread::park();
    }
}

/// A child that only sends requests it has made before.
fn generator(settings: &Settings) {
    let address = settings.text("address", "").parse().expect("an address");
    let (window, lasts) = (settings.number("window", 1), settings.number("lasts", FOREVER));
    let (records, connections) = (settings.number("records", 1), settings.number("connections", 1));
    let events = Events::of_bytes(settings.number("bytes", 0));
    let generators: Vec<Generator> = (0..connections)
        .map(|_| Generator::new(&events, records / connections, address))
        .collect();
    let before = Usage::of_this_process();
    let longest = thread::scope(|scope| {
        let running: Vec<_> = generators
            .iter()
            .map(|generator| scope.spawn(move || generator.run(address, window, lasts).expect("answers")))
            .collect();
        let times = running.into_iter().map(|thread| thread.join().expect("it ends"));
        times.max().unwrap_or_default()
    });
    report(records, longest, before);
}

/// A child that only makes and encodes events.
fn encode(settings: &Settings) {
    let records = settings.number("records", 1);
    let events = Events::of_bytes(settings.number("bytes", 0));
    let begun = Instant::now();
    for number in 0..records {
        black_box(events.record(number));
    }
    report(records, begun.elapsed(), Duration::ZERO);
}
