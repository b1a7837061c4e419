//! What callers, worker and keeper share: one lock, and who waits behind it for what.
//!
//! Producers hold the lock for an append, never for I/O, an encoding or a wait. The worker sleeps on
//! `work`, the keeper on `keep`, the syncer on `sync`, callers of `flush` and `close` on `settled`, those of `send_waiting` on
//! `room`, those that want their records on the disk's platters on `synced`; each is rung only where somebody
//! can go on, for a ring costs a system call.

mod keeping;
mod leaving;
mod reporting;
mod turns;

pub(crate) use turns::{Rest, Turn};

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use uuid::Uuid;

use crate::clock::{Alarm, Clock, Wait};
use crate::lane::Run;
use crate::ledger::Ledger;
use crate::metrics::Registry;
use crate::queue::{Limits, Queue};
use crate::segment::{Frame, Segment, Writer};
use crate::spool::Folder;
use crate::sync::{Condvar, Mutex, MutexGuard};
use crate::transport::Transport;
use crate::{Dropped, Flushed, Setback, Stats};

/// The longest sleep between two looks at the clock.
const LONGEST_SLEEP: Duration = Duration::from_secs(3600);

/// What callers, worker and keeper share.
pub(crate) struct Shared {
    state: Mutex<State>,
    work: Condvar,
    settled: Condvar,
    room: Condvar,
    keep: Condvar,
    sync: Condvar,
    synced: Condvar,
    /// What metrics have not reported yet.
    pub(crate) held: Registry,
    clock: Arc<dyn Clock>,
    linger: Duration,
}

/// What the lock guards.
pub(crate) struct State {
    pub(crate) queue: Queue,
    pub(crate) ledger: Ledger,
    pub(crate) worker: Worker,
    pub(crate) keeper: Keeper,
    pub(crate) syncer: Keeper,
    /// What the keeper could not bring from memory to the disk when it last tried.
    pub(crate) tried: Vec<Weak<Segment>>,
    /// Until the worker's thread fetches it.
    pub(crate) transport: Option<Box<dyn Transport>>,
    /// Why the last attempt failed; `None` as soon as one goes through.
    pub(crate) setback: Option<Setback>,
    /// Folders of the dead, for the worker.
    pub(crate) inbox: VecDeque<Folder>,
    /// Whether the keeper may find more folders of the dead than it has put there.
    pub(crate) looking: bool,
    /// Whether the worker may find more segments in the folder that it took from there.
    pub(crate) inheriting: bool,
    /// Streams that have left what cannot be read here: they would be found again and again.
    pub(crate) left_alone: Vec<Uuid>,
    /// Whether the keeper was told to make a place on disk, and whether it has, or has tried to.
    pub(crate) beginning: bool,
    pub(crate) begun: bool,
    /// When the worker is to look at what metrics hold.
    report_at: Option<Duration>,
    /// Whether the worker is to run although nothing was sent.
    pub(crate) started: bool,
    /// Whether the turn after a batch of the stream's own is an inherited one's.
    pub(crate) their_turn: bool,
    /// Records below this sequence number go without lingering: somebody waits for them, or they have waited.
    hurry_before: u64,
    /// Whether nothing is accepted any more.
    refusing: bool,
    /// When the time to close is up.
    closing: Option<Duration>,
    /// From the end of the time to close on: how many records were left then.
    ending: Option<u64>,
    /// What the close said.
    pub(crate) closed: Option<Flushed>,
    room_waiters: usize,
    sync_waiters: usize,
    /// Whether something was accepted that the disk was not told to write down.
    unsynced: bool,
    /// Records below this sequence number are on the disk's platters, or can only be in memory.
    synced_before: u64,
}

impl State {
    /// Whether the stream's own records are all that there is time for.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.is_some()
    }

    /// Whether the time to close is up: whatever is settled now counts no more.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.ending.is_some()
    }

    /// Whether something was accepted that the disk was not told to write down.
    pub(crate) fn is_unsynced(&self) -> bool {
        self.unsynced
    }

    /// Whether somebody waits until the disk has confirmed.
    pub(crate) fn is_sync_wanted(&self) -> bool {
        self.sync_waiters > 0
    }
}

/// What was there when the time to close was up.
pub(crate) struct Left {
    pub(crate) runs: Vec<Run>,
    pub(crate) retired: Vec<Writer>,
    /// Folders of the dead that nobody has looked into: others may have them.
    pub(crate) inbox: VecDeque<Folder>,
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

/// What the keeper's thread is doing, or the syncer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeper {
    /// There is none: nothing goes to disk, or nothing has been sent yet.
    Absent,
    /// It works.
    Busy,
    /// It sleeps for a while, or until it is rung.
    Asleep,
}

impl Shared {
    pub(crate) fn new(
        limits: Limits,
        on_disk: bool,
        linger: Duration,
        clock: Arc<dyn Clock>,
        transport: Box<dyn Transport>,
    ) -> Arc<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                queue: Queue::new(limits, on_disk),
                ledger: Ledger::default(),
                worker: Worker::Absent,
                keeper: Keeper::Absent,
                syncer: Keeper::Absent,
                tried: Vec::new(),
                transport: Some(transport),
                setback: None,
                inbox: VecDeque::new(),
                looking: false,
                inheriting: false,
                left_alone: Vec::new(),
                beginning: false,
                begun: false,
                report_at: None,
                started: false,
                their_turn: false,
                hurry_before: 0,
                refusing: false,
                closing: None,
                ending: None,
                closed: None,
                room_waiters: 0,
                sync_waiters: 0,
                unsynced: false,
                synced_before: 0,
            }),
            work: Condvar::new(),
            settled: Condvar::new(),
            room: Condvar::new(),
            keep: Condvar::new(),
            sync: Condvar::new(),
            synced: Condvar::new(),
            held: Registry::default(),
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

    /// Accepts a record, or says why not. Returns its sequence number.
    pub(crate) fn append(&self, state: &mut State, frame: &Frame<'_>) -> Result<u64, Dropped> {
        if state.refusing {
            return Err(Dropped::Closed);
        }
        let first_unread = state.queue.lane.first_unread();
        let appended = state.queue.append(frame);
        if appended.evicted > 0 {
            state
                .ledger
                .lose_many(first_unread, appended.evicted, Dropped::Evicted);
            self.ring_settled(state);
        }
        if appended.keeper {
            self.ring_keeper(state);
        }
        if let Some(reason) = appended.refused {
            return Err(reason);
        }
        state.ledger.enqueued += 1;
        let goes_on = match state.worker {
            Worker::Idle => true,
            Worker::Lingering => state.queue.has_whole_batch(),
            Worker::Busy | Worker::Absent => false,
        };
        if goes_on {
            state.worker = Worker::Busy;
            self.work.notify_one();
        }
        // The first one since the disk was told to write down has the keeper look at the time.
        if !std::mem::replace(&mut state.unsynced, true) {
            self.ring_syncer(state);
        }
        Ok(state.queue.lane.next_sequence() - 1)
    }

    /// All that has been accepted goes without lingering. Returns the sequence number that ends it.
    pub(crate) fn hurry(&self, state: &mut State) -> u64 {
        state.hurry_before = state.queue.lane.next_sequence();
        if state.worker == Worker::Lingering {
            self.work.notify_one();
        }
        state.hurry_before
    }

    /// The worker ends, with the stream's own records: at the latest when the time is up.
    pub(crate) fn begin_closing(&self, state: &mut State, time_is_up: Duration) {
        state.closing = Some(
            state
                .closing
                .map_or(time_is_up, |earlier| earlier.min(time_is_up)),
        );
        self.ring_all();
    }

    /// The time to close is up: takes everything out of the queue, for whoever closes.
    pub(crate) fn abandon(&self, state: &mut State) -> Left {
        state.queue.close();
        let mut runs = state.queue.lane.abandon();
        runs.extend(state.queue.take_dropped());
        // Until it is known what became of them they are pending.
        state.ending = Some(runs.iter().map(Run::unsettled).sum());
        self.ring_all();
        Left {
            runs,
            retired: state.queue.take_retired(),
            inbox: std::mem::take(&mut state.inbox),
        }
    }

    /// The stream is closed, and says this.
    pub(crate) fn end(&self, state: &mut State, outcome: Flushed) {
        state.ending = Some(outcome.kept());
        state.closed = Some(outcome);
        self.ring_all();
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

    /// Records have left: whoever waits for that goes on.
    pub(crate) fn ring_settled(&self, state: &State) {
        let watched = state.ledger.first_watched();
        if watched > 0 && state.queue.lane.settled_before() >= watched {
            self.settled.notify_all();
        }
        self.ring_leaver(state);
        if state.room_waiters > 0 {
            self.room.notify_all();
        }
    }

    /// The keeper has something to do.
    pub(crate) fn ring_keeper(&self, state: &mut State) {
        if state.keeper == Keeper::Asleep {
            state.keeper = Keeper::Busy;
            self.keep.notify_one();
        }
    }

    /// A place where records fit has been made.
    pub(crate) fn ring_room(&self, state: &State) {
        if state.room_waiters > 0 {
            self.room.notify_all();
        }
    }

    pub(crate) fn stats(&self) -> Stats {
        let state = self.lock();
        let mut inherited = state.ledger.inherited;
        inherited.more = state.may_inherit_more();
        let kept = state.ending.unwrap_or(0);
        Stats {
            enqueued: state.ledger.enqueued,
            acknowledged: state.ledger.acknowledged,
            dropped: state.ledger.dropped,
            pending: state.queue.lane.pending() + kept + inherited.pending,
            in_memory: state.queue.lane.in_memory(),
            inherited,
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

    fn ring_all(&self) {
        for bell in [
            &self.work,
            &self.settled,
            &self.room,
            &self.keep,
            &self.sync,
            &self.synced,
        ] {
            bell.notify_all();
        }
    }
}

impl Alarm for Shared {
    fn ring(&self) {
        // Under the lock, so that nobody is between a look at the clock and falling asleep.
        let _state = self.lock();
        self.ring_all();
    }
}
