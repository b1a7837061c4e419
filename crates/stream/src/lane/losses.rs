//! What leaves a lane without a verdict: to make room, for its age, for damage, or since the stream ends.

use std::ops::Range;

use super::{Lane, Plan, Run, run_of};
use crate::segment::Segment;

impl Lane {
    /// The rest of the run that a plan speaks of cannot be read. Returns how many records that is.
    pub(crate) fn lose_rest(&mut self, plan: &Plan) -> u64 {
        if self.reading != plan.run {
            return 0;
        }
        if let Some(run) = run_of(&mut self.runs, plan.run) {
            run.damaged = true;
        }
        self.drop_rest(plan.run)
    }

    /// Drops the unread records of the oldest run that has some, to make room. Returns how many.
    pub(crate) fn evict(&mut self) -> u64 {
        match self.plan() {
            // The open one is where the room is wanted.
            Some(plan) if self.is_sealed(plan.run) => self.drop_rest(plan.run),
            _ => 0,
        }
    }

    /// Drops what waits for the worker, from the oldest on, as long as it is of runs that are too old. Returns the
    /// sequence numbers.
    pub(crate) fn expire(&mut self, too_old: impl Fn(&Segment) -> bool) -> Vec<Range<u64>> {
        let mut expired = Vec::new();
        while let Some(sequence) = self.returned.front().map(|record| record.sequence)
            && self.is_too_old(sequence, &too_old)
        {
            self.returned.pop_front();
            self.settle(sequence);
            expired.push(sequence..sequence + 1);
        }
        while let Some(plan) = self.plan()
            && self.is_sealed(plan.run)
            && too_old(&plan.segment)
        {
            let first = self.read;
            expired.push(first..first + self.drop_rest(plan.run));
        }
        self.advance();
        expired
    }

    /// Whether a record in flight is of a sealed run that is too old.
    fn is_too_old(&mut self, sequence: u64, too_old: &impl Fn(&Segment) -> bool) -> bool {
        let found = self
            .flight
            .binary_search_by_key(&sequence, |flight| flight.sequence);
        let run = found.ok().and_then(|position| self.flight.get(position));
        let run = run.map(|flight| flight.run);
        run.and_then(|id| run_of(&mut self.runs, id))
            .is_some_and(|run| run.sealed && too_old(&run.segment))
    }

    /// Forgets everything, and says what there was: also the runs that have left since it was last asked.
    pub(crate) fn abandon(&mut self) -> Vec<Run> {
        let mut runs = self.take_finished();
        runs.extend(std::mem::take(&mut self.runs));
        self.flight.clear();
        self.returned.clear();
        (self.reading, self.read, self.reached) = (self.next_run, self.next, None);
        (self.unsettled, self.unread_bytes, self.memory_bytes) = (0, 0, 0);
        runs
    }

    /// Drops the unread records of the run that is being read. Whether something in it is damaged stays as it was.
    fn drop_rest(&mut self, id: u64) -> u64 {
        let Some(run) = run_of(&mut self.runs, id) else {
            return 0;
        };
        let (rest, damaged) = (run.rest(), run.damaged);
        if rest.records == 0 {
            return 0;
        }
        self.read_on(id, &[rest]);
        let left = self.finished.last_mut().filter(|run| run.id == id);
        if let Some(run) = left.or(run_of(&mut self.runs, id)) {
            run.damaged = damaged;
        }
        self.advance();
        rest.records
    }

    fn is_sealed(&mut self, id: u64) -> bool {
        run_of(&mut self.runs, id).is_some_and(|run| run.sealed)
    }
}
