//! One connection to a broker: packets are queued and written, others come in, and neither waits for the other.
//!
//! * Writing takes what goes without waiting. Where a broker does not read on until its acknowledgements have been read,
//!   reading helps; so whoever writes reads in between.
//! * A packet that comes in has 64 KiB at most, and we say so where MQTT 5 allows it: nobody sends us messages.
//! * An end in the middle of what we write is noticed when everything that the broker said before has been read.

use std::io;
use std::time::{Duration, Instant};

use tnt4_mqtt::{AckKind, Packet, Properties, Reason, TooLong, Version, frame};

use super::channel::Channel;
use super::{Stop, refusal};
use crate::Setback;
use crate::net::socket::is_late;
use crate::net::words::{Secrets, shown};

/// The longest packet that we take.
pub(super) const LONGEST_INCOMING: usize = 64 * 1024;

/// One connection to a broker.
pub(super) struct Connection {
    channel: Channel,
    version: Version,
    incoming: Vec<u8>,
    /// How many bytes of `incoming` have been read as packets.
    taken: usize,
    outgoing: Vec<u8>,
    /// How many bytes of `outgoing` have been written.
    sent: usize,
    /// How many bytes were ever queued.
    queued: u64,
    /// Writing has failed.
    broken: bool,
    keep_alive: Option<Duration>,
    last_sent: Instant,
    /// When the ping went that has no answer yet.
    pinged: Option<Instant>,
    /// How many messages were acknowledged on it.
    pub(super) answered: u64,
}

/// What came in, as far as it concerns us.
#[derive(Debug)]
pub(super) enum Heard {
    ConnAck(Greeting),
    Acknowledgement {
        kind: AckKind,
        id: u16,
        reason: Reason,
        /// What the broker says about it, fit to follow in a sentence.
        words: String,
    },
    Disconnect(Reason, String),
    /// An answer to a ping, or what only those get who subscribe.
    Other,
}

/// The broker's CONNACK.
#[derive(Debug)]
pub(super) struct Greeting {
    pub(super) session_present: bool,
    pub(super) reason: Reason,
    pub(super) words: String,
    pub(super) receive_maximum: Option<u16>,
    pub(super) maximum_packet_size: Option<u32>,
    pub(super) maximum_qos: Option<u8>,
    pub(super) server_keep_alive: Option<u16>,
}

impl Connection {
    pub(super) fn new(channel: Channel, version: Version, keep_alive: Option<Duration>) -> Self {
        Connection {
            channel,
            version,
            incoming: Vec::new(),
            taken: 0,
            outgoing: Vec::new(),
            sent: 0,
            queued: 0,
            broken: false,
            keep_alive,
            last_sent: Instant::now(),
            pinged: None,
            answered: 0,
        }
    }

    pub(super) fn version(&self) -> Version {
        self.version
    }

    pub(super) fn set_keep_alive(&mut self, keep_alive: Option<Duration>) {
        self.keep_alive = keep_alive;
    }

    /// Queues a packet, and says where it ends among all that was queued.
    pub(super) fn queue(&mut self, packet: &Packet<'_>) -> Result<u64, TooLong> {
        let before = self.outgoing.len();
        packet.write(self.version, &mut self.outgoing)?;
        self.queued += (self.outgoing.len() - before) as u64;
        Ok(self.queued)
    }

    /// How many bytes are queued and not written.
    pub(super) fn unwritten(&self) -> usize {
        self.outgoing.len() - self.sent
    }

    /// How many bytes were ever written.
    pub(super) fn written(&self) -> u64 {
        self.queued - self.unwritten() as u64
    }

    /// Writes what goes without waiting; false where some remains.
    pub(super) fn write(&mut self) -> bool {
        while !self.broken {
            let rest = self.outgoing.get(self.sent..).unwrap_or_default();
            let outcome = match rest {
                [] => self.channel.flush_now().map(|()| 0),
                rest => self.channel.write_now(rest),
            };
            match outcome {
                Ok(0) if self.unwritten() == 0 => {
                    self.outgoing.clear();
                    self.sent = 0;
                    return true;
                }
                Ok(0) => self.broken = true,
                Ok(count) => {
                    self.sent += count;
                    self.last_sent = Instant::now();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
                Err(_) => self.broken = true,
            }
        }
        false
    }

    /// Whether nothing more can be written.
    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Takes in what comes within `wait`; false where nothing does.
    pub(super) fn fetch(&mut self, wait: Duration) -> Result<bool, Stop> {
        let mut buffer = [0; 16 * 1024];
        match self.channel.read(&mut buffer, wait) {
            Ok(0) => Err(Stop::Ended("the broker ended the connection".to_owned())),
            Ok(count) => {
                self.incoming
                    .extend_from_slice(buffer.get(..count).unwrap_or_default());
                Ok(true)
            }
            Err(error) if is_late(&error) || error.kind() == io::ErrorKind::Interrupted => Ok(false),
            Err(error) => Err(Stop::Ended(format!(
                "the connection to the broker broke ({error})"
            ))),
        }
    }

    /// The first byte of the next packet, before it is whole.
    pub(super) fn first(&self) -> Option<u8> {
        self.incoming.get(self.taken).copied()
    }

    /// The next packet of those that came in.
    pub(super) fn next(&mut self, secrets: &Secrets) -> Result<Option<Heard>, Stop> {
        let rest = self.incoming.get(self.taken..).unwrap_or_default();
        let found = frame(rest, LONGEST_INCOMING)
            .and_then(|found| {
                found
                    .map(|frame| Packet::read(&frame, self.version).map(|packet| (packet, frame.length)))
                    .transpose()
            })
            .map_err(|error| {
                Stop::Setback(Setback::retry(format!(
                    "what comes from there is not MQTT ({error}): check address and port"
                )))
            })?;
        let Some((packet, length)) = found else {
            self.incoming.drain(..self.taken);
            self.taken = 0;
            return Ok(None);
        };
        self.taken += length;
        let words = |properties: &Properties<'_>| match properties.reason {
            Some(words) if !words.is_empty() => format!(", “{}”", shown(words, secrets)),
            _ => String::new(),
        };
        Ok(Some(match packet {
            Packet::Acknowledgement(packet) => Heard::Acknowledgement {
                kind: packet.kind,
                id: packet.packet_id,
                reason: packet.reason,
                words: words(&packet.properties),
            },
            Packet::ConnAck(packet) => Heard::ConnAck(Greeting {
                session_present: packet.session_present,
                reason: packet.reason,
                words: words(&packet.properties),
                receive_maximum: packet.properties.receive_maximum,
                maximum_packet_size: packet.properties.maximum_packet_size,
                maximum_qos: packet.properties.maximum_qos,
                server_keep_alive: packet.properties.server_keep_alive,
            }),
            Packet::Disconnect(packet) => Heard::Disconnect(packet.reason, words(&packet.properties)),
            Packet::PingResp => {
                self.pinged = None;
                Heard::Other
            }
            _ => Heard::Other,
        }))
    }

    /// Sends a ping now, and waits until it is answered.
    pub(super) fn ping(&mut self, patience: Duration, secrets: &Secrets) -> Result<(), Stop> {
        // Two bytes are never too long.
        let _ = self.queue(&Packet::PingReq);
        let begun = Instant::now();
        self.pinged = Some(begun);
        while self.pinged.is_some() {
            let wait = match self.write() {
                true => patience.saturating_sub(begun.elapsed()),
                false => Duration::from_millis(2),
            };
            if begun.elapsed() >= patience {
                return Err(Stop::Silent("the broker does not answer a ping".to_owned()));
            }
            self.fetch(wait)?;
            while let Some(heard) = self.next(secrets)? {
                if let Heard::Disconnect(reason, words) = heard {
                    return Err(refusal::of_disconnect(reason, &words));
                }
            }
        }
        Ok(())
    }

    /// Sends a ping where it is time, and says when to look again. The error is an answer that does not come, after
    /// `patience`.
    pub(super) fn keep_alive(&mut self, patience: Duration) -> Result<Option<Duration>, Stop> {
        let Some(keep_alive) = self.keep_alive else {
            return Ok(None);
        };
        let now = Instant::now();
        // A broker waits for half as long again.
        let patience = patience.min(keep_alive / 2);
        if let Some(pinged) = self.pinged {
            let waited = now.duration_since(pinged);
            if waited >= patience {
                let why = "the broker does not answer a ping: the connection is dead";
                return Err(Stop::Setback(Setback::retry(why)));
            }
            return Ok(Some(patience - waited));
        }
        let quiet = now.duration_since(self.last_sent);
        let interval = keep_alive.mul_f32(0.75);
        if quiet < interval {
            return Ok(Some(interval - quiet));
        }
        if self.unwritten() == 0 {
            // Two bytes are never too long.
            let _ = self.queue(&Packet::PingReq);
        }
        self.pinged = Some(now);
        self.write();
        Ok(Some(patience))
    }
}
