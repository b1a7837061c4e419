//! What the worker does next, and what it waits for.

use std::sync::PoisonError;
use std::time::Duration;

use super::{Shared, State, Worker};
use crate::Setback;
use crate::clock::Wait;

/// For how long nothing is dropped until that counts as over.
const QUIET: Duration = Duration::from_secs(1);

/// What the transport has said about a time without records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Nothing yet: it is to be asked first.
    Unasked,
    /// It wants to be asked again after so long, or not at all.
    For(Option<Duration>),
}

/// Whose records go next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The stream's own.
    Own,
    /// What it has inherited.
    Inherited,
    /// Nobody's: the transport may have something to do, or there is something to tell of what was dropped.
    Nobody,
    /// Nobody's: metrics hold something that is due.
    Metrics,
}

impl Shared {
    /// Whose turn it is, once there is something to do, and nobody's where the transport is to be asked first; `heir` says
    /// whether the worker holds inherited records. `None` ends the worker.
    pub(crate) fn next_turn(&self, heir: bool, rest: Rest) -> Option<Turn> {
        let mut state = self.lock();
        let mut patience = None;
        let (mut visit, mut quiet) = (None, None);
        loop {
            let theirs = (heir || !state.inbox.is_empty()) && state.closing.is_none();
            let Some(first) = state.queue.lane.first_waiting() else {
                if state.closing.is_some() {
                    return None;
                }
                if theirs {
                    return Some(Turn::Inherited);
                }
                let Rest::For(rest) = rest else {
                    return Some(Turn::Nobody);
                };
                state.worker = Worker::Idle;
                let visit = rest.map(|rest| *visit.get_or_insert_with(|| self.now().saturating_add(rest)));
                // Drops that nobody was told of are told of when there have been no more for a while.
                let quiet = state
                    .ledger
                    .overflow
                    .between
                    .map(|_| *quiet.get_or_insert_with(|| self.now().saturating_add(QUIET)));
                let (guard, in_time) = match visit.into_iter().chain(quiet).chain(state.report_at).min() {
                    Some(until) => self.sleep(&self.work, state, Wait::Idle, until),
                    None => (
                        self.work.wait(state).unwrap_or_else(PoisonError::into_inner),
                        true,
                    ),
                };
                state = guard;
                state.worker = Worker::Busy;
                if !in_time {
                    let is_due = state.report_at.is_some_and(|at| at <= self.now());
                    return Some(if is_due { Turn::Metrics } else { Turn::Nobody });
                }
                continue;
            };
            let urgent = state.closing.is_some() || first < state.hurry_before;
            // Where others' records wait there is no time to linger: theirs and the stream's own go in turns.
            if urgent || theirs || state.queue.has_whole_batch() {
                break;
            }
            let until = *patience.get_or_insert_with(|| self.now().saturating_add(self.linger));
            state.worker = Worker::Lingering;
            let (guard, in_time) = self.sleep(&self.work, state, Wait::Linger, until);
            state = guard;
            state.worker = Worker::Busy;
            if !in_time {
                break;
            }
        }
        // Nobody who waits for his own records waits for others', too.
        let theirs = (heir || !state.inbox.is_empty()) && state.closing.is_none();
        let waited_for = state.refusing || state.ledger.first_watched() > state.queue.lane.settled_before();
        let turn = if theirs && state.their_turn && !waited_for {
            Turn::Inherited
        } else {
            Turn::Own
        };
        state.their_turn = turn == Turn::Own;
        Some(turn)
    }

    /// Waits before the next attempt; a close that begins meanwhile ends the wait, to try once more.
    pub(crate) fn back_off(&self, wait: Duration) {
        let mut state = self.lock();
        let until = self.now().saturating_add(wait);
        let closing = state.closing;
        loop {
            // The time being up, nothing is left to try with.
            if state.closing != closing || (closing.is_some() && state.queue.lane.pending() == 0) {
                return;
            }
            let (guard, in_time) = self.sleep(&self.work, state, Wait::BackOff, until);
            state = guard;
            if !in_time {
                return;
            }
        }
    }

    /// An attempt failed: what waited for it goes again without lingering.
    pub(crate) fn set_back(&self, state: &mut State, setback: &Setback) {
        state.setback = Some(setback.clone());
        self.ring_leaver(state);
        let waited = state.queue.lane.first_waiting().map_or(0, |first| first + 1);
        state.hurry_before = state.hurry_before.max(waited);
    }

    /// The inbox has something for the worker.
    pub(crate) fn ring_heir(&self, state: &mut State) {
        if matches!(state.worker, Worker::Idle | Worker::Lingering) {
            self.work.notify_one();
        }
    }

    /// The worker's thread has ended.
    pub(crate) fn worker_ended(&self) {
        self.lock().worker = Worker::Absent;
        self.settled.notify_all();
    }
}
