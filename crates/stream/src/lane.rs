//! A lane: records in their order, from the segments that hold them to their verdicts.
//!
//! Plain data, no I/O and no lock of its own. A stream has a lane for what it accepts itself, and another for
//! what it inherits. Segments come in as *runs*; the worker reads records from the first unread one on,
//! holds some in flight, and gives back what had no verdict. Invariants:
//!
//! * sequence numbers rise along the lane; what is settled, in flight, given back or unread follow from
//!   comparing them, and nothing is kept for an unread record: a backlog costs no memory;
//! * a run's acknowledged offset lies behind the last record before the first unsettled one, so that a
//!   successor never misses a record, and repeats only what was settled out of turn;
//! * a run leaves when it is sealed and all its records are settled.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::record::Record;
use crate::segment::{Position, Segment};

/// Records in their order, from their segments to their verdicts.
#[derive(Debug, Default)]
pub(crate) struct Lane {
    runs: VecDeque<Run>,
    /// The id of the first run.
    first_run: u64,
    /// The id of the run that is being read.
    reading: u64,
    /// The sequence number of the first record that was not read yet.
    read: u64,
    /// The sequence number of the next record.
    next: u64,
    returned: VecDeque<Record>,
    flight: VecDeque<Flight>,
    /// How many in flight have no verdict, those given back included.
    unsettled: u64,
    unread_bytes: u64,
    memory_bytes: u64,
}

/// A segment in a lane.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) segment: Arc<Segment>,
    /// Where reading goes on.
    read_to: Position,
    /// The end of the last record.
    end: u64,
    sealed: bool,
    unread: u64,
    /// Bytes of its unread records, and of its unsettled ones.
    unread_bytes: u64,
    unsettled_bytes: u64,
    /// Whether something in it was found damaged.
    pub(crate) damaged: bool,
    acknowledged: Position,
}

/// A record that was read and is not known to be settled in turn.
#[derive(Debug)]
struct Flight {
    sequence: u64,
    run: u64,
    end: Position,
    bytes: u64,
    settled: bool,
}

/// Where the worker reads next.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) segment: Arc<Segment>,
    pub(crate) from: Position,
    pub(crate) to: u64,
    pub(crate) first_sequence: u64,
    run: u64,
}

/// A record that was read, or a place where records were lost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Read {
    /// Behind it.
    pub(crate) end: Position,
    /// How many records: 1, or as many as were lost.
    pub(crate) records: u64,
    pub(crate) lost: bool,
}

/// What verdicts have made superfluous: to be done without the lock.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// The segment of the last record that was settled in turn, and how far it is acknowledged now.
    pub(crate) acknowledged: Option<(Arc<Segment>, Position)>,
    /// Runs that are not needed any more.
    pub(crate) finished: Vec<Run>,
}

impl Lane {
    /// A new run follows, in which `records` wait between these offsets. More may be
    /// [appended](Self::appended) until it is [sealed](Self::seal).
    pub(crate) fn push(&mut self, segment: Arc<Segment>, start: Position, end: u64, records: u64) {
        let bytes = end.saturating_sub(start.offset);
        self.seal();
        if segment.is_memory() {
            self.memory_bytes += bytes;
        }
        self.unread_bytes += bytes;
        self.next += records;
        self.runs.push_back(Run {
            acknowledged: start,
            segment,
            read_to: start,
            end,
            sealed: false,
            unread: records,
            unread_bytes: bytes,
            unsettled_bytes: bytes,
            damaged: false,
        });
    }

    /// A record was appended to the last run, which now ends here.
    pub(crate) fn appended(&mut self, end: u64) {
        let Some(run) = self.runs.back_mut() else {
            return;
        };
        let bytes = end - run.end;
        (run.end, run.unread) = (end, run.unread + 1);
        run.unread_bytes += bytes;
        run.unsettled_bytes += bytes;
        if run.segment.is_memory() {
            self.memory_bytes += bytes;
        }
        self.unread_bytes += bytes;
        self.next += 1;
    }

    /// The last run takes no more records.
    pub(crate) fn seal(&mut self) {
        if let Some(run) = self.runs.back_mut() {
            run.sealed = true;
        }
    }

    /// Something about the last run is damaged.
    pub(crate) fn damage_last(&mut self) {
        if let Some(run) = self.runs.back_mut() {
            run.damaged = true;
        }
    }

    /// The sequence number of the next record: all others have a lower one.
    pub(crate) fn next_sequence(&self) -> u64 {
        self.next
    }

    /// The first sequence number that waits for the worker.
    pub(crate) fn first_waiting(&self) -> Option<u64> {
        let unread = (self.read < self.next).then_some(self.read);
        self.returned.front().map(|record| record.sequence).or(unread)
    }

    /// How many records wait for the worker, and their bytes.
    pub(crate) fn waiting(&self) -> (u64, u64) {
        let returned: usize = self.returned.iter().map(|record| record.bytes().len()).sum();
        (
            self.returned.len() as u64 + (self.next - self.read),
            self.unread_bytes + returned as u64,
        )
    }

    /// Bytes of the unsettled records that are only in memory.
    pub(crate) fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }

    /// The sequence number of the first record that was not read yet.
    pub(crate) fn first_unread(&self) -> u64 {
        self.read
    }

    /// All records below this sequence number are settled.
    pub(crate) fn settled_before(&self) -> u64 {
        self.flight.front().map_or(self.read, |flight| flight.sequence)
    }

    /// How many unsettled records have a lower sequence number.
    pub(crate) fn pending_before(&self, sequence: u64) -> u64 {
        let read = self
            .flight
            .iter()
            .take_while(|flight| flight.sequence < sequence)
            .filter(|flight| !flight.settled)
            .count();
        read as u64 + sequence.min(self.next).saturating_sub(self.read)
    }

    /// How many records are unsettled.
    pub(crate) fn pending(&self) -> u64 {
        self.unsettled + (self.next - self.read)
    }

    /// What was given back, up to so many records and bytes, but one in any case.
    pub(crate) fn take_returned(&mut self, records: usize, bytes: usize) -> Vec<Record> {
        let mut total = 0;
        let fits = |record: &&Record| {
            total += record.bytes().len();
            total <= bytes
        };
        let count = self.returned.iter().take(records).take_while(fits).count();
        let count = count.max(1).min(self.returned.len());
        self.returned.drain(..count).collect()
    }

    /// Where the next unread records are. `None` where there is none.
    pub(crate) fn plan(&mut self) -> Option<Plan> {
        while self.read < self.next {
            let run = self.run(self.reading)?;
            if run.unread == 0 && run.sealed {
                self.reading += 1;
                continue;
            }
            return Some(Plan {
                segment: Arc::clone(&run.segment),
                from: run.read_to,
                to: run.end,
                first_sequence: self.read,
                run: self.reading,
            });
        }
        None
    }

    /// What was read after a plan, in its order, up to where; false where the plan does not hold any more and
    /// nothing was read.
    pub(crate) fn loaded(&mut self, plan: &Plan, reads: &[Read]) -> bool {
        if self.read != plan.first_sequence || self.reading != plan.run {
            return false;
        }
        let (first_run, reading) = (self.first_run, self.reading);
        let Some(run) = self.runs.get_mut((reading - first_run) as usize) else {
            return false;
        };
        for read in reads {
            // A run never has more records than were counted when they came.
            let records = read.records.min(run.unread);
            let bytes = read.end.offset.saturating_sub(run.read_to.offset);
            run.read_to = read.end;
            run.unread -= records;
            run.unread_bytes = run.unread_bytes.saturating_sub(bytes);
            run.damaged |= read.lost;
            self.unread_bytes = self.unread_bytes.saturating_sub(bytes);
            self.flight.push_back(Flight {
                sequence: self.read,
                run: reading,
                end: read.end,
                bytes,
                settled: read.lost,
            });
            self.unsettled += u64::from(!read.lost);
            self.read += records;
        }
        true
    }

    /// The rest of the run that a plan speaks of cannot be read. Returns how many records that is.
    pub(crate) fn lose_rest(&mut self, plan: &Plan) -> u64 {
        let Some(run) = self.run(plan.run) else {
            return 0;
        };
        let unread = run.unread;
        let lost = Read {
            end: Position {
                offset: run.end,
                index: run
                    .read_to
                    .index
                    .saturating_add(u32::try_from(unread).unwrap_or(u32::MAX)),
            },
            records: unread,
            lost: true,
        };
        let current = Plan {
            first_sequence: self.read,
            ..plan.clone()
        };
        if self.loaded(&current, &[lost]) { unread } else { 0 }
    }

    /// Drops the unread records of the oldest run that has some, to make room. Returns how many.
    pub(crate) fn evict(&mut self) -> u64 {
        match self.plan() {
            // The open one is where the room is wanted.
            Some(plan) if self.run(plan.run).is_some_and(|run| run.sealed) => self.lose_rest(&plan),
            _ => 0,
        }
    }

    /// Drops the unread records of the oldest runs, as long as they are too old. Returns how many.
    pub(crate) fn expire(&mut self, too_old: impl Fn(&Segment) -> bool) -> u64 {
        let mut expired = 0;
        while let Some(plan) = self.plan()
            && self.run(plan.run).is_some_and(|run| run.sealed)
            && too_old(&plan.segment)
        {
            expired += self.lose_rest(&plan);
        }
        expired
    }

    /// The segments on disk, each with the end of its last record.
    pub(crate) fn ends(&self) -> impl Iterator<Item = (Arc<Segment>, u64)> {
        self.runs
            .iter()
            .filter(|run| !run.segment.is_memory())
            .map(|run| (Arc::clone(&run.segment), run.end))
    }

    /// Takes a record out of flight; false where it was not there.
    pub(crate) fn settle(&mut self, sequence: u64) -> bool {
        let found = self
            .flight
            .binary_search_by_key(&sequence, |flight| flight.sequence);
        let flight = found.ok().and_then(|position| self.flight.get_mut(position));
        let Some(flight) = flight.filter(|flight| !flight.settled) else {
            return false;
        };
        flight.settled = true;
        self.unsettled -= 1;
        true
    }

    /// Takes back what was not settled, rising as it was handed out.
    pub(crate) fn give_back(&mut self, unsettled: impl DoubleEndedIterator<Item = Record>) {
        for record in unsettled.rev() {
            self.returned.push_front(record);
        }
    }

    /// What verdicts have made superfluous since it was last asked.
    pub(crate) fn collect(&mut self) -> Settled {
        let mut settled = Settled::default();
        let mut reached: Option<u64> = None;
        while self.flight.front().is_some_and(|flight| flight.settled)
            && let Some(flight) = self.flight.pop_front()
        {
            let memory = self
                .runs
                .get_mut((flight.run - self.first_run) as usize)
                .map(|run| {
                    run.acknowledged = flight.end;
                    run.unsettled_bytes = run.unsettled_bytes.saturating_sub(flight.bytes);
                    run.segment.is_memory()
                });
            if memory == Some(true) {
                self.memory_bytes = self.memory_bytes.saturating_sub(flight.bytes);
            }
            reached = Some(flight.run);
        }
        let pending_run = self.flight.front().map(|flight| flight.run);
        while let Some(run) = self.runs.front() {
            let done = run.sealed && run.unread == 0 && pending_run != Some(self.first_run);
            if !done {
                break;
            }
            settled.finished.extend(self.runs.pop_front());
            self.first_run += 1;
            self.reading = self.reading.max(self.first_run);
        }
        if let Some(run) = reached.and_then(|id| self.run(id)) {
            settled.acknowledged = Some((Arc::clone(&run.segment), run.acknowledged));
        }
        settled
    }

    /// A run's records lie in another segment from now on, at the same offsets; false where the run is gone.
    pub(crate) fn replace(&mut self, old: &Arc<Segment>, new: &Arc<Segment>) -> bool {
        let Some(run) = self.runs.iter_mut().find(|run| Arc::ptr_eq(&run.segment, old)) else {
            return false;
        };
        run.segment = Arc::clone(new);
        if old.is_memory() && !new.is_memory() {
            self.memory_bytes = self.memory_bytes.saturating_sub(run.unsettled_bytes);
        }
        true
    }

    /// Sealed runs that are only in memory.
    pub(crate) fn sealed_in_memory(&self) -> impl Iterator<Item = &Arc<Segment>> {
        self.runs
            .iter()
            .filter(|run| run.sealed && run.segment.is_memory())
            .map(|run| &run.segment)
    }

    /// Forgets everything, and says what there was: how many unsettled records each run has.
    pub(crate) fn abandon(&mut self) -> Vec<(Run, u64)> {
        let mut first = self.first_run;
        let mut runs = Vec::new();
        for run in std::mem::take(&mut self.runs) {
            let in_flight = self
                .flight
                .iter()
                .filter(|flight| flight.run == first && !flight.settled)
                .count();
            let unsettled = in_flight as u64 + run.unread;
            runs.push((run, unsettled));
            first += 1;
        }
        self.flight.clear();
        self.returned.clear();
        (self.first_run, self.reading, self.read) = (first, first, self.next);
        (self.unsettled, self.unread_bytes, self.memory_bytes) = (0, 0, 0);
        runs
    }

    fn run(&self, id: u64) -> Option<&Run> {
        self.runs
            .get(usize::try_from(id.checked_sub(self.first_run)?).ok()?)
    }
}

impl Run {
    /// How far its records are settled in turn.
    pub(crate) fn acknowledged(&self) -> Position {
        self.acknowledged
    }
}
