//! What callers and worker share: one lock, and who waits behind it for what.
//!
//! Producers hold the lock for an append, never for I/O, an encoding or a wait. The worker sleeps on
//! `work`, callers of `flush` and `close` on `settled`, callers of `send_waiting` on `room`; each is rung only
//! where somebody can go on, for a ring costs a system call.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::batch::Desk;
use crate::clock::{Alarm, Clock, Wait};
use crate::ledger::Ledger;
use crate::queue::{Limits, Queue};
use crate::record::{Draft, Record};
use crate::transport::{Transport, Verdict};
use crate::{Dropped, Flushed, Stats};

/// The longest sleep between two looks at the clock.
const LONGEST_SLEEP: Duration = Duration::from_secs(3600);

/// What callers and worker share.
pub(crate) struct Shared {
    state: Mutex<State>,
    work: Condvar,
    settled: Condvar,
    room: Condvar,
    clock: Arc<dyn Clock>,
    linger: Duration,
}

/// What the lock guards.
pub(crate) struct State {
    pub(crate) queue: Queue,
    pub(crate) ledger: Ledger,
    pub(crate) worker: Worker,
    /// Until the worker's thread fetches it.
    pub(crate) transport: Option<Box<dyn Transport>>,
    /// Why the last attempt failed; `None` as soon as one goes through.
    pub(crate) setback: Option<String>,
    /// Records below this sequence number go without lingering: somebody waits for them, or they have waited.
    hurry_before: u64,
    /// When the time to close is up.
    closing: Option<Duration>,
    /// What the close said.
    pub(crate) closed: Option<Flushed>,
    room_waiters: usize,
}

impl State {
    /// Whether nothing is accepted any more.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.is_some()
    }
}

/// What the worker's thread is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worker {
    /// It has not been started, or has ended.
    Absent,
    /// It works, or waits for something that no record changes.
    Busy,
    /// It waits for a first record.
    Idle,
    /// It waits for a batch to fill.
    Lingering,
}

impl Shared {
    pub(crate) fn new(
        limits: Limits,
        linger: Duration,
        clock: Arc<dyn Clock>,
        transport: Box<dyn Transport>,
    ) -> Arc<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                queue: Queue::new(limits),
                ledger: Ledger::default(),
                worker: Worker::Absent,
                transport: Some(transport),
                setback: None,
                hurry_before: 0,
                closing: None,
                closed: None,
                room_waiters: 0,
            }),
            work: Condvar::new(),
            settled: Condvar::new(),
            room: Condvar::new(),
            clock,
            linger,
        });
        let alarm = Arc::downgrade(&shared);
        shared.clock.attach(alarm);
        shared
    }

    /// The lock. A panic while it was held cannot have left a promise half kept that matters more than going
    /// on, so poison is ignored.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Duration {
        self.clock.now()
    }

    /// Accepts a record, or says why not.
    pub(crate) fn append(&self, state: &mut State, draft: Draft) -> Result<(), Dropped> {
        if state.closing.is_some() {
            return Err(Dropped::Closed);
        }
        state.queue.admits(&draft)?;
        state.ledger.enqueued += 1;
        state.queue.append(draft);
        let goes_on = match state.worker {
            Worker::Idle => true,
            Worker::Lingering => state.queue.has_whole_batch(),
            Worker::Busy | Worker::Absent => false,
        };
        if goes_on {
            state.worker = Worker::Busy;
            self.work.notify_one();
        }
        Ok(())
    }

    /// All that has been accepted goes without lingering. Returns the sequence number that ends it.
    pub(crate) fn hurry(&self, state: &mut State) -> u64 {
        state.hurry_before = state.queue.next_sequence();
        if state.worker == Worker::Lingering {
            self.work.notify_one();
        }
        state.hurry_before
    }

    /// No record is accepted any more, and the worker ends: at the latest when the time is up.
    pub(crate) fn begin_closing(&self, state: &mut State, time_is_up: Duration) {
        state.closing = Some(
            state
                .closing
                .map_or(time_is_up, |earlier| earlier.min(time_is_up)),
        );
        self.work.notify_one();
        self.settled.notify_all();
        self.room.notify_all();
    }

    /// The time is up: what is unsettled counts as lost.
    pub(crate) fn abandon(&self, state: &mut State) {
        for sequence in state.queue.abandon() {
            state.ledger.lose(sequence, Dropped::LeftAtClose);
        }
        self.work.notify_one();
        self.settled.notify_all();
        self.room.notify_all();
    }

    /// Waits for verdicts or for the worker's end; returns at once where `until` has come.
    pub(crate) fn wait_settled<'a>(
        &self,
        state: MutexGuard<'a, State>,
        wait: Wait,
        until: Duration,
    ) -> (MutexGuard<'a, State>, bool) {
        self.sleep(&self.settled, state, wait, until)
    }

    /// Waits for room; returns at once where `until` has come.
    pub(crate) fn wait_room<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
        until: Duration,
    ) -> (MutexGuard<'a, State>, bool) {
        state.room_waiters += 1;
        let (mut state, in_time) = self.sleep(&self.room, state, Wait::Room, until);
        state.room_waiters -= 1;
        (state, in_time)
    }

    /// The next batch, once it is full, old enough or in a hurry. `None` ends the worker.
    pub(crate) fn next_batch(&self) -> Option<Vec<Record>> {
        let mut state = self.lock();
        let mut patience = None;
        loop {
            let Some(first) = state.queue.first_waiting() else {
                if state.closing.is_some() {
                    return None;
                }
                state.worker = Worker::Idle;
                state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.worker = Worker::Busy;
                continue;
            };
            let urgent = state.closing.is_some() || first < state.hurry_before;
            if urgent || state.queue.has_whole_batch() {
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
        // The time may have been up while it lingered.
        state.queue.first_waiting().map(|_| state.queue.take_batch())
    }

    /// Takes back what an attempt left unsettled. It goes again without lingering.
    pub(crate) fn give_back(
        &self,
        unsettled: impl DoubleEndedIterator<Item = Record>,
        setback: Option<&str>,
    ) {
        let mut state = self.lock();
        state.queue.give_back(unsettled);
        if let Some(why) = setback {
            state.setback = Some(why.to_owned());
            state.hurry_before = state
                .hurry_before
                .max(state.queue.first_waiting().map_or(0, |first| first + 1));
        }
    }

    /// Waits before the next attempt; a close that begins meanwhile ends the wait, to try once more.
    pub(crate) fn back_off(&self, wait: Duration) {
        let mut state = self.lock();
        let until = self.now().saturating_add(wait);
        let closing = state.closing;
        loop {
            // The time being up, nothing is left to try with.
            if state.closing != closing || state.queue.pending() == 0 {
                return;
            }
            let (guard, in_time) = self.sleep(&self.work, state, Wait::BackOff, until);
            state = guard;
            if !in_time {
                return;
            }
        }
    }

    /// The worker's thread has ended.
    pub(crate) fn worker_ended(&self) {
        self.lock().worker = Worker::Absent;
        self.settled.notify_all();
    }

    pub(crate) fn stats(&self) -> Stats {
        let state = self.lock();
        Stats {
            enqueued: state.ledger.enqueued,
            acknowledged: state.ledger.acknowledged,
            dropped: state.ledger.dropped,
            pending: state.queue.pending(),
        }
    }

    /// Sleeps until rung, or until the clock says `until`. False where that time has come already.
    fn sleep<'a>(
        &self,
        bell: &Condvar,
        state: MutexGuard<'a, State>,
        wait: Wait,
        until: Duration,
    ) -> (MutexGuard<'a, State>, bool) {
        let left = until.saturating_sub(self.now());
        if left.is_zero() {
            return (state, false);
        }
        let sleep = self.clock.wait_begins(wait, left).min(LONGEST_SLEEP);
        let (state, _) = bell
            .wait_timeout(state, sleep)
            .unwrap_or_else(PoisonError::into_inner);
        (state, true)
    }
}

impl Desk for Shared {
    fn settle(&self, verdicts: &[(&Record, Verdict)]) {
        let mut guard = self.lock();
        let state = &mut *guard;
        for (record, verdict) in verdicts {
            if !state.queue.settle(record.sequence) {
                continue;
            }
            match verdict {
                Verdict::Done => {
                    state.ledger.acknowledged += 1;
                    state.setback = None;
                }
                Verdict::Rejected(reason) => {
                    state.ledger.lose(record.sequence, Dropped::Rejected);
                    state.ledger.note_rejection(reason);
                }
            }
        }
        let watched = state.ledger.first_watched();
        if watched > 0 && state.queue.settled_before() >= watched {
            self.settled.notify_all();
        }
        if state.room_waiters > 0 {
            self.room.notify_all();
        }
    }

    fn is_abandoned(&self) -> bool {
        let state = self.lock();
        state.closing.is_some() && state.queue.pending() == 0
    }
}

impl Alarm for Shared {
    fn ring(&self) {
        // Under the lock, so that nobody is between a look at the clock and falling asleep.
        let _state = self.lock();
        self.work.notify_all();
        self.settled.notify_all();
        self.room.notify_all();
    }
}
