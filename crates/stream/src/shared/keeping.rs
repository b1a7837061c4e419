//! The keeper's sleep, and who waits for the keeper.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::{Keeper, Shared, State};
use crate::Flushed;
use crate::segment::Segment;
use crate::sync::{Condvar, MutexGuard};

/// How long to wait for another thread that is closing the stream: longer than that waits for a disk.
const TIME_TO_CLOSE: Duration = Duration::from_secs(2);

/// Says that a thread has ended, when it is dropped.
#[must_use = "it says so when it is dropped"]
pub(crate) struct AtTheEnd<'a>(&'a Shared, fn(&Shared));

impl Drop for AtTheEnd<'_> {
    fn drop(&mut self) {
        (self.1)(self.0);
    }
}

impl Shared {
    /// Waits until the keeper has made a place on disk, or has tried to, but not longer than this.
    pub(crate) fn wait_begun(&self, state: MutexGuard<'_, State>, at_most: Duration) {
        let _ = self
            .settled
            .wait_timeout_while(state, at_most, |state| !state.begun && !state.is_abandoned());
    }

    /// The keeper has made a place on disk, or has tried to.
    pub(crate) fn begun(&self) {
        self.lock().begun = true;
        self.settled.notify_all();
    }

    /// Waits for what the thread will say that closes the stream. Only a disk can hold that up.
    pub(crate) fn wait_closed(&self, state: MutexGuard<'_, State>) -> Flushed {
        let (state, _) = self
            .settled
            .wait_timeout_while(state, TIME_TO_CLOSE, |state| state.closed.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        state.closed.clone().unwrap_or_else(|| Flushed {
            unacknowledged: state.ending.unwrap_or(0),
            problem: Some("another thread is still closing the stream".to_owned()),
            ..Flushed::default()
        })
    }

    /// Waits until the keeper has let go of everything; false where the disk holds it up for longer than this.
    pub(crate) fn wait_kept(&self, at_most: Duration) -> bool {
        let (state, _) = self
            .settled
            .wait_timeout_while(self.lock(), at_most, |state| state.keeper != Keeper::Absent)
            .unwrap_or_else(PoisonError::into_inner);
        state.keeper == Keeper::Absent
    }

    /// Waits until the disk has confirmed the record of this sequence number.
    pub(crate) fn wait_synced<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
        sequence: u64,
    ) -> MutexGuard<'a, State> {
        state.sync_waiters += 1;
        while state.synced_before <= sequence
            && state.closed.is_none()
            && state.keeper != Keeper::Absent
            && state.syncer != Keeper::Absent
        {
            self.ring_keeper(&mut state);
            self.ring_syncer(&mut state);
            state = self.synced.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.sync_waiters -= 1;
        state
    }

    /// What the disk is to write down now: up to which sequence number, and the segments with their ends. What is in
    /// memory is not written down: but for what was tried in vain, it is soon.
    pub(crate) fn begin_sync(&self) -> (u64, Vec<(Arc<Segment>, u64)>) {
        let mut state = self.lock();
        state.unsynced = false;
        let (queue, lane) = (&state.queue, &state.queue.lane);
        let in_memory = match queue.disk_takes_nothing() {
            true => None,
            false => lane.first_in_memory(&state.tried),
        };
        (in_memory.unwrap_or(lane.next_sequence()), lane.ends().collect())
    }

    /// Something could not be written down for a reason that passes: in a second it is tried again.
    pub(crate) fn sync_again(&self) {
        self.lock().unsynced = true;
    }

    /// Whether records of this segment are still to be delivered.
    pub(crate) fn holds(&self, segment: &Arc<Segment>) -> bool {
        let state = self.lock();
        state
            .queue
            .lane
            .ends()
            .any(|(held, _)| Arc::ptr_eq(&held, segment))
    }

    /// The disk has confirmed everything below this sequence number; false where that is no news.
    pub(crate) fn confirm(&self, before: u64) -> bool {
        let mut state = self.lock();
        let news = before > state.synced_before;
        state.synced_before = state.synced_before.max(before);
        if state.sync_waiters > 0 {
            self.synced.notify_all();
        }
        news
    }

    /// There is something to write down.
    pub(super) fn ring_syncer(&self, state: &mut State) {
        if state.syncer == Keeper::Asleep {
            state.syncer = Keeper::Busy;
            self.sync.notify_one();
        }
    }

    /// The keeper sleeps until it is rung, or for so long in real time: disks know no other.
    pub(crate) fn sleep_keeper<'a>(
        &self,
        state: MutexGuard<'a, State>,
        at_most: Duration,
    ) -> MutexGuard<'a, State> {
        doze(&self.keep, state, |state| &mut state.keeper, at_most)
    }

    /// As [`sleep_keeper`](Self::sleep_keeper), for the syncer.
    pub(crate) fn sleep_syncer<'a>(
        &self,
        state: MutexGuard<'a, State>,
        at_most: Duration,
    ) -> MutexGuard<'a, State> {
        doze(&self.sync, state, |state| &mut state.syncer, at_most)
    }

    /// What is to be said when a thread has ended, also by a panic: then nobody waits for it.
    pub(crate) fn at_the_end(&self, say: fn(&Shared)) -> AtTheEnd<'_> {
        AtTheEnd(self, say)
    }

    /// The syncer's thread has ended.
    pub(crate) fn syncer_ended(&self) {
        self.lock().syncer = Keeper::Absent;
        self.synced.notify_all();
    }

    /// The keeper's thread has ended, or there is none.
    pub(crate) fn keeper_ended(&self) {
        let mut state = self.lock();
        (state.keeper, state.begun) = (Keeper::Absent, true);
        drop(state);
        self.synced.notify_all();
        self.settled.notify_all();
    }
}

fn doze<'a>(
    bell: &Condvar,
    mut state: MutexGuard<'a, State>,
    who: fn(&mut State) -> &mut Keeper,
    at_most: Duration,
) -> MutexGuard<'a, State> {
    *who(&mut state) = Keeper::Asleep;
    let (mut state, _) = bell
        .wait_timeout_while(state, at_most, |state| {
            *who(state) == Keeper::Asleep && !state.is_abandoned()
        })
        .unwrap_or_else(PoisonError::into_inner);
    *who(&mut state) = Keeper::Busy;
    state
}
