//! The records between their callers and the worker: bounded, in order, in memory.
//!
//! Plain data; the lock is [`shared`](crate::shared)'s. Invariants:
//! * what waits and what is in flight together cost at most the bound;
//! * sequence numbers rise along the queue, and all in flight lie below all that wait;
//! * a record leaves only by a verdict, or when the stream is abandoned.

use std::collections::VecDeque;

use crate::Dropped;
use crate::record::{Draft, Record};

/// The bounds of a queue and of the batches taken from it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// What all records together may cost, in bytes.
    pub(crate) queue_bytes: usize,
    /// Records in a batch, at least 1.
    pub(crate) batch_records: usize,
    /// Bytes in a batch; one record is taken whatever its size.
    pub(crate) batch_bytes: usize,
}

impl Limits {
    /// What may be in use after a record has been added: a tenth is kept for errors and above.
    fn bound(&self, grave: bool) -> usize {
        if grave {
            self.queue_bytes
        } else {
            self.queue_bytes - self.queue_bytes / 10
        }
    }
}

/// The records between their callers and the worker.
#[derive(Debug)]
pub(crate) struct Queue {
    limits: Limits,
    waiting: VecDeque<Record>,
    waiting_cost: usize,
    /// Sequence numbers of the unsettled records that the worker holds, rising, each with its cost.
    flight: VecDeque<(u64, usize)>,
    flight_cost: usize,
    next_sequence: u64,
}

impl Queue {
    pub(crate) fn new(limits: Limits) -> Self {
        Queue {
            limits,
            waiting: VecDeque::new(),
            waiting_cost: 0,
            flight: VecDeque::new(),
            flight_cost: 0,
            next_sequence: 0,
        }
    }

    /// Whether the record would fit now. [`Dropped::RecordTooLarge`] says that it never will.
    pub(crate) fn admits(&self, draft: &Draft) -> Result<(), Dropped> {
        let bound = self.limits.bound(draft.grave);
        if draft.cost() > bound {
            Err(Dropped::RecordTooLarge)
        } else if self.waiting_cost + self.flight_cost + draft.cost() > bound {
            Err(Dropped::QueueFull)
        } else {
            Ok(())
        }
    }

    /// Appends a record that [`admits`](Self::admits) let in.
    pub(crate) fn append(&mut self, draft: Draft) {
        let record = draft.accept(self.next_sequence);
        self.next_sequence += 1;
        self.waiting_cost += record.cost();
        self.waiting.push_back(record);
    }

    /// The sequence number of the next record: all accepted ones have a lower one.
    pub(crate) fn next_sequence(&self) -> u64 {
        self.next_sequence
    }

    /// The first sequence number that waits for the worker.
    pub(crate) fn first_waiting(&self) -> Option<u64> {
        self.waiting.front().map(|record| record.sequence)
    }

    /// All records below this sequence number are settled.
    pub(crate) fn settled_before(&self) -> u64 {
        match (self.flight.front(), self.waiting.front()) {
            (Some((sequence, _)), _) => *sequence,
            (None, Some(record)) => record.sequence,
            (None, None) => self.next_sequence,
        }
    }

    /// How many unsettled records have a lower sequence number.
    pub(crate) fn pending_before(&self, sequence: u64) -> u64 {
        let flight = self.flight.partition_point(|(other, _)| *other < sequence);
        let waiting = self.waiting.partition_point(|record| record.sequence < sequence);
        (flight + waiting) as u64
    }

    /// How many records are unsettled.
    pub(crate) fn pending(&self) -> u64 {
        (self.flight.len() + self.waiting.len()) as u64
    }

    /// Whether a whole batch waits.
    pub(crate) fn has_whole_batch(&self) -> bool {
        self.waiting.len() >= self.limits.batch_records || self.waiting_cost >= self.limits.batch_bytes
    }

    /// Hands the first records to the worker, which gives back what it could not settle.
    pub(crate) fn take_batch(&mut self) -> Vec<Record> {
        let mut bytes = 0;
        let fits = |record: &&Record| {
            bytes += record.bytes().len();
            bytes <= self.limits.batch_bytes
        };
        let count = self
            .waiting
            .iter()
            .take(self.limits.batch_records)
            .take_while(fits)
            .count();
        let count = count.max(1).min(self.waiting.len());
        let batch: Vec<Record> = self.waiting.drain(..count).collect();
        for record in &batch {
            self.waiting_cost -= record.cost();
            self.flight_cost += record.cost();
            self.flight.push_back((record.sequence, record.cost()));
        }
        batch
    }

    /// Takes a record out of flight; false where it was not (the stream has been abandoned since).
    pub(crate) fn settle(&mut self, sequence: u64) -> bool {
        let Ok(position) = self.flight.binary_search_by_key(&sequence, |(other, _)| *other) else {
            return false;
        };
        if let Some((_, cost)) = self.flight.remove(position) {
            self.flight_cost -= cost;
        }
        true
    }

    /// Takes back what was not settled, rising as it was handed out.
    pub(crate) fn give_back(&mut self, unsettled: impl DoubleEndedIterator<Item = Record>) {
        for record in unsettled.rev() {
            if self.settle(record.sequence) {
                self.waiting_cost += record.cost();
                self.waiting.push_front(record);
            }
        }
    }

    /// Forgets all records; returns the sequence numbers of those that were unsettled.
    pub(crate) fn abandon(&mut self) -> Vec<u64> {
        let flight = self.flight.drain(..).map(|(sequence, _)| sequence);
        let lost = flight
            .chain(self.waiting.iter().map(|record| record.sequence))
            .collect();
        self.waiting = VecDeque::new();
        (self.waiting_cost, self.flight_cost) = (0, 0);
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tnt4_model::{Event, Item};

    fn draft() -> Draft {
        Draft::encode(&Item::from(Event::new("test"))).unwrap()
    }

    fn queue_of(count: usize, limits: Limits) -> Queue {
        let mut queue = Queue::new(limits);
        (0..count).for_each(|_| queue.append(draft()));
        queue
    }

    const LIMITS: Limits = Limits {
        queue_bytes: 1 << 20,
        batch_records: 4,
        batch_bytes: 1 << 20,
    };

    #[test]
    fn what_comes_back_keeps_its_place() {
        let mut queue = queue_of(6, LIMITS);
        let batch = queue.take_batch();
        assert!(queue.settle(1));
        assert_eq!((queue.settled_before(), queue.pending()), (0, 5));
        queue.give_back(batch.into_iter().filter(|record| record.sequence != 1));
        assert_eq!(
            queue
                .waiting
                .iter()
                .map(|record| record.sequence)
                .collect::<Vec<_>>(),
            [0, 2, 3, 4, 5]
        );
        assert_eq!((queue.flight_cost, queue.pending_before(3)), (0, 2));
    }

    #[test]
    fn a_record_larger_than_a_batch_goes_alone() {
        let mut queue = queue_of(
            3,
            Limits {
                batch_bytes: 10,
                ..LIMITS
            },
        );
        assert_eq!(queue.take_batch().len(), 1);
    }

    #[test]
    fn abandoned_records_do_not_come_back() {
        let mut queue = queue_of(6, LIMITS);
        let batch = queue.take_batch();
        assert_eq!(queue.abandon(), [0, 1, 2, 3, 4, 5]);
        queue.give_back(batch.into_iter());
        assert_eq!(
            (queue.pending(), queue.waiting_cost, queue.flight_cost),
            (0, 0, 0)
        );
    }
}
