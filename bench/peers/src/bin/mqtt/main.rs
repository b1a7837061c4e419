//! How many events a second a broker acknowledges, tnt4 and its peers in turns against the same mosquitto.
//!
//! See `--help`, and README.md in `bench`.

mod publishers;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tnt4_bench::{Child, LongLink, Mode, Mosquitto, Rounds, Settings};

const HELP: &str = "
mqtt: events a second from the call to the acknowledgement by mosquitto, 120-byte messages

    --parts qos1,qos0,link      what is measured
        qos1    QoS 1: until the last PUBACK
        qos0    QoS 0: until the last byte was written
        link    QoS 1 over a link of 20 ms round trip
    --peers rumqttc,paho,mosquitto_pub   paho: where --python can import it
    --modes memory,disk         where tnt4 keeps its records
    --versions auto,3,5         which MQTT tnt4 speaks
    --window 1000               how many messages the broker says it takes at once (its default is 20)
    --records 200000            events a measurement (link: a fourth; paho: a tenth)
    --rounds 5
    --python python3
    --folder /tmp               where files are
";

const DELAY: Duration = Duration::from_millis(10);

fn main() -> io::Result<()> {
    let settings = Settings::from_arguments(HELP);
    match settings.text("role", "") {
        "" => measure(&settings),
        role => publishers::publish(role, &settings),
    }
}

/// One way to publish.
struct Candidate {
    name: String,
    role: String,
    mode: Mode,
    version: String,
    records: usize,
    rate: Rounds,
    share: Rounds,
    micros: Rounds,
}

fn candidates(settings: &Settings, part: &str, records: usize) -> io::Result<Vec<Candidate>> {
    let mut all = Vec::new();
    let mut add = |name: String, role: &str, mode, version: &str, records| {
        all.push(Candidate {
            name,
            role: role.to_owned(),
            mode,
            version: version.to_owned(),
            records,
            rate: Rounds::default(),
            share: Rounds::default(),
            micros: Rounds::default(),
        });
    };
    for peer in settings.words("peers", "rumqttc,paho,mosquitto_pub") {
        let records = if peer == "paho" { records / 10 } else { records };
        if peer != "mosquitto_pub" || part != "link" {
            add(peer.to_owned(), peer, Mode::Memory, "3", records);
        }
    }
    for mode in settings.words("modes", "memory,disk") {
        let mode = Mode::named(mode).map_err(io::Error::other)?;
        for version in settings.words("versions", "auto,3,5") {
            let name = format!("tnt4 {}, MQTT {version}", mode.name());
            add(name, "tnt4", mode, version, records);
        }
    }
    Ok(all)
}

fn measure(settings: &Settings) -> io::Result<()> {
    let records = settings.number("records", 200_000);
    let window = settings.number("window", 1000);
    for part in settings.words("parts", "qos1,qos0,link") {
        let broker = Mosquitto::start(window)?;
        let (qos, address, records) = match part {
            "qos1" => (1, broker.address(), records),
            "qos0" => (0, broker.address(), records),
            "link" => (1, LongLink::start(broker.address(), DELAY)?.address(), records / 4),
            other => {
                println!("there is no part {other}: see --help");
                continue;
            }
        };
        println!("\n{part}: QoS {qos}, {records} events, the broker takes {window} at once");
        compare(settings, part, qos, address, records)?;
    }
    Ok(())
}

fn compare(settings: &Settings, part: &str, qos: u8, address: SocketAddr, records: usize) -> io::Result<()> {
    let mut candidates = candidates(settings, part, records)?;
    let folder = tempfile::tempdir_in(settings.text("folder", "/tmp"))?;
    for _ in 0..settings.number("rounds", 5) {
        let mut first = f64::NAN;
        for candidate in &mut candidates {
            let report = Child::new(&candidate.role)?
                .mode(candidate.mode, folder.path())
                .with("url", &format!("mqtt://{address}"))
                .with("address", &address)
                .with("version", &candidate.version)
                .with("qos", &qos)
                .with("records", &candidate.records)
                .with("python", settings.text("python", "python3"))
                .run()?;
            let rate = report.number("rate");
            if rate.is_nan() {
                continue;
            }
            if first.is_nan() {
                first = rate;
            }
            candidate.rate.add(rate);
            candidate.share.add(rate / first);
            candidate.micros.add(report.number("micros"));
        }
    }
    println!("events/s: median [lowest .. highest]; share of the first; µs of processor an event");
    for candidate in &candidates {
        println!(
            "{:24} {}   {:.2}   {:.2}",
            candidate.name,
            candidate.rate,
            candidate.share.median(),
            candidate.micros.median()
        );
    }
    Ok(())
}
