//! A publisher that speaks packets.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tnt4_mqtt::{
    AckKind, Acknowledgement, ConnAck, Connect, Disconnect, Packet, Properties, Publish, Qos, Reason,
    Version, frame,
};

/// The longest packet that is read.
const LONGEST: usize = 4 * 1024 * 1024;

pub(crate) const VERSIONS: [Version; 2] = [Version::V3, Version::V5];

/// A connection of a publisher.
pub(crate) struct Publisher {
    stream: TcpStream,
    read: Vec<u8>,
    pub(crate) version: Version,
}

/// What has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Came {
    /// An acknowledgement, with its words.
    Ack(AckKind, u16, Reason, Option<String>),
    /// The server's end, and why.
    Disconnect(Reason),
    /// The reasons of a SUBACK.
    SubAck(Vec<Reason>),
    UnsubAck,
    Pong,
    /// The connection's end.
    End,
}

/// A CONNECT without credentials.
pub(crate) fn introduction(version: Version, client_id: &str) -> Connect<'_> {
    Connect {
        version,
        clean: true,
        keep_alive: 60,
        properties: Properties::NONE,
        client_id,
        will: None,
        user_name: None,
        password: None,
    }
}

pub(crate) fn publish<'a>(qos: Qos, packet_id: u16, topic: &'a str, payload: &'a [u8]) -> Publish<'a> {
    Publish {
        duplicate: false,
        qos,
        retain: false,
        topic,
        packet_id,
        properties: Properties::NONE,
        payload,
    }
}

/// A record whose tracking id is this.
pub(crate) fn record(id: &str) -> Vec<u8> {
    format!("{{\"operation\":\"order\",\"tracking-id\":\"{id}\"}}").into_bytes()
}

impl Publisher {
    /// Connects and says nothing.
    pub(crate) fn dial(address: SocketAddr, version: Version) -> Self {
        let stream = TcpStream::connect(address).expect("it listens");
        // Only a test that fails waits for so long.
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a timeout");
        Publisher {
            stream,
            read: Vec::new(),
            version,
        }
    }

    /// Connects and is let in.
    pub(crate) fn connect(address: SocketAddr, version: Version) -> Self {
        let mut publisher = Self::dial(address, version);
        publisher.send(&Packet::Connect(introduction(version, "")));
        assert_eq!(publisher.welcome(), (Reason::SUCCESS, false));
        publisher
    }

    pub(crate) fn send(&mut self, packet: &Packet<'_>) {
        let mut bytes = Vec::new();
        packet.write(self.version, &mut bytes).expect("a packet");
        self.write(&bytes);
    }

    /// Writes where the connection is still open.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    pub(crate) fn publish(&mut self, publish: Publish<'_>) {
        self.send(&Packet::Publish(publish));
    }

    pub(crate) fn release(&mut self, packet_id: u16) {
        let release = Acknowledgement::new(AckKind::PubRel, packet_id);
        self.send(&Packet::Acknowledgement(release));
    }

    pub(crate) fn disconnect(&mut self) {
        self.send(&Packet::Disconnect(Disconnect {
            reason: Reason::SUCCESS,
            properties: Properties::NONE,
        }));
    }

    /// Says that no more is written, and goes on reading.
    pub(crate) fn finish_writing(&mut self) {
        let _ = self.stream.shutdown(std::net::Shutdown::Write);
    }

    /// Reads the CONNACK: its reason, and whether a session is present.
    pub(crate) fn welcome(&mut self) -> (Reason, bool) {
        self.welcome_with(|welcome| (welcome.reason, welcome.session_present))
            .expect("an answer")
    }

    pub(crate) fn welcome_with<T>(&mut self, look: impl FnOnce(&ConnAck<'_>) -> T) -> Option<T> {
        let length = self.whole()?;
        let frame = frame(&self.read, LONGEST).expect("a packet").expect("whole");
        let seen = match Packet::read(&frame, self.version).expect("a packet") {
            Packet::ConnAck(welcome) => look(&welcome),
            other => panic!("{other:?}"),
        };
        self.read.drain(..length);
        Some(seen)
    }

    /// Reads what comes next.
    pub(crate) fn next(&mut self) -> Came {
        let Some(length) = self.whole() else {
            return Came::End;
        };
        let frame = frame(&self.read, LONGEST).expect("a packet").expect("whole");
        let came = match Packet::read(&frame, self.version).expect("a packet") {
            Packet::Acknowledgement(ack) => Came::Ack(
                ack.kind,
                ack.packet_id,
                ack.reason,
                ack.properties.reason.map(str::to_owned),
            ),
            Packet::Disconnect(end) => Came::Disconnect(end.reason),
            Packet::SubAck(answer) => Came::SubAck(answer.reasons),
            Packet::UnsubAck(_) => Came::UnsubAck,
            Packet::PingResp => Came::Pong,
            other => panic!("{other:?}"),
        };
        self.read.drain(..length);
        came
    }

    /// Reads all that comes until the end.
    pub(crate) fn rest(&mut self) -> Vec<Came> {
        let mut all = Vec::new();
        loop {
            match self.next() {
                Came::End => return all,
                came => all.push(came),
            }
        }
    }

    /// That this comes next.
    #[track_caller]
    pub(crate) fn assert_acknowledged(&mut self, kind: AckKind, packet_id: u16) {
        assert_eq!(
            self.next(),
            Came::Ack(kind, packet_id, Reason::SUCCESS, None),
            "{}",
            self.version
        );
    }

    /// Reads until a packet is whole; `None` at the end.
    fn whole(&mut self) -> Option<usize> {
        loop {
            if let Some(frame) = frame(&self.read, LONGEST).expect("a packet") {
                return Some(frame.length);
            }
            let mut piece = [0; 64 * 1024];
            match self.stream.read(&mut piece) {
                Ok(0) => return None,
                Ok(count) => self.read.extend_from_slice(&piece[..count]),
                // A reset is an end, too.
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return None,
                Err(error) => panic!("nothing came: {error}"),
            }
        }
    }
}
