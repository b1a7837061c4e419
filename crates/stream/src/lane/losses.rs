//! What leaves a lane without a verdict: to make room, for its age, for damage, or since the stream ends.

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
            Some(plan) if self.is_sealed(&plan) => self.drop_rest(plan.run),
            _ => 0,
        }
    }

    /// Drops the unread records of the oldest runs, as long as they are too old. Returns how many.
    pub(crate) fn expire(&mut self, too_old: impl Fn(&Segment) -> bool) -> u64 {
        let mut expired = 0;
        while let Some(plan) = self.plan()
            && self.is_sealed(&plan)
            && too_old(&plan.segment)
        {
            expired += self.drop_rest(plan.run);
        }
        expired
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

    fn is_sealed(&mut self, plan: &Plan) -> bool {
        run_of(&mut self.runs, plan.run).is_some_and(|run| run.sealed)
    }
}
