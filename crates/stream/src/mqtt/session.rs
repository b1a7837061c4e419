//! What is in flight, and what that means for records that are offered again.
//!
//! No I/O: packets go in by [`Session::acknowledged`] and come out of [`Session::next`].
//!
//! # What holds
//!
//! * A packet identifier names one record from the moment it is given until the broker has acknowledged it, or the session
//!   has ended: it is never given twice meanwhile. Identifiers are 1 to 65,535, in turn.
//! * Where the broker has kept the session, everything in flight goes again in its old order, under its old identifier:
//!   a message, marked as a duplicate, or the PUBREL of one that the broker has received.
//! * A record is recognised by what never changes about it, its bytes and its routing key: the worker may offer it again
//!   under another index, after records from elsewhere, or not at all. What was acknowledged meanwhile is remembered until
//!   the record is offered again.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};

use tnt4_mqtt::{AckKind, Reason};

use super::refusal::{self, Judgement};
use crate::{Batch, Record, Verdict};

/// How many answers about records that nobody offers are remembered.
const REMEMBERED: usize = 2048;

/// What is in flight.
#[derive(Default)]
pub(super) struct Session {
    flights: HashMap<u16, Flight>,
    /// What is to go again on this connection, before anything else.
    again: VecDeque<u16>,
    last_id: u16,
    next_order: u64,
    /// Verdicts about records that were not on offer.
    remembered: VecDeque<(Record, Verdict)>,
    /// Records that were in flight in a session that is no more.
    tried: Vec<Record>,
    hasher: RandomState,
}

/// A message without its last acknowledgement.
struct Flight {
    record: Record,
    /// Rises from message to message.
    order: u64,
    stage: Stage,
    /// Its record's place in the batch that is being delivered.
    index: Option<usize>,
    /// Where it ends among all that was queued on this connection; `None` where it has not been.
    end: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// PUBACK or PUBREC is to come.
    Published,
    /// PUBREC has come, PUBCOMP is to.
    Released,
}

/// A record that is to go for the first time in this session.
pub(super) struct Waiting<'a> {
    pub(super) index: usize,
    pub(super) record: &'a Record,
    /// Whether the broker may have it from an earlier session.
    pub(super) tried: bool,
}

/// What an acknowledgement changes.
pub(super) enum Change {
    /// Nothing that concerns anybody.
    Nothing,
    /// PUBREL is to go.
    Release(u16),
    /// The record with this index has its verdict, where it is on offer.
    Settled(Option<(usize, Verdict)>),
    /// The record stays; what stands in the way.
    Kept(Judgement, Record),
    /// The broker acknowledges what it was not sent, or otherwise than it must.
    Absurd,
}

/// What goes again.
pub(super) enum Again<'a> {
    Publish(u16, &'a Record),
    Release(u16),
}

impl Session {
    /// A batch is on offer. Settles those of its records whose verdict has come already, finds those that are in flight,
    /// and returns the others in their order.
    pub(super) fn enter<'a>(&mut self, batch: &mut Batch<'a>) -> VecDeque<Waiting<'a>> {
        let mut slots = self.slots();
        let mut settled = Vec::new();
        let mut waiting = VecDeque::new();
        let mut recalled = Vec::new();
        for (index, record) in batch.unsettled() {
            let slot = if slots.is_empty() {
                None
            } else {
                let same = |slot: &Slot| self.record_of(slot).is_some_and(|other| is_same(other, record));
                slots.get_mut(&self.hash(record)).and_then(|slots| {
                    let at = slots.iter().position(same)?;
                    Some(slots.remove(at))
                })
            };
            match slot {
                Some(Slot::Flight(id)) => {
                    if let Some(flight) = self.flights.get_mut(&id) {
                        flight.index = Some(index);
                    }
                }
                Some(Slot::Remembered(at)) => {
                    recalled.push(at);
                    let verdict = self.remembered.get(at).map(|(_, verdict)| verdict.clone());
                    settled.extend(verdict.map(|verdict| (index, verdict)));
                }
                slot => waiting.push_back(Waiting {
                    index,
                    record,
                    tried: slot.is_some(),
                }),
            }
        }
        batch.settle_each(settled);
        recalled.sort_unstable();
        for at in recalled.into_iter().rev() {
            self.remembered.remove(at);
        }
        waiting
    }

    /// The batch is on offer no more.
    pub(super) fn leave(&mut self) {
        self.flights.values_mut().for_each(|flight| flight.index = None);
    }

    /// The broker goes on with the session: all that is in flight is to go again.
    pub(super) fn resumed(&mut self) {
        self.flights.values_mut().for_each(|flight| flight.end = None);
        let mut ids: Vec<(u64, u16)> = self
            .flights
            .iter()
            .map(|(id, flight)| (flight.order, *id))
            .collect();
        ids.sort_unstable();
        self.again = ids.into_iter().map(|(_, id)| id).collect();
    }

    /// The broker knows nothing of the session.
    pub(super) fn lost(&mut self) {
        self.again.clear();
        let flights = self.flights.drain().map(|(_, flight)| flight.record);
        self.tried.extend(flights);
        let forgotten = self.tried.len().saturating_sub(REMEMBERED);
        self.tried.drain(..forgotten);
    }

    /// How many messages were sent on this connection and have not been acknowledged.
    pub(super) fn on_the_way(&self) -> usize {
        self.flights.len() - self.again.len()
    }

    /// What is to go again, next; [`sent`](Self::sent) takes it.
    pub(super) fn next(&self) -> Option<Again<'_>> {
        let id = *self.again.front()?;
        let flight = self.flights.get(&id)?;
        Some(match flight.stage {
            Stage::Published => Again::Publish(id, &flight.record),
            Stage::Released => Again::Release(id),
        })
    }

    /// What [`next`](Self::next) said ends here among all that was queued on the connection.
    pub(super) fn sent(&mut self, end: u64) {
        if let Some(flight) = self.again.pop_front().and_then(|id| self.flights.get_mut(&id)) {
            flight.end = Some(end);
        }
    }

    /// An identifier that is free. There are at most a thousand in flight.
    pub(super) fn free_id(&mut self) -> u16 {
        loop {
            self.last_id = self.last_id.checked_add(1).unwrap_or(1);
            if !self.flights.contains_key(&self.last_id) {
                return self.last_id;
            }
        }
    }

    /// A record was queued as a message with this identifier, and ends here.
    pub(super) fn published(&mut self, id: u16, waiting: &Waiting<'_>, end: u64) {
        let flight = Flight {
            record: waiting.record.again(),
            order: self.next_order,
            stage: Stage::Published,
            index: Some(waiting.index),
            end: Some(end),
        };
        self.next_order += 1;
        self.flights.insert(id, flight);
        if waiting.tried {
            let at = self.tried.iter().position(|other| is_same(other, waiting.record));
            at.map(|at| self.tried.swap_remove(at));
        }
    }

    /// An acknowledgement has come, when so many bytes had been written.
    pub(super) fn acknowledged(&mut self, kind: AckKind, id: u16, reason: Reason, written: u64) -> Change {
        let Some(flight) = self.flights.get_mut(&id) else {
            // The broker has something of a session that we know nothing of, and is to forget it.
            return match kind {
                AckKind::PubRec if !reason.is_failure() => Change::Release(id),
                _ => Change::Nothing,
            };
        };
        if flight.end.is_none_or(|end| end > written) {
            return Change::Absurd;
        }
        match (kind, flight.stage) {
            (AckKind::PubRec, Stage::Published) if !reason.is_failure() => {
                flight.stage = Stage::Released;
                Change::Release(id)
            }
            (AckKind::PubRec, Stage::Released) => Change::Release(id),
            (AckKind::PubAck | AckKind::PubRec, Stage::Published) => {
                let index = flight.index;
                match refusal::of_message(reason) {
                    Judgement::Verdict(verdict) => Change::Settled(self.settle(id, index, verdict)),
                    kept => match self.flights.remove(&id) {
                        Some(flight) => Change::Kept(kept, flight.record),
                        None => Change::Nothing,
                    },
                }
            }
            // Whatever it says: the message was received, and the broker has nothing more to do about it.
            (AckKind::PubComp, Stage::Released) => {
                let index = flight.index;
                Change::Settled(self.settle(id, index, Verdict::Done))
            }
            _ => Change::Absurd,
        }
    }

    /// The first message that has had no answer on this connection, whether it is the only one, and its size.
    pub(super) fn first_unanswered(&self) -> Option<(u16, &Record, bool)> {
        let sent = || self.flights.iter().filter(|(_, flight)| flight.end.is_some());
        let (id, first) = sent()
            .filter(|(_, flight)| flight.stage == Stage::Published)
            .min_by_key(|(_, flight)| flight.order)?;
        Some((*id, &first.record, sent().count() == 1))
    }

    /// A record will not be sent any more.
    pub(super) fn give_up(&mut self, id: u16, verdict: Verdict) -> Option<(usize, Verdict)> {
        let index = self.flights.get(&id)?.index;
        self.settle(id, index, verdict)
    }

    fn settle(&mut self, id: u16, index: Option<usize>, verdict: Verdict) -> Option<(usize, Verdict)> {
        let flight = self.flights.remove(&id)?;
        self.again.retain(|other| *other != id);
        if let Some(index) = index {
            return Some((index, verdict));
        }
        if self.remembered.len() >= REMEMBERED {
            self.remembered.pop_front();
        }
        self.remembered.push_back((flight.record, verdict));
        None
    }

    /// What is known of records, by their hashes; those in flight by their order, so that equals are found in theirs.
    fn slots(&self) -> HashMap<u64, Vec<Slot>> {
        let mut slots: HashMap<u64, Vec<Slot>> = HashMap::new();
        let mut note = |record: &Record, slot| slots.entry(self.hash(record)).or_default().push(slot);
        for (at, (record, _)) in self.remembered.iter().enumerate() {
            note(record, Slot::Remembered(at));
        }
        let mut flights: Vec<_> = self.flights.iter().collect();
        flights.sort_unstable_by_key(|(_, flight)| flight.order);
        for (id, flight) in flights {
            note(&flight.record, Slot::Flight(*id));
        }
        for (at, record) in self.tried.iter().enumerate() {
            note(record, Slot::Tried(at));
        }
        slots
    }

    fn record_of(&self, slot: &Slot) -> Option<&Record> {
        match slot {
            Slot::Flight(id) => self.flights.get(id).map(|flight| &flight.record),
            Slot::Remembered(at) => self.remembered.get(*at).map(|(record, _)| record),
            Slot::Tried(at) => self.tried.get(*at),
        }
    }

    fn hash(&self, record: &Record) -> u64 {
        self.hasher.hash_one((record.routing_key(), record.bytes()))
    }
}

/// Where something is known of a record.
enum Slot {
    Flight(u16),
    Remembered(usize),
    Tried(usize),
}

pub(super) fn is_same(one: &Record, other: &Record) -> bool {
    one.bytes() == other.bytes() && one.routing_key() == other.routing_key()
}
