//! What became of the records so far, in numbers that always add up.

use crate::Dropped;

/// What became of the records so far.
///
/// Taken under one lock, so that in every snapshot
/// `enqueued + inherited.adopted = acknowledged + dropped.total() + pending`. A record that [`Stream::send`](crate::Stream::send)
/// refused counts as enqueued and as dropped: `enqueued` is the number of calls, and nobody has to add up
/// two places to know what was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Stats {
    /// Records that were handed over, the refused ones included.
    pub enqueued: u64,
    /// Records that the server has said it has.
    pub acknowledged: u64,
    /// Records that will not arrive, by reason.
    pub dropped: Drops,
    /// Records that wait or are on their way; after a close, those that it left on disk.
    pub pending: u64,
    /// Of the pending ones: those that would be lost if the process were killed now, since they are only in memory. With
    /// a spool on disk these are few, and for moments, unless the disk takes nothing.
    pub in_memory: u64,
    /// Of all these: what the stream has taken over from streams that ended without delivering everything.
    pub inherited: Inherited,
}

/// What a stream has taken over from others to the same destination, whose processes have ended, and its fate.
/// All of it is in the sums of [`Stats`], too: `adopted = acknowledged + dropped + pending`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Inherited {
    /// Records that were found. They are found segment by segment, so the number rises while they are delivered.
    pub adopted: u64,
    /// Records that the server has said it has.
    pub acknowledged: u64,
    /// Records that will not arrive.
    pub dropped: u64,
    /// Records that wait or are on their way.
    pub pending: u64,
    /// Whether there may be more than is counted here: what the dead have left is still being looked for, or counted.
    pub more: bool,
}

/// Numbers of dropped records, by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drops([u64; Dropped::ALL.len()]);

impl Drops {
    /// How many were dropped for this reason.
    #[must_use]
    pub fn by(&self, reason: Dropped) -> u64 {
        self.0[reason as usize]
    }

    /// How many were dropped, for whatever reason.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Each reason and its number, also where that is 0.
    pub fn iter(&self) -> impl Iterator<Item = (Dropped, u64)> + '_ {
        Dropped::ALL.iter().map(|reason| (*reason, self.by(*reason)))
    }

    pub(crate) fn add(&mut self, reason: Dropped, count: u64) {
        self.0[reason as usize] += count;
    }
}
