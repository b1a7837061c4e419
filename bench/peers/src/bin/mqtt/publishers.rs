//! The publishers, each in a process of its own.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rumqttc::{Event as RumqttcEvent, MqttOptions, Outgoing, Packet, QoS};
use tnt4::{Mqtt, MqttVersion, Qos};
use tnt4_bench::{Events, Mode, Settings, Usage};

/// The longest that is waited for room, or for the last acknowledgement.
const PATIENCE: Duration = Duration::from_secs(300);
/// In flight, as tnt4 has them.
const WINDOW: u16 = 1000;
const TOPIC: &str = "bench";

/// paho's client, as its manual has it: one publish after the other, and the last one waited for.
const PAHO: &str = "
import sys, time
try:
    import paho.mqtt.client as mqtt
except ImportError:
    sys.exit(0)
host, port, records, qos, text = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
try:
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
except AttributeError:
    client = mqtt.Client()
client.max_inflight_messages_set(1000)
client.max_queued_messages_set(0)
client.connect(host, port)
client.loop_start()
begun, processor = time.monotonic(), time.process_time()
for number in range(records):
    last = client.publish('bench', text, qos)
last.wait_for_publish()
print('rate', records / (time.monotonic() - begun))
print('micros', (time.process_time() - processor) * 1e6 / records)
client.disconnect()
";

/// Publishes as the role says, and reports.
pub fn publish(role: &str, settings: &Settings) -> io::Result<()> {
    let address: SocketAddr = settings.text("address", "").parse().map_err(io::Error::other)?;
    let (records, qos) = (settings.number("records", 1), settings.number("qos", 1));
    match role {
        "tnt4" => tnt4(settings, records, qos),
        "rumqttc" => rumqttc(address, records, qos),
        "paho" => paho(settings.text("python", "python3"), address, records, qos),
        "mosquitto_pub" => mosquitto_pub(address, records, qos),
        other => Err(io::Error::other(format!("there is no peer {other}"))),
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of events are far below 2^52")]
fn report(records: usize, time: Duration, before: Duration) {
    println!("rate {}", records as f64 / time.as_secs_f64());
    let micros = (Usage::of_this_process() - before).as_secs_f64() * 1e6;
    println!("micros {}", micros / records as f64);
}

/// A record as tnt4 sends it: all publish the same.
fn payload() -> Vec<u8> {
    Events::of_bytes(0).record(0)
}

fn tnt4(settings: &Settings, records: usize, qos: usize) -> io::Result<()> {
    let version = match settings.text("version", "auto") {
        "3" => MqttVersion::V3,
        "5" => MqttVersion::V5,
        _ => MqttVersion::Auto,
    };
    let qos = if qos == 0 { Qos::AtMostOnce } else { Qos::AtLeastOnce };
    let topic = tnt4::Topic::new(TOPIC).map_err(io::Error::other)?;
    let stream = Mode::builder(settings)
        .map_err(io::Error::other)?
        .mqtt(Mqtt::new().topic(topic).qos(qos).version(version))
        .build()
        .map_err(io::Error::other)?;
    let events = Events::of_bytes(0);
    let begun = Instant::now();
    for number in 0..records {
        stream
            .send_waiting(events.event(number), PATIENCE)
            .map_err(io::Error::other)?;
    }
    let outcome = stream.flush(PATIENCE);
    if !outcome.is_complete() {
        return Err(io::Error::other(outcome.to_string()));
    }
    report(records, begun.elapsed(), Duration::ZERO);
    Ok(())
}

fn rumqttc(address: SocketAddr, records: usize, qos: usize) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let payload = payload();
    let qos = if qos == 0 { QoS::AtMostOnce } else { QoS::AtLeastOnce };
    runtime.block_on(async {
        let mut options = MqttOptions::new("bench", address.ip().to_string(), address.port());
        options.set_inflight(WINDOW).set_max_packet_size(1 << 20, 1 << 20);
        let (client, mut events) = rumqttc::AsyncClient::new(options, 1000);
        let begun = Instant::now();
        let publishing = async {
            for _ in 0..records {
                client
                    .publish(TOPIC, qos, false, payload.clone())
                    .await
                    .map_err(io::Error::other)?;
            }
            Ok::<_, io::Error>(())
        };
        let watching = async {
            let mut arrived = 0;
            while arrived < records {
                match events.poll().await.map_err(io::Error::other)? {
                    RumqttcEvent::Incoming(Packet::PubAck(_)) => arrived += 1,
                    RumqttcEvent::Outgoing(Outgoing::Publish(_)) if qos == QoS::AtMostOnce => arrived += 1,
                    _ => {}
                }
            }
            Ok::<_, io::Error>(())
        };
        tokio::try_join!(publishing, watching)?;
        report(records, begun.elapsed(), Duration::ZERO);
        Ok(())
    })
}

fn paho(python: &str, address: SocketAddr, records: usize, qos: usize) -> io::Result<()> {
    let status = Command::new(python)
        .args(["-c", PAHO, &address.ip().to_string(), &address.port().to_string()])
        .args([records.to_string(), qos.to_string()])
        .arg(String::from_utf8_lossy(&payload()).into_owned())
        .status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
}

fn mosquitto_pub(address: SocketAddr, records: usize, qos: usize) -> io::Result<()> {
    let mut line = payload();
    line.push(b'\n');
    let begun = Instant::now();
    let mut publisher = Command::new("mosquitto_pub")
        .args(["-h", &address.ip().to_string(), "-p", &address.port().to_string()])
        .args(["-t", TOPIC, "-l", "-q", &qos.to_string()])
        .stdin(Stdio::piped())
        .spawn()?;
    if let Some(input) = publisher.stdin.take() {
        let mut input = io::BufWriter::new(input);
        for _ in 0..records {
            input.write_all(&line)?;
        }
        input.flush()?;
    }
    let status = publisher.wait()?;
    let time = begun.elapsed();
    if !status.success() {
        return Err(io::Error::other(status.to_string()));
    }
    #[expect(clippy::cast_precision_loss, reason = "numbers of events are far below 2^52")]
    let rate = records as f64 / time.as_secs_f64();
    println!("rate {rate}");
    Ok(())
}
