//! The keeper's sleep, and who waits for the keeper.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Keeper, Shared, State};
use crate::segment::Segment;

impl Shared {
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
        while state.synced_before <= sequence && state.closed.is_none() && state.keeper != Keeper::Absent {
            self.ring_keeper(&mut state);
            state = self.synced.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.sync_waiters -= 1;
        state
    }

    /// What the disk is to write down now: up to which sequence number, and the segments with their ends. What is in
    /// memory is not written down: but for what was `tried`, it is soon.
    pub(crate) fn begin_sync(&self, tried: &[Arc<Segment>]) -> (u64, Vec<(Arc<Segment>, u64)>) {
        let mut state = self.lock();
        state.unsynced = false;
        let (queue, lane) = (&state.queue, &state.queue.lane);
        let in_memory = match queue.disk_takes_nothing() {
            true => None,
            false => lane.first_in_memory(tried),
        };
        (in_memory.unwrap_or(lane.next_sequence()), lane.ends().collect())
    }

    /// The disk has confirmed everything below this sequence number.
    pub(crate) fn confirm(&self, state: &mut State, before: u64) {
        state.synced_before = state.synced_before.max(before);
        if state.sync_waiters > 0 {
            self.synced.notify_all();
        }
    }

    /// The keeper sleeps until it is rung, or for so long in real time: disks know no other.
    pub(crate) fn sleep_keeper<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
        at_most: Duration,
    ) -> MutexGuard<'a, State> {
        state.keeper = Keeper::Asleep;
        let (mut state, _) = self
            .keep
            .wait_timeout_while(state, at_most, |state| {
                state.keeper == Keeper::Asleep && !state.is_abandoned()
            })
            .unwrap_or_else(PoisonError::into_inner);
        state.keeper = Keeper::Busy;
        state
    }

    /// The keeper's thread has ended, or there is none.
    pub(crate) fn keeper_ended(&self) {
        self.lock().keeper = Keeper::Absent;
        self.synced.notify_all();
        self.settled.notify_all();
    }
}
