//! A stream at work in one process: what the handle's calls do there.

use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::clock::Wait;
use crate::diagnostics::Diagnostics;
use crate::disk::Disk;
use crate::lane::Run;
use crate::metrics::Held;
use crate::overflow::Overflow;
use crate::record::Draft;
use crate::segment::Frame;
use crate::shared::{Shared, State, Worker};
use crate::sync::MutexGuard;
use crate::{Dropped, Flushed, ProblemKind, Setback, Stats, crash, drops, worker};

/// How much of the time to close is for what others have left, once all that is the stream's own has arrived.
const TIME_TO_INHERIT: Duration = Duration::from_secs(1);
/// So long a caller waits who waits for ever.
const FOR_EVER: Duration = Duration::from_secs(u32::MAX as u64);

/// A stream at work in one process.
pub(crate) struct Live {
    shared: Arc<Shared>,
    disk: Option<Arc<Disk>>,
    diagnostics: Diagnostics,
    destination: String,
    tells_drops: bool,
}

impl Live {
    pub(crate) fn new(
        shared: Arc<Shared>,
        disk: Option<Arc<Disk>>,
        diagnostics: Diagnostics,
        destination: String,
        tells_drops: bool,
    ) -> Self {
        Live {
            shared,
            disk,
            diagnostics,
            destination,
            tells_drops,
        }
    }

    /// Accepts a record, waiting for room for so long, or for as long as the stream is told to wait at an overflow.
    pub(crate) fn append(&self, draft: &Result<Draft, Dropped>, timeout: Duration) -> Result<(), Dropped> {
        self.accept(draft, Some(timeout))
    }

    /// Accepts a record without waiting for room. That the stream is closed does not count as a loss.
    #[cfg(any(feature = "log", feature = "tracing"))]
    pub(crate) fn offer(&self, draft: &Result<Draft, Dropped>) -> Result<(), Dropped> {
        self.try_append(draft, Some(Duration::ZERO))
    }

    /// Without a time it never waits for room.
    fn accept(&self, draft: &Result<Draft, Dropped>, timeout: Option<Duration>) -> Result<(), Dropped> {
        let outcome = self.try_append(draft, timeout);
        if outcome == Err(Dropped::Closed) {
            self.shared.lock().ledger.refuse(Dropped::Closed);
        }
        outcome
    }

    fn try_append(&self, draft: &Result<Draft, Dropped>, timeout: Option<Duration>) -> Result<(), Dropped> {
        let shared = &self.shared;
        if let Some(disk) = &self.disk {
            disk.begin(shared);
        }
        let frame = draft.as_ref().map_err(|reason| *reason).and_then(Draft::frame);
        let mut state = shared.lock();
        let outcome = match &frame {
            Ok(frame) => {
                let appended;
                (state, appended) = self.append_waiting(state, frame, timeout);
                appended
            }
            Err(reason) => Err(*reason),
        };
        match outcome {
            Ok(sequence) => {
                crash::point("record-appended");
                if worker::should_ensure(&state) {
                    self.ensure_worker(&mut state);
                }
                if self.disk.as_ref().is_some_and(|disk| disk.is_synchronous()) {
                    drop(shared.wait_synced(state, sequence));
                }
                Ok(())
            }
            Err(Dropped::Closed) => Err(Dropped::Closed),
            Err(reason) => {
                state.ledger.refuse(reason);
                // Perhaps there is no room for what others left: somebody has to deliver that.
                if self.disk.is_some() && !state.is_refusing() {
                    state.started = true;
                    if worker::should_ensure(&state) {
                        self.ensure_worker(&mut state);
                    }
                }
                Err(reason)
            }
        }
    }

    fn append_waiting<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        frame: &Frame<'_>,
        timeout: Option<Duration>,
    ) -> (MutexGuard<'a, State>, Result<u64, Dropped>) {
        let shared = &self.shared;
        let timeout = match (timeout, state.queue.limits().overflow) {
            (None, _) => Duration::ZERO,
            (Some(_), Overflow::Block) => FOR_EVER,
            (Some(timeout), _) => timeout,
        };
        let mut outcome = shared.append(&mut state, frame);
        if timeout.is_zero() || outcome != Err(Dropped::QueueFull) {
            return (state, outcome);
        }
        let until = shared.now().saturating_add(timeout);
        let mut in_time = true;
        while in_time && outcome == Err(Dropped::QueueFull) {
            (state, in_time) = shared.wait_room(state, until);
            outcome = shared.append(&mut state, frame);
        }
        (state, outcome)
    }

    /// Starts what delivers, although nothing was sent: others may have left something.
    pub(crate) fn start(&self) {
        if let Some(disk) = &self.disk {
            disk.begin(&self.shared);
        }
        let mut state = self.shared.lock();
        state.started = true;
        self.ensure_worker(&mut state);
    }

    /// What is held there is reported by each flush, by the close, and by the worker at its time.
    pub(crate) fn reports(&self, held: Weak<dyn Held>) {
        self.shared.held.add(held);
    }

    /// Something that metrics hold is to be reported then.
    pub(crate) fn report_by(&self, time: Duration) {
        self.shared.report_by(time);
    }

    /// Reports what metrics hold. It never waits for room, for those who call it have a time to keep to.
    pub(crate) fn report(&self) {
        let _others_wait = self.shared.held.reporting();
        for snapshot in self.shared.held.take() {
            // What becomes of it is in the books.
            let _ = self.accept(&Draft::encode(&snapshot.into()), None);
        }
    }

    pub(crate) fn flush(&self, timeout: Duration) -> Flushed {
        let shared = &self.shared;
        let until = shared.now().saturating_add(timeout);
        self.report();
        let mut state = shared.lock();
        if let Some(outcome) = &state.closed {
            return outcome.clone();
        }
        self.ensure_worker(&mut state);
        let before = shared.hurry(&mut state);
        let watch = state.ledger.watch(before);
        let mut in_time = true;
        while in_time && !state.is_abandoned() && state.queue.lane.settled_before() < before {
            (state, in_time) = shared.wait_settled(state, Wait::Flush, until);
        }
        if state.is_abandoned() {
            return shared.wait_closed(state);
        }
        let pending = state.queue.lane.pending_before(before);
        let state = &mut *state;
        state.ledger.tell(watch, pending, state.setback.as_ref())
    }

    pub(crate) fn close(&self, timeout: Duration) -> Flushed {
        let shared = &self.shared;
        let until = shared.now().saturating_add(timeout);
        self.report();
        let mut state = shared.lock();
        if let Some(outcome) = &state.closed {
            return outcome.clone();
        }
        // It is the last that is accepted, and goes with the rest.
        let told = match state.is_refusing() {
            false => drops::tell(shared, &mut state, self.tells_drops),
            true => None,
        };
        self.ensure_worker(&mut state);
        let mut state = self.leave(state, until);
        shared.begin_closing(&mut state, until);
        let mut in_time = true;
        while in_time && state.worker != Worker::Absent && !state.is_abandoned() {
            (state, in_time) = shared.wait_settled(state, Wait::Close, until);
        }
        // Another thread may be closing it, too: the first to come here ends it.
        if state.is_abandoned() {
            return shared.wait_closed(state);
        }
        let outcome = self.end_now(state);
        if let Some(told) = told {
            self.diagnostics.say(&format!("{}: {told}", self.destination));
        }
        if !outcome.is_complete() {
            let place = match &self.disk {
                Some(disk) if outcome.kept() > 0 => disk.place(),
                _ => String::new(),
            };
            self.diagnostics
                .say_in_any_case(&format!("{}: closed; {outcome}{place}", self.destination));
        }
        outcome
    }

    /// Accepts nothing more. As long as nothing stands in the way there is time for what was accepted, and then for what
    /// others have left: a program that never runs for long would otherwise never deliver that.
    fn leave<'a>(&'a self, mut state: MutexGuard<'a, State>, until: Duration) -> MutexGuard<'a, State> {
        let shared = &self.shared;
        let before = shared.refuse(&mut state);
        if self.disk.is_none() {
            return state;
        }
        let mut in_time = true;
        while in_time && state.goes_well() && state.queue.lane.settled_before() < before {
            (state, in_time) = shared.wait_settled(state, Wait::Close, until);
        }
        let until = until.min(shared.now().saturating_add(TIME_TO_INHERIT));
        while in_time && state.goes_well() && state.has_inheritance() {
            (state, in_time) = shared.wait_settled(state, Wait::Close, until);
        }
        state
    }

    pub(crate) fn stats(&self) -> Stats {
        self.shared.stats()
    }

    pub(crate) fn problem(&self) -> Option<String> {
        let state = self.shared.lock();
        state.setback.as_ref().map(|setback| setback.why().to_owned())
    }

    pub(crate) fn problem_kind(&self) -> Option<ProblemKind> {
        self.shared.lock().setback.as_ref().map(Setback::kind)
    }

    pub(crate) fn folder(&self) -> Option<PathBuf> {
        self.disk.as_ref()?.folder()
    }

    fn ensure_worker(&self, state: &mut State) {
        worker::ensure(
            &self.shared,
            self.disk.as_ref(),
            state,
            &self.diagnostics,
            self.tells_drops,
        );
    }

    /// What is unsettled stays on disk, as far as it is or can be brought there; the rest is lost.
    fn end_now(&self, mut state: MutexGuard<'_, State>) -> Flushed {
        let shared = &self.shared;
        let before = state.queue.lane.next_sequence();
        let watch = state.ledger.watch(before);
        let mut left = shared.abandon(&mut state);
        let setback = state.setback.clone();
        drop(state);
        // Others may adopt them now.
        left.inbox.clear();
        let all: u64 = left.runs.iter().map(Run::unsettled).sum();
        let kept = match &self.disk {
            Some(disk) => disk.end_in_time(shared, left),
            None => 0,
        };
        let mut state = shared.lock();
        state.ledger.lose_many(0, all - kept, Dropped::LeftAtClose);
        let mut outcome = state.ledger.tell(watch, kept, setback.as_ref());
        outcome.kept = kept;
        shared.end(&mut state, outcome.clone());
        outcome
    }
}
