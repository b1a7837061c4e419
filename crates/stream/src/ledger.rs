//! The books: what was handed over, what became of it, and who has been told.
//!
//! Plain arithmetic; no lock, no time, no records. The lanes' own lengths are `pending`, so that the invariant
//! of [`Stats`](crate::Stats) is a statement about two rooms and not a definition.

use crate::{Dropped, Drops, Flushed, Inherited, ProblemKind, Setback, Timestamp};

/// The books of one stream.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) enqueued: u64,
    pub(crate) acknowledged: u64,
    pub(crate) dropped: Drops,
    /// What was taken over from others, and its fate; in the sums above, too.
    pub(crate) inherited: Inherited,
    /// Records that were dropped for want of room or time, since somebody was last told.
    pub(crate) overflow: Overflowed,
    /// Losses of accepted records that no flush has told yet.
    untold: Losses,
    watches: Vec<(WatchId, Watch)>,
    next_watch: u64,
    last_rejection: Option<String>,
}

/// Names a watch, until its flush ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WatchId(u64);

/// Losses of records that had been accepted.
#[derive(Debug, Clone, Copy, Default)]
struct Losses {
    rejected: u64,
    left: u64,
}

/// Records that were dropped for want of room or time, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Overflowed {
    pub(crate) drops: Drops,
    /// The first and the last moment.
    pub(crate) between: Option<(Timestamp, Timestamp)>,
}

/// What one flush sees while it waits.
#[derive(Debug)]
struct Watch {
    /// The flush speaks of the records with a lower sequence number.
    before: u64,
    /// Losses that it will tell.
    told: Losses,
    /// Losses meanwhile of records that it does not speak of: they remain untold.
    beyond: Losses,
}

impl Overflowed {
    fn add(&mut self, reason: Dropped, count: u64) {
        if count == 0 || !matches!(reason, Dropped::QueueFull | Dropped::Evicted | Dropped::Expired) {
            return;
        }
        self.drops.add(reason, count);
        let now = Timestamp::now();
        let first = self.between.map_or(now, |(first, _)| first);
        self.between = Some((first, now));
    }
}

impl Losses {
    fn add(&mut self, reason: Dropped, count: u64) {
        match reason {
            Dropped::Rejected => self.rejected += count,
            _ => self.left += count,
        }
    }
}

impl Ledger {
    /// `send` refused a record.
    pub(crate) fn refuse(&mut self, reason: Dropped) {
        self.enqueued += 1;
        self.dropped.add(reason, 1);
        self.overflow.add(reason, 1);
    }

    /// An accepted record is lost.
    pub(crate) fn lose(&mut self, sequence: u64, reason: Dropped) {
        self.lose_many(sequence, 1, reason);
    }

    /// So many accepted records are lost, from this one on.
    pub(crate) fn lose_many(&mut self, first: u64, count: u64, reason: Dropped) {
        self.dropped.add(reason, count);
        self.overflow.add(reason, count);
        self.untold.add(reason, count);
        for (_, watch) in &mut self.watches {
            let told = watch.before.saturating_sub(first).min(count);
            watch.told.add(reason, told);
            watch.beyond.add(reason, count - told);
        }
    }

    /// So many records were found in what somebody left behind.
    pub(crate) fn inherit(&mut self, count: u64) {
        self.inherited.adopted += count;
        self.inherited.pending += count;
    }

    /// An inherited record has arrived.
    pub(crate) fn acknowledge_inherited(&mut self) {
        self.acknowledged += 1;
        self.inherited.acknowledged += 1;
        self.inherited.pending -= 1;
    }

    /// So many inherited records are lost. No flush speaks of them.
    pub(crate) fn lose_inherited(&mut self, count: u64, reason: Dropped) {
        self.dropped.add(reason, count);
        self.overflow.add(reason, count);
        self.inherited.dropped += count;
        self.inherited.pending = self.inherited.pending.saturating_sub(count);
    }

    /// Why the last rejected record was rejected.
    pub(crate) fn note_rejection(&mut self, reason: &str) {
        self.last_rejection = Some(reason.to_owned());
    }

    /// A flush begins, which speaks of the records with a sequence number below `before`.
    pub(crate) fn watch(&mut self, before: u64) -> WatchId {
        let id = WatchId(self.next_watch);
        self.next_watch += 1;
        self.watches.push((
            id,
            Watch {
                before,
                told: self.untold,
                beyond: Losses::default(),
            },
        ));
        id
    }

    /// The lowest sequence number that some flush waits for to be settled, or 0.
    pub(crate) fn first_watched(&self) -> u64 {
        self.watches
            .iter()
            .map(|(_, watch)| watch.before)
            .min()
            .unwrap_or(0)
    }

    /// The flush ends, with `pending` of its records unsettled because of `setback`.
    pub(crate) fn tell(&mut self, id: WatchId, pending: u64, setback: Option<&Setback>) -> Flushed {
        let Some(position) = self.watches.iter().position(|(other, _)| *other == id) else {
            return Flushed::default();
        };
        let (_, watch) = self.watches.swap_remove(position);
        self.untold.rejected = self.untold.rejected.min(watch.beyond.rejected);
        self.untold.left = self.untold.left.min(watch.beyond.left);
        let problem = if pending > 0 || watch.told.left > 0 {
            Some(match setback {
                Some(setback) => (setback.kind(), setback.why()),
                None => (ProblemKind::Unanswered, "the server has not answered yet"),
            })
        } else if watch.told.rejected > 0 {
            let why = self.last_rejection.as_deref();
            why.map(|why| (ProblemKind::Rejected, why))
        } else {
            None
        };
        Flushed {
            unacknowledged: pending + watch.told.rejected + watch.told.left,
            rejected: watch.told.rejected,
            kept: 0,
            problem: problem.map(|(_, why)| why.to_owned()),
            problem_kind: problem.map(|(kind, _)| kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_told_once() {
        let mut ledger = Ledger::default();
        ledger.lose(3, Dropped::Rejected);
        let first = ledger.watch(5);
        assert_eq!(ledger.tell(first, 0, None).rejected(), 1);
        let second = ledger.watch(5);
        assert!(ledger.tell(second, 0, None).is_complete());
    }

    #[test]
    fn flushes_that_overlap_both_tell_it() {
        let mut ledger = Ledger::default();
        let (first, second) = (ledger.watch(5), ledger.watch(9));
        ledger.lose(3, Dropped::Rejected);
        assert_eq!(ledger.tell(first, 0, None).rejected(), 1);
        assert_eq!(ledger.tell(second, 0, None).rejected(), 1);
    }

    #[test]
    fn a_flush_does_not_swallow_what_it_does_not_speak_of() {
        let mut ledger = Ledger::default();
        let (first, second) = (ledger.watch(5), ledger.watch(5));
        ledger.lose(3, Dropped::Rejected);
        assert_eq!(ledger.tell(first, 0, None).rejected(), 1);
        ledger.lose(7, Dropped::Rejected);
        assert_eq!(ledger.tell(second, 0, None).rejected(), 1);
        let third = ledger.watch(9);
        assert_eq!(ledger.tell(third, 0, None).rejected(), 1);
    }
}
