//! Messages go out and acknowledgements come in, on a connection that is open.
//!
//! * **Nothing is written without reading**, and nothing is read before what can be written is: see
//!   [`Connection`](super::connection::Connection).
//! * **Verdicts are handed in before anybody waits.** In a crowd of acknowledgements that is once.
//! * **Silence is measured from the last acknowledgement.** A broker that acknowledges slowly is not dead; one that leaves
//!   a message without an answer for the whole timeout is.
//! * **After a setback nothing more is sent**, but what was sent may still be acknowledged, within one timeout.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use tnt4_mqtt::{AckKind, Acknowledgement, Packet, Properties, Publish, Qos, Reason, Topic};

use super::connection::{Connection, Heard};
use super::session::{Again, Change, Session, Waiting};
use super::suspicion::Suspicion;
use super::window::Window;
use super::{Stop, refusal};
use crate::net::words::Secrets;
use crate::{Batch, Record, Setback, Verdict};

/// How often writing is tried again where it got stuck and nothing comes in.
const TRY_AGAIN: Duration = Duration::from_millis(2);

/// How often whoever waits looks whether anybody is still interested.
const LOOK: Duration = Duration::from_millis(200);

/// So many bytes are queued before they are written.
const QUEUED: usize = 64 * 1024;

/// What an exchange needs beside the records.
pub(super) struct Parts<'a> {
    pub(super) connection: &'a mut Connection,
    pub(super) session: &'a mut Session,
    pub(super) window: &'a mut Window,
    pub(super) suspicion: &'a mut Suspicion,
    pub(super) secrets: &'a Secrets,
    pub(super) default_topic: &'a str,
    pub(super) qos: Qos,
    /// The longest packet that the broker takes, in bytes.
    pub(super) longest: usize,
    /// How long an acknowledgement may take.
    pub(super) timeout: Duration,
}

/// Messages out, acknowledgements in.
pub(super) struct Exchange<'a> {
    parts: Parts<'a>,
    /// What is known and has not been handed in.
    verdicts: Vec<(usize, Verdict)>,
    /// Messages of QoS 0 that are queued.
    passing: Vec<usize>,
    /// The last acknowledgement, or when the first message went.
    since: Instant,
    /// Why nothing more is sent.
    stop: Option<Setback>,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(parts: Parts<'a>) -> Self {
        Exchange {
            parts,
            verdicts: Vec::new(),
            passing: Vec::new(),
            since: Instant::now(),
            stop: None,
        }
    }

    /// Sends the batch's unsettled records until all are settled.
    pub(super) fn run(mut self, batch: &mut Batch<'_>) -> Result<(), Stop> {
        let mut waiting = self.parts.session.enter(batch);
        let outcome = self.go_on(batch, &mut waiting);
        batch.settle_each(self.verdicts.drain(..));
        self.parts.session.leave();
        match (outcome, self.stop) {
            (_, Some(setback)) => Err(Stop::Setback(setback)),
            (outcome, None) => outcome,
        }
    }

    fn go_on(&mut self, batch: &mut Batch<'_>, waiting: &mut VecDeque<Waiting<'_>>) -> Result<(), Stop> {
        // At QoS 0 nobody says that the connection has ended: better to ask than to write into the void.
        if self.parts.qos == Qos::AtMostOnce {
            self.parts.connection.fetch(Duration::ZERO)?;
        }
        loop {
            batch.settle_each(self.verdicts.drain(..));
            let done = match &self.stop {
                Some(_) => self.parts.session.on_the_way() == 0,
                None => batch.unsettled_count() == 0,
            };
            if done || batch.is_abandoned() {
                return Ok(());
            }
            if self.stop.is_none() && self.parts.window.has_room(self.parts.session.on_the_way()) {
                self.fill(waiting);
            }
            let keep_alive = self.parts.connection.keep_alive(self.parts.timeout)?;
            let all = self.parts.connection.write();
            self.pass(all);
            if !self.verdicts.is_empty() {
                continue;
            }
            let wait = keep_alive.unwrap_or(LOOK).min(LOOK).min(self.left()?);
            let wait = match all || self.parts.connection.is_broken() {
                // On a long way the window is wider than what was queued, and nobody is to wait as long as it has room.
                true if all && self.may_go_on(waiting) => Duration::ZERO,
                true => wait,
                false => TRY_AGAIN,
            };
            self.parts.connection.fetch(wait)?;
            self.hear()?;
        }
    }

    /// Takes what came in, without waiting for more.
    fn hear(&mut self) -> Result<(), Stop> {
        while let Some(heard) = self.parts.connection.next(self.parts.secrets)? {
            match heard {
                Heard::Acknowledgement {
                    kind,
                    id,
                    reason,
                    words,
                } => {
                    let written = self.parts.connection.written();
                    let change = self.parts.session.acknowledged(kind, id, reason, written);
                    self.apply(change, reason, &words)?;
                }
                Heard::Disconnect(reason, words) => return Err(refusal::of_disconnect(reason, &words)),
                Heard::ConnAck(_) | Heard::Other => {}
            }
        }
        Ok(())
    }

    /// What there is while nothing is to be sent: whatever came in is taken, and the connection kept alive. Says when to look
    /// again.
    pub(super) fn rest(mut self) -> Result<Option<Duration>, Stop> {
        self.parts.connection.fetch(Duration::ZERO)?;
        self.hear()?;
        match self.stop {
            Some(setback) => Err(Stop::Setback(setback)),
            None => self.parts.connection.keep_alive(self.parts.timeout),
        }
    }

    fn apply(&mut self, change: Change, reason: Reason, words: &str) -> Result<(), Stop> {
        match change {
            Change::Nothing => {}
            Change::Release(id) => self.release(id),
            Change::Settled(verdict) => {
                self.answered();
                self.verdicts.extend(verdict);
            }
            Change::Kept(judgement, record) => {
                self.answered();
                let topic = topic(&record, self.parts.default_topic);
                let setback = refusal::setback_of_message(&judgement, reason, topic, words);
                self.stop.get_or_insert(setback);
            }
            Change::Absurd => {
                let why = "the broker acknowledges what it was not sent";
                return Err(Stop::Setback(Setback::retry(why)));
            }
        }
        Ok(())
    }

    fn answered(&mut self) {
        self.parts.connection.answered += 1;
        self.parts.window.answered();
        self.parts.suspicion.answered();
        if self.stop.is_none() {
            self.since = Instant::now();
        }
    }

    fn release(&mut self, id: u16) {
        let packet = Packet::Acknowledgement(Acknowledgement::new(AckKind::PubRel, id));
        // Four bytes are never too long.
        let _ = self.parts.connection.queue(&packet);
        if self.stop.is_none() {
            self.since = Instant::now();
        }
    }

    /// Whether there is more that may go.
    fn may_go_on(&self, waiting: &VecDeque<Waiting<'_>>) -> bool {
        self.stop.is_none()
            && (self.parts.session.next().is_some() || !waiting.is_empty())
            && self.parts.window.has_room(self.parts.session.on_the_way())
    }

    /// Queues what may go.
    fn fill(&mut self, waiting: &mut VecDeque<Waiting<'_>>) {
        if self.parts.session.on_the_way() == 0 && self.passing.is_empty() {
            self.since = Instant::now();
        }
        while self.parts.connection.unwritten() < QUEUED
            && self.parts.window.admits(self.parts.session.on_the_way())
        {
            let queued = match self.parts.session.next() {
                Some(Again::Release(id)) => {
                    let packet = Acknowledgement::new(AckKind::PubRel, id);
                    self.parts.connection.queue(&Packet::Acknowledgement(packet))
                }
                Some(Again::Publish(id, record)) => {
                    let payload = record.payload();
                    let topic = self.parts.default_topic;
                    let message = message(record, topic, &payload, self.parts.qos, id, true);
                    self.parts.connection.queue(&Packet::Publish(message))
                }
                None => match waiting.pop_front() {
                    Some(next) => {
                        self.send(&next);
                        continue;
                    }
                    None => return,
                },
            };
            // It was queued before, so it is not too long.
            self.parts.session.sent(queued.unwrap_or(0));
        }
    }

    /// Queues a record for the first time in this session.
    fn send(&mut self, next: &Waiting<'_>) {
        let id = match self.parts.qos {
            Qos::AtMostOnce => 0,
            _ => self.parts.session.free_id(),
        };
        let payload = next.record.payload();
        let message = message(
            next.record,
            self.parts.default_topic,
            &payload,
            self.parts.qos,
            id,
            next.tried,
        );
        let length = message.packet_length(self.parts.connection.version());
        if length > self.parts.longest {
            let reason = format!(
                "a packet of {length} bytes, and the broker takes {}: it is too large",
                self.parts.longest
            );
            self.verdicts.push((next.index, Verdict::Rejected(reason)));
            return;
        }
        match self.parts.connection.queue(&Packet::Publish(message)) {
            Ok(_) if self.parts.qos == Qos::AtMostOnce => self.passing.push(next.index),
            Ok(end) => self.parts.session.published(id, next, end),
            Err(error) => self
                .verdicts
                .push((next.index, Verdict::Rejected(error.to_string()))),
        }
    }

    /// Settles the messages of QoS 0 that have been written. Below TLS only all that was written is known to be.
    fn pass(&mut self, all: bool) {
        if all {
            let written = self.passing.drain(..);
            self.verdicts.extend(written.map(|index| (index, Verdict::Done)));
        }
    }

    /// How long an acknowledgement may still take.
    fn left(&self) -> Result<Duration, Stop> {
        let left = self.parts.timeout.saturating_sub(self.since.elapsed());
        if !left.is_zero() {
            return Ok(left);
        }
        Err(Stop::Silent(format!(
            "the broker has not acknowledged a message for {} s",
            self.parts.timeout.as_secs_f32()
        )))
    }
}

/// The message for a record.
fn message<'m>(
    record: &'m Record,
    default_topic: &'m str,
    payload: &'m [u8],
    qos: Qos,
    packet_id: u16,
    duplicate: bool,
) -> Publish<'m> {
    Publish {
        // At QoS 0 the mark is not allowed.
        duplicate: duplicate && qos != Qos::AtMostOnce,
        qos,
        retain: false,
        topic: topic(record, default_topic),
        packet_id,
        properties: Properties::NONE,
        payload,
    }
}

/// Where a record goes. What another program has written is not to end the connection.
fn topic<'m>(record: &'m Record, default_topic: &'m str) -> &'m str {
    let key = record.routing_key();
    if Topic::is_one(key) { key } else { default_topic }
}
