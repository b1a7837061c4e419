//! A broker that does what a test says, one connection after the other.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use tnt4_mqtt::{
    AckKind, Acknowledgement, ConnAck, Packet, Properties, Publish, Qos, Reason, SubAck, Version, frame,
};

/// The longest packet that is read.
const LONGEST: usize = 64 * 1024;

/// A broker's port.
pub(crate) struct Broker(TcpListener);

/// What a client has said of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Introduction {
    pub(crate) version: Version,
    pub(crate) clean: bool,
    pub(crate) client_id: String,
    pub(crate) user_name: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) session_expiry: Option<u32>,
    pub(crate) receive_maximum: Option<u16>,
}

/// A client's connection.
pub(crate) struct Visit {
    stream: TcpStream,
    read: Vec<u8>,
    pub(crate) introduction: Introduction,
}

impl Broker {
    pub(crate) fn start() -> Self {
        Broker(TcpListener::bind("127.0.0.1:0").expect("a port"))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.local_addr().expect("an address")
    }

    /// Waits for a connection and its CONNECT.
    pub(crate) fn visit(&self) -> Visit {
        let (stream, _) = self.0.accept().expect("a connection");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a timeout");
        let mut visit = Visit {
            stream,
            read: Vec::new(),
            introduction: Introduction {
                version: Version::V3,
                clean: true,
                client_id: String::new(),
                user_name: None,
                password: None,
                session_expiry: None,
                receive_maximum: None,
            },
        };
        let found = visit.next(|packet| match packet {
            Packet::Connect(connect) => Introduction {
                version: connect.version,
                clean: connect.clean,
                client_id: connect.client_id.to_owned(),
                user_name: connect.user_name.map(str::to_owned),
                password: connect
                    .password
                    .map(|bytes| String::from_utf8_lossy(bytes).into_owned()),
                session_expiry: connect.properties.session_expiry,
                receive_maximum: connect.properties.receive_maximum,
            },
            other => panic!("{other:?}"),
        });
        visit.introduction = found.expect("a CONNECT");
        visit
    }

    /// Lets the next visitor in, and confirms its subscription.
    pub(crate) fn welcome(&self, filter: &str) -> Visit {
        let mut visit = self.visit();
        visit.answer(Reason::SUCCESS);
        visit.subscribe(filter, Reason(1));
        visit
    }
}

impl Visit {
    /// Answers the CONNECT.
    pub(crate) fn answer(&mut self, reason: Reason) {
        self.send(&Packet::ConnAck(ConnAck {
            session_present: false,
            reason,
            properties: Properties::NONE,
        }));
    }

    /// Reads the SUBSCRIBE, which must be at QoS 1 for this filter (any, where that is empty), and answers it.
    pub(crate) fn subscribe(&mut self, filter: &str, reason: Reason) {
        let packet_id = self.next(|packet| match packet {
            Packet::Subscribe(subscribe) => {
                assert_eq!(subscribe.filters.len(), 1);
                assert!(filter.is_empty() || subscribe.filters[0].filter == filter);
                assert_eq!(subscribe.filters[0].qos, Qos::AtLeastOnce);
                subscribe.packet_id
            }
            other => panic!("{other:?}"),
        });
        self.send(&Packet::SubAck(SubAck {
            packet_id: packet_id.expect("a SUBSCRIBE"),
            properties: Properties::NONE,
            reasons: vec![reason],
        }));
    }

    pub(crate) fn publish(&mut self, packet_id: u16, payload: &[u8]) {
        self.send(&Packet::Publish(Publish {
            duplicate: false,
            qos: Qos::AtLeastOnce,
            retain: false,
            topic: "plant/1",
            packet_id,
            properties: Properties::NONE,
            payload,
        }));
    }

    /// That this message is acknowledged next, but for pings.
    #[track_caller]
    pub(crate) fn assert_acknowledged(&mut self, packet_id: u16) {
        loop {
            let acknowledged = self.next(|packet| match packet {
                Packet::PingReq => None,
                Packet::Acknowledgement(found) => {
                    assert_eq!(*found, Acknowledgement::new(AckKind::PubAck, packet_id));
                    Some(())
                }
                other => panic!("{other:?}"),
            });
            if acknowledged.expect("an acknowledgement").is_some() {
                return;
            }
        }
    }

    /// Reads until the client ends; whether it has said so.
    pub(crate) fn ends_with_a_word(&mut self) -> bool {
        let mut said = false;
        while let Some(is_word) = self.next(|packet| matches!(packet, Packet::Disconnect(_))) {
            said |= is_word;
        }
        said
    }

    pub(crate) fn send(&mut self, packet: &Packet<'_>) {
        let mut bytes = Vec::new();
        packet
            .write(self.introduction.version, &mut bytes)
            .expect("a packet");
        let _ = self.stream.write_all(&bytes);
    }

    /// Looks at the next packet; `None` at the end.
    fn next<T>(&mut self, look: impl FnOnce(&Packet<'_>) -> T) -> Option<T> {
        loop {
            if let Some(frame) = frame(&self.read, LONGEST).expect("a packet") {
                let packet = Packet::read(&frame, self.introduction.version).expect("a packet");
                let seen = look(&packet);
                let length = frame.length;
                self.read.drain(..length);
                return Some(seen);
            }
            let mut piece = [0; 16 * 1024];
            match self.stream.read(&mut piece) {
                Ok(0) => return None,
                Ok(count) => self.read.extend_from_slice(&piece[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return None,
                Err(error) => panic!("nothing came: {error}"),
            }
        }
    }
}
