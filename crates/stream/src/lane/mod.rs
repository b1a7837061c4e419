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
//! * a run leaves when it is sealed and all its records are settled, also where one before it stays: what was
//!   dropped to make room makes room, although the server takes nothing.

mod losses;
mod run;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use crate::record::Record;
use crate::segment::{Position, Segment};

pub(crate) use run::Run;

/// Records in their order, from their segments to their verdicts.
#[derive(Debug, Default)]
pub(crate) struct Lane {
    /// By rising id.
    runs: VecDeque<Run>,
    /// The id of the next run.
    next_run: u64,
    /// The run that is being read has this id, or a higher one.
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
    /// The run of the last record that was settled in turn since it was last asked.
    reached: Option<u64>,
    /// Runs that have left since it was last asked.
    finished: Vec<Run>,
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
        self.seal();
        let run = Run {
            id: self.next_run,
            first: self.next,
            ..Run::new(segment, start, end, records)
        };
        if run.segment.is_memory() {
            self.memory_bytes += run.unsettled_bytes;
        }
        self.unread_bytes += run.unread_bytes;
        self.next += records;
        self.next_run += 1;
        self.runs.push_back(run);
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
        if let Some(run) = self.runs.back_mut()
            && !std::mem::replace(&mut run.sealed, true)
        {
            let id = run.id;
            self.let_go(id);
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

    /// How many unsettled records are only in memory.
    pub(crate) fn in_memory(&self) -> u64 {
        let runs = self.runs.iter().filter(|run| run.segment.is_memory());
        runs.map(Run::unsettled).sum()
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
        let position = self.runs.partition_point(|run| run.id < self.reading);
        let run = self.runs.iter().skip(position).find(|run| run.unread > 0)?;
        self.reading = run.id;
        Some(Plan {
            segment: Arc::clone(&run.segment),
            from: run.read_to,
            to: run.end,
            first_sequence: self.read,
            run: run.id,
        })
    }

    /// What was read after a plan, in its order, up to where. Returns how many records that has lost; `None` where the
    /// plan does not hold any more and nothing was read.
    pub(crate) fn loaded(&mut self, plan: &Plan, reads: &[Read]) -> Option<u64> {
        let holds = self.read == plan.first_sequence && self.reading == plan.run;
        holds.then(|| self.read_on(plan.run, reads)).flatten()
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
        let id = flight.run;
        self.unsettled -= 1;
        if let Some(run) = run_of(&mut self.runs, id) {
            run.in_flight -= 1;
        }
        self.let_go(id);
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
        self.advance();
        let reached = self.reached.take().and_then(|id| run_of(&mut self.runs, id));
        Settled {
            acknowledged: reached.map(|run| (Arc::clone(&run.segment), run.acknowledged)),
            finished: self.take_finished(),
        }
    }

    /// Runs that have left since it was last asked.
    pub(crate) fn take_finished(&mut self) -> Vec<Run> {
        std::mem::take(&mut self.finished)
    }

    /// A run's records lie in another segment from now on, at the same offsets; false where the run is gone.
    pub(crate) fn replace(&mut self, old: &Arc<Segment>, new: &Arc<Segment>) -> bool {
        let Some(run) = self.runs.iter_mut().find(|run| Arc::ptr_eq(&run.segment, old)) else {
            return false;
        };
        run.segment = Arc::clone(new);
        if old.is_memory() && !new.is_memory() {
            self.memory_bytes -= run.unsettled_bytes;
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

    /// The first sequence number that is in memory only, but for that in these segments.
    pub(crate) fn first_in_memory(&self, but: &[Weak<Segment>]) -> Option<u64> {
        self.runs
            .iter()
            .filter(|run| run.segment.is_memory() && run.first < self.next)
            .find(|run| {
                !but.iter()
                    .any(|segment| std::ptr::eq(segment.as_ptr(), Arc::as_ptr(&run.segment)))
            })
            .map(|run| run.first)
    }

    /// Goes on in this run, and says how many records that has lost; `None` where it has left.
    fn read_on(&mut self, id: u64, reads: &[Read]) -> Option<u64> {
        let run = run_of(&mut self.runs, id)?;
        let mut lost = 0;
        for read in reads {
            // A run never has more records than were counted when they came.
            let records = read.records.min(run.unread);
            if records == 0 {
                continue;
            }
            let bytes = read.end.offset.saturating_sub(run.read_to.offset);
            let bytes = bytes.min(run.unread_bytes);
            run.read_to = read.end;
            run.unread -= records;
            run.in_flight += u64::from(!read.lost);
            run.unread_bytes -= bytes;
            run.damaged |= read.lost;
            lost += if read.lost { records } else { 0 };
            self.unread_bytes -= bytes;
            match self.flight.back_mut() {
                // What is lost in a row is one entry, however much that becomes.
                Some(last) if read.lost && last.settled && last.run == id => {
                    last.end = read.end;
                    last.bytes += bytes;
                }
                _ => self.flight.push_back(Flight {
                    sequence: self.read,
                    run: id,
                    end: read.end,
                    bytes,
                    settled: read.lost,
                }),
            }
            self.unsettled += u64::from(!read.lost);
            self.read += records;
        }
        self.let_go(id);
        Some(lost)
    }

    /// Forgets what is settled in turn.
    fn advance(&mut self) {
        while self.flight.front().is_some_and(|flight| flight.settled)
            && let Some(flight) = self.flight.pop_front()
        {
            // It may have left before its turn.
            let Some(run) = run_of(&mut self.runs, flight.run) else {
                continue;
            };
            run.acknowledged = flight.end;
            run.unsettled_bytes -= flight.bytes;
            if run.segment.is_memory() {
                self.memory_bytes -= flight.bytes;
            }
            self.reached = Some(flight.run);
        }
    }

    /// Lets a run leave that is not needed any more.
    fn let_go(&mut self, id: u64) {
        let Ok(position) = self.runs.binary_search_by_key(&id, |run| run.id) else {
            return;
        };
        if let Some(run) = self.runs.get(position)
            && run.is_done()
            && let Some(mut run) = self.runs.remove(position)
        {
            // Also what was settled out of turn.
            run.acknowledged = run.read_to;
            if run.segment.is_memory() {
                self.memory_bytes -= run.unsettled_bytes;
            }
            self.finished.push(run);
        }
    }
}

fn run_of(runs: &mut VecDeque<Run>, id: u64) -> Option<&mut Run> {
    let position = runs.binary_search_by_key(&id, |run| run.id).ok()?;
    runs.get_mut(position)
}
