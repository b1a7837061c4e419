//! `kill -9` of the collector in the middle of messages: what it had acknowledged is there, once each.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

mod support;

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use support::http::ask;
use support::process::Server;
use tnt4_mqtt::{AckKind, Connect, Packet, Properties, Publish, Qos, Version, frame};

const MESSAGES: u16 = 20_000;
const KILLED_AFTER: usize = 3_000;

fn connect(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("it listens");
    // Only a test that fails waits for so long.
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .expect("a timeout");
    let mut bytes = Vec::new();
    let packet = Packet::Connect(Connect {
        version: Version::V3,
        clean: true,
        keep_alive: 0,
        properties: Properties::NONE,
        client_id: "load",
        will: None,
        user_name: None,
        password: None,
    });
    packet.write(Version::V3, &mut bytes).expect("a packet");
    stream.write_all(&bytes).expect("written");
    stream
}

/// Publishes without looking, so that there is always something half done when the end comes.
fn publish_all(mut stream: TcpStream, qos: Qos) {
    for packet_id in 1..=MESSAGES {
        let payload = format!("{{\"operation\":\"load\",\"tracking-id\":\"{packet_id}\"}}");
        let packet = Packet::Publish(Publish {
            duplicate: false,
            qos,
            retain: false,
            topic: "load",
            packet_id,
            properties: Properties::NONE,
            payload: payload.as_bytes(),
        });
        let mut bytes = Vec::new();
        packet.write(Version::V3, &mut bytes).expect("a packet");
        if stream.write_all(&bytes).is_err() {
            return;
        }
    }
}

/// Reads acknowledgements of this kind until there are so many, or no more come.
fn acknowledged(stream: &mut TcpStream, buffer: &mut Vec<u8>, kind: AckKind, wanted: usize) -> Vec<u16> {
    let mut found = Vec::new();
    let mut piece = [0; 16 * 1024];
    while found.len() < wanted {
        while let Some(frame) = frame(buffer, 1 << 20).expect("a packet") {
            if let Packet::Acknowledgement(one) = Packet::read(&frame, Version::V3).expect("a packet") {
                assert_eq!(one.kind, kind);
                found.push(one.packet_id);
            }
            let length = frame.length;
            buffer.drain(..length);
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(count) => buffer.extend_from_slice(&piece[..count]),
        }
    }
    found
}

fn story(qos: Qos, kind: AckKind) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store.db");
    let mut server = Server::start_with("127.0.0.1:0", &store, &["--mqtt", "127.0.0.1:0"]);
    let address = server.wait_for("publishers are taken on mqtt://");
    let mut stream = connect(address.parse().expect("an address"));
    let writing = stream.try_clone().expect("a second handle");
    let writer = std::thread::spawn(move || publish_all(writing, qos));
    let mut buffer = Vec::new();
    let mut told = acknowledged(&mut stream, &mut buffer, kind, KILLED_AFTER);
    assert!(told.len() >= KILLED_AFTER, "{}", told.len());
    server.kill();
    told.extend(acknowledged(&mut stream, &mut buffer, kind, usize::MAX));
    writer.join().expect("no panic");

    let server = Server::start("127.0.0.1:0", &store);
    let reply = ask(server.address, "get events fields EventID");
    let rows = reply["rows"].as_array().expect("rows");
    let ids: HashSet<&str> = rows.iter().filter_map(|row| row["EventID"].as_str()).collect();
    assert_eq!(ids.len(), rows.len(), "once each");
    for id in &told {
        assert!(
            ids.contains(id.to_string().as_str()),
            "{id} of {} acknowledged is gone",
            told.len()
        );
    }
}

#[test]
fn killed_in_the_middle_of_messages_of_qos_1() {
    story(Qos::AtLeastOnce, AckKind::PubAck);
}

#[test]
fn killed_in_the_middle_of_messages_of_qos_2() {
    story(Qos::ExactlyOnce, AckKind::PubRec);
}
