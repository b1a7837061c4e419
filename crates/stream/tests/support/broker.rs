//! An MQTT broker that does what a closure says. It reads and writes bytes by itself, without the crate that is tested.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// What came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet {
    Connect(Client),
    Publish(Message),
    PubRel(u16),
    Ping,
    Disconnect,
    /// The connection has ended.
    Gone,
    /// Nothing, for a while. It is not kept among what was seen.
    Quiet,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub level: u8,
    pub clean: bool,
    pub keep_alive: u16,
    pub id: String,
    pub user: Option<String>,
    pub password: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub duplicate: bool,
    pub qos: u8,
    pub id: u16,
    pub topic: String,
    pub payload: String,
}

/// A packet, and where it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Counts connections, from 0.
    pub connection: usize,
    /// The protocol level of the connection: 4 or 5.
    pub level: u8,
    pub packet: Packet,
}

/// What the broker does.
#[derive(Debug, Clone)]
pub enum Act {
    Send(Vec<u8>),
    Close,
}

type Script = dyn FnMut(&Seen) -> Vec<Act> + Send;

/// A broker on a port of its own.
pub struct Broker {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    script: Mutex<Box<Script>>,
    seen: Mutex<Vec<Seen>>,
    news: Condvar,
}

impl Broker {
    pub fn start(script: impl FnMut(&Seen) -> Vec<Act> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            script: Mutex::new(Box::new(script)),
            seen: Mutex::default(),
            news: Condvar::new(),
        });
        let serving = Arc::downgrade(&shared);
        std::thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                let (Ok(stream), Some(shared)) = (stream, serving.upgrade()) else {
                    return;
                };
                std::thread::spawn(move || serve(stream, connection, &shared));
            }
        });
        Broker { port, shared }
    }

    /// One that lets everybody in and acknowledges everything.
    pub fn polite() -> Self {
        Self::start(polite)
    }

    pub fn url(&self) -> String {
        format!("mqtt://127.0.0.1:{}", self.port)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// The messages that came in, each with its connection.
    pub fn messages(&self) -> Vec<(usize, Message)> {
        let seen = self.seen().into_iter();
        seen.filter_map(|seen| match seen.packet {
            Packet::Publish(message) => Some((seen.connection, message)),
            _ => None,
        })
        .collect()
    }

    pub fn payloads(&self) -> Vec<String> {
        let messages = self.messages().into_iter();
        messages.map(|(_, message)| message.payload).collect()
    }

    pub fn clients(&self) -> Vec<Client> {
        let seen = self.seen().into_iter();
        seen.filter_map(|seen| match seen.packet {
            Packet::Connect(client) => Some(client),
            _ => None,
        })
        .collect()
    }

    /// Waits until what was seen satisfies this.
    #[track_caller]
    pub fn wait_until(&self, what: &str, holds: impl Fn(&[Seen]) -> bool) {
        let until = Instant::now() + Duration::from_secs(30);
        let mut seen = self.shared.seen.lock().unwrap();
        while !holds(&seen) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "still not: {what}; {seen:?}");
            seen = self.shared.news.wait_timeout(seen, left).unwrap().0;
        }
    }
}

/// Lets everybody in and acknowledges everything.
pub fn polite(seen: &Seen) -> Vec<Act> {
    match &seen.packet {
        Packet::Connect(_) => vec![Act::Send(connack(seen.level, false, 0))],
        Packet::Publish(message) if message.qos == 1 => vec![Act::Send(ack(PUBACK, message.id))],
        Packet::Publish(message) if message.qos == 2 => vec![Act::Send(ack(PUBREC, message.id))],
        Packet::PubRel(id) => vec![Act::Send(ack(PUBCOMP, *id))],
        Packet::Ping => vec![Act::Send(vec![0xD0, 0])],
        _ => Vec::new(),
    }
}

pub const PUBACK: u8 = 0x40;
pub const PUBREC: u8 = 0x50;
pub const PUBCOMP: u8 = 0x70;

pub fn ack(kind: u8, id: u16) -> Vec<u8> {
    let [high, low] = id.to_be_bytes();
    vec![kind, 2, high, low]
}

/// One that says why, for MQTT 5.
pub fn ack_with(kind: u8, id: u16, reason: u8) -> Vec<u8> {
    let [high, low] = id.to_be_bytes();
    vec![kind, 3, high, low, reason]
}

pub fn connack(level: u8, session_present: bool, code: u8) -> Vec<u8> {
    connack_with(level, session_present, code, &[])
}

/// With properties, for MQTT 5.
pub fn connack_with(level: u8, session_present: bool, code: u8, properties: &[u8]) -> Vec<u8> {
    let present = u8::from(session_present);
    match level {
        4 => vec![0x20, 2, present, code],
        _ => {
            let length = properties.len() as u8;
            let mut packet = vec![0x20, 3 + length, present, code, length];
            packet.extend_from_slice(properties);
            packet
        }
    }
}

impl Shared {
    fn act(&self, seen: &Seen) -> Vec<Act> {
        // What was seen is there before anybody can have an answer to it.
        let mut script = self.script.lock().unwrap();
        if seen.packet != Packet::Quiet {
            self.seen.lock().unwrap().push(seen.clone());
            self.news.notify_all();
        }
        script(seen)
    }

    fn gone(&self, connection: usize, level: u8) {
        let packet = Packet::Gone;
        self.act(&Seen {
            connection,
            level,
            packet,
        });
    }
}

fn serve(mut stream: TcpStream, connection: usize, shared: &Shared) {
    let mut level = 4;
    loop {
        let packet = if is_quiet(&stream) {
            Packet::Quiet
        } else {
            match read(&mut stream, level) {
                Some(packet) => packet,
                None => return shared.gone(connection, level),
            }
        };
        if let Packet::Connect(client) = &packet {
            level = client.level;
        }
        let seen = Seen {
            connection,
            level,
            packet,
        };
        let acts = shared.act(&seen);
        for act in acts {
            match act {
                Act::Send(bytes) => {
                    let _ = stream.write_all(&bytes);
                }
                Act::Close => {
                    // What it has not read by then it never reads.
                    let _ = stream.shutdown(Shutdown::Both);
                    shared.gone(connection, level);
                    return;
                }
            }
        }
    }
}

/// Whether nothing comes for a while.
fn is_quiet(stream: &TcpStream) -> bool {
    let _ = stream.set_read_timeout(Some(Duration::from_millis(1)));
    let quiet = matches!(
        stream.peek(&mut [0]).map_err(|error| error.kind()),
        Err(ErrorKind::WouldBlock | ErrorKind::TimedOut)
    );
    let _ = stream.set_read_timeout(None);
    quiet
}

fn read(stream: &mut TcpStream, level: u8) -> Option<Packet> {
    let first = byte(stream)?;
    let mut length = 0;
    for shift in [0, 7, 14, 21] {
        let next = byte(stream)?;
        length |= usize::from(next & 0x7F) << shift;
        if next & 0x80 == 0 {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let mut rest = Rest(&body, level);
    Some(match first & 0xF0 {
        0x10 => Packet::Connect(rest.client()),
        0x30 => Packet::Publish(rest.message(first)),
        0x60 => Packet::PubRel(rest.two()),
        0xC0 => Packet::Ping,
        0xE0 => Packet::Disconnect,
        other => panic!("a packet of kind {other:#x}"),
    })
}

fn byte(stream: &mut TcpStream) -> Option<u8> {
    let mut byte = [0];
    stream.read_exact(&mut byte).ok()?;
    Some(byte[0])
}

struct Rest<'a>(&'a [u8], u8);

impl Rest<'_> {
    fn take(&mut self, count: usize) -> &[u8] {
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }

    fn two(&mut self) -> u16 {
        let bytes = self.take(2);
        u16::from_be_bytes([bytes[0], bytes[1]])
    }

    fn text(&mut self) -> String {
        let length = self.two();
        String::from_utf8(self.take(usize::from(length)).to_vec()).unwrap()
    }

    /// None of ours are longer than a byte can say.
    fn properties(&mut self) {
        if self.1 == 5 {
            let length = usize::from(self.take(1)[0]);
            self.take(length);
        }
    }

    fn client(&mut self) -> Client {
        assert_eq!(self.text(), "MQTT");
        let level = self.take(1)[0];
        self.1 = level;
        let flags = self.take(1)[0];
        let keep_alive = self.two();
        self.properties();
        let id = self.text();
        let user = (flags & 0x80 != 0).then(|| self.text());
        let password = (flags & 0x40 != 0).then(|| self.text());
        Client {
            level,
            clean: flags & 2 != 0,
            keep_alive,
            id,
            user,
            password,
        }
    }

    fn message(&mut self, first: u8) -> Message {
        let topic = self.text();
        let qos = first >> 1 & 3;
        let id = if qos > 0 { self.two() } else { 0 };
        self.properties();
        Message {
            duplicate: first & 8 != 0,
            qos,
            id,
            topic,
            payload: String::from_utf8(self.0.to_vec()).unwrap(),
        }
    }
}
