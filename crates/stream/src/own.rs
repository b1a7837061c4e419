//! The stream's own records, as the worker sees them: read from their segments, settled, acknowledged.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Dropped;
use crate::batch::Desk;
use crate::disk::Disk;
use crate::lane::Settled;
use crate::reading::{self, Outcome};
use crate::record::Record;
use crate::segment::{Bookmark, Position, Segment};
use crate::shared::Shared;
use crate::transport::{Setback, Verdict};
use crate::worker::Source;

/// How often at most a segment's acknowledged offset is written while a batch is on its way. What was settled
/// since then is sent again after a `kill -9`, and stored once.
const ACKNOWLEDGE_EVERY: Duration = Duration::from_millis(50);

/// The stream's own records, as the worker sees them.
pub(crate) struct Own<'a> {
    shared: &'a Shared,
    disk: Option<&'a Disk>,
    bookmark: Bookmark,
    acknowledgements: Acknowledgements,
    /// How often in a row the disk could not be read.
    in_vain: Cell<u32>,
    /// For reading.
    memory: RefCell<Vec<u8>>,
}

impl<'a> Own<'a> {
    pub(crate) fn new(shared: &'a Shared, disk: Option<&'a Disk>) -> Self {
        Own {
            shared,
            disk,
            bookmark: Bookmark::default(),
            acknowledgements: Acknowledgements::default(),
            in_vain: Cell::default(),
            memory: RefCell::default(),
        }
    }

    /// What the lock need not be held for.
    fn clear_away(&self, settled: Settled) {
        self.acknowledgements.note(settled.acknowledged);
        if settled.finished.is_empty() {
            return;
        }
        if let Some(disk) = self.disk {
            disk.discard(settled.finished);
        }
        let mut state = self.shared.lock();
        state.queue.look_again(0);
        self.shared.ring_keeper(&mut state);
    }
}

impl Desk for Own<'_> {
    fn settle(&self, verdicts: &[(&Record, Verdict)]) {
        for (record, verdict) in verdicts {
            if let (Some(disk), Verdict::Rejected(reason)) = (self.disk, verdict) {
                disk.bury(reason, record);
            }
        }
        let mut guard = self.shared.lock();
        let state = &mut *guard;
        for (record, verdict) in verdicts {
            if !state.queue.lane.settle(record.sequence) {
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
        let settled = state.queue.lane.collect();
        self.shared.ring_settled(state);
        drop(guard);
        self.clear_away(settled);
    }

    fn is_abandoned(&self) -> bool {
        self.shared.lock().is_abandoned()
    }
}

impl Source for Own<'_> {
    fn load(&self) -> Result<Vec<Record>, Setback> {
        let (plan, limits) = {
            let mut state = self.shared.lock();
            let limits = *state.queue.limits();
            let returned = state
                .queue
                .lane
                .take_returned(limits.batch_records, limits.batch_bytes);
            if !returned.is_empty() {
                return Ok(returned);
            }
            match state.queue.lane.plan() {
                Some(plan) => (plan, limits),
                None => return Ok(Vec::new()),
            }
        };
        self.bookmark.turn_to(&plan.segment);
        let reading = reading::read(&plan, &limits, &mut self.memory.borrow_mut());
        let outcome = reading.outcome(&plan, &self.in_vain);
        let mut guard = self.shared.lock();
        let state = &mut *guard;
        let Some(mut lost) = state.queue.lane.loaded(&plan, &reading.reads) else {
            return Ok(Vec::new());
        };
        match outcome {
            Outcome::Found => {}
            Outcome::Later(setback) => {
                self.shared.set_back(state, &setback);
                return Err(setback);
            }
            Outcome::Lost => lost += state.queue.lane.lose_rest(&plan),
        }
        if lost > 0 {
            state
                .ledger
                .lose_many(plan.first_sequence, lost, Dropped::Damaged);
            let settled = state.queue.lane.collect();
            self.shared.ring_settled(state);
            drop(guard);
            self.clear_away(settled);
        }
        Ok(reading.records)
    }

    fn give_back(&self, unsettled: Vec<Record>, setback: Option<&Setback>) {
        let mut state = self.shared.lock();
        if !state.is_abandoned() {
            state.queue.lane.give_back(unsettled.into_iter());
        }
        if let Some(setback) = setback {
            self.shared.set_back(&mut state, setback);
            // However often it is tried, it gets older.
            if let Some(disk) = self.disk {
                disk.drop_expired(self.shared, &mut state);
            }
        }
        let settled = state.queue.lane.collect();
        drop(state);
        self.clear_away(settled);
        self.acknowledgements.write();
        if let Some(disk) = self.disk {
            match setback {
                Some(Setback::Refused { .. }) => disk.mark_refused(true),
                None => disk.mark_refused(false),
                // Nothing was said about the token.
                Some(_) => {}
            }
        }
    }
}

/// Acknowledged offsets that are to be written, not more often than need be.
#[derive(Debug, Default)]
pub(crate) struct Acknowledgements {
    latest: RefCell<Option<(Arc<Segment>, Position)>>,
    written: Cell<Option<Instant>>,
}

impl Acknowledgements {
    pub(crate) fn note(&self, acknowledged: Option<(Arc<Segment>, Position)>) {
        if acknowledged.is_none() {
            return;
        }
        *self.latest.borrow_mut() = acknowledged;
        let now = Instant::now();
        let recent = self
            .written
            .get()
            .is_some_and(|written| now.duration_since(written) < ACKNOWLEDGE_EVERY);
        if !recent {
            self.written.set(Some(now));
            self.write();
        }
    }

    /// Writes the last one now.
    pub(crate) fn write(&self) {
        if let Some((segment, position)) = self.latest.borrow_mut().take() {
            // Where it fails the records go again after a restart: twice is better than never.
            let _ = segment.acknowledge(position);
        }
    }
}
