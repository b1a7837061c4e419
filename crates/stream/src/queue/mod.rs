//! What a stream accepts: into the open segment, and into the next one when that is full.
//!
//! Plain data; the lock is [`shared`](crate::shared)'s, and under it a record costs a copy. On disk, segments
//! are made ahead by the [keeper](crate::keeper), so that no caller waits for a file system. Where the next
//! one is not ready in time, the caller bridges the gap with a small file without blocks: a matter of microseconds, and
//! what is accepted survives the process all the same. Where the disk takes none, records go into a segment in memory,
//! within the bound of memory, and the keeper writes it to a file as soon as it can.
//!
//! Segments that are made ahead get numbers that leave room for those which come between them, so that their
//! numbers tell the order of their records.
//!
//! What is full is told apart: the destination's folder has reached its bound ([`Next::Full`]: the policy of
//! overflow decides), or memory has.

mod keeping;
#[cfg(test)]
mod tests;

use crate::lane::{Lane, Run};
use crate::overflow::Overflow;
use uuid::Uuid;

use crate::segment::{Frame, Identity, RECORDS, Writer};
use crate::{Dropped, calendar, identity, record};

/// The smallest segment, and the first.
pub(crate) const SMALLEST_SEGMENT: u64 = 256 << 10;

/// How far the numbers of segments lie apart that are made ahead.
const NUMBERS: u64 = 1 << 16;

/// Makes a file for the gap before the next segment is there.
pub(crate) type Bridge = Box<dyn Fn(&Identity, u64) -> Option<Writer> + Send>;

/// The bounds of a queue and of the batches taken from it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// What all records that are only in memory may take, in bytes.
    pub(crate) queue_bytes: usize,
    /// Records in a batch, at least 1.
    pub(crate) batch_records: usize,
    /// Bytes in a batch; one record is taken whatever its size.
    pub(crate) batch_bytes: usize,
    /// What happens to a record for which there is no room.
    pub(crate) overflow: Overflow,
}

impl Limits {
    /// What may be in use after a record has been added: a tenth is kept for errors and above.
    fn bound(&self, grave: bool) -> u64 {
        let all = self.queue_bytes as u64;
        if grave { all } else { all - all / 10 }
    }

    /// The capacity of segments in memory: a fraction of the bound, for they are given back whole.
    fn memory_segment(&self) -> u64 {
        (self.queue_bytes as u64 / 32).clamp(4 << 10, SMALLEST_SEGMENT)
    }
}

/// What a stream accepts.
pub(crate) struct Queue {
    pub(crate) lane: Lane,
    limits: Limits,
    open: Option<Open>,
    /// `None` where nothing goes to disk.
    next: Option<Next>,
    stream: Uuid,
    /// The number of the last segment that was opened, and of the last that was made ahead.
    number: u64,
    ahead: u64,
    bridge: Option<Bridge>,
    /// With how many bytes a gap may still be bridged.
    bridges: u64,
    failing: bool,
    /// Writers that are done, to be dropped where it hinders nobody: their files are mapped.
    retired: Vec<Writer>,
    /// Runs that were dropped to make room: their files are to be removed.
    dropped: Vec<Run>,
    /// The keeper is to look again whether a folder that was full has room, with this much for the next segment.
    look_again: Option<u64>,
}

/// The segment that records go into.
struct Open {
    writer: Writer,
    reserved: bool,
    /// Whether it is old enough to be followed by another.
    old: bool,
}

/// The segment on disk that will be open next.
pub(crate) enum Next {
    /// Nobody needs one yet.
    Later,
    /// The keeper is to make one with at least so much room.
    Wanted(u64),
    /// Here it is.
    Ready {
        writer: Writer,
        /// Whether it is of the tenth that is kept for errors and above.
        reserved: bool,
    },
    /// The destination's folder has reached its bound.
    Full,
    /// The disk takes none.
    Failed,
}

/// What an append has set in motion, whether or not there was room.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Appended {
    /// Why the record was not accepted.
    pub(crate) refused: Option<Dropped>,
    /// The keeper has something to do.
    pub(crate) keeper: bool,
    /// Older records that were dropped for this one.
    pub(crate) evicted: u64,
}

impl Queue {
    pub(crate) fn new(limits: Limits, on_disk: bool) -> Self {
        Queue {
            lane: Lane::default(),
            limits,
            open: None,
            next: on_disk.then_some(Next::Later),
            stream: identity::new(),
            number: 0,
            ahead: 0,
            bridge: None,
            bridges: 0,
            failing: false,
            retired: Vec::new(),
            dropped: Vec::new(),
            look_again: None,
        }
    }

    /// Appends a record, or says why there is no room for it.
    pub(crate) fn append(&mut self, frame: &Frame<'_>) -> Appended {
        let mut appended = Appended::default();
        appended.refused = self.append_to_some(frame, &mut appended).err();
        appended.keeper |= self.look_ahead();
        appended
    }

    fn append_to_some(&mut self, frame: &Frame<'_>, appended: &mut Appended) -> Result<(), Dropped> {
        let length = frame.size();
        loop {
            match self.place(length, frame.is_grave()) {
                Ok(()) => {}
                Err(Dropped::QueueFull) if self.limits.overflow == Overflow::DropOldest => {
                    appended.evicted += self.evict(length, appended.evicted > 0)?;
                    appended.keeper = true;
                    continue;
                }
                Err(reason) => return Err(reason),
            }
            let Some(open) = &mut self.open else {
                return Err(Dropped::QueueFull);
            };
            match open.writer.append(frame) {
                Ok(end) => {
                    self.lane.appended(end);
                    return Ok(());
                }
                // A file that takes no more: the next segment is another one.
                Err(_) => self.retire(true),
            }
        }
    }

    /// Drops the oldest records for one of this length. Returns how many.
    fn evict(&mut self, length: u64, again: bool) -> Result<u64, Dropped> {
        // Memory has room at once. On disk the keeper makes it: until then memory takes what comes, and where that
        // is full, to drop more would not help.
        let evicted = if again && self.next.is_some() {
            0
        } else {
            self.lane.evict()
        };
        if evicted == 0 {
            return Err(Dropped::QueueFull);
        }
        let left = self.lane.take_finished();
        self.dropped
            .extend(left.into_iter().filter(|run| !run.segment.is_memory()));
        if self.is_reserved_open() {
            self.retire(false);
        }
        self.next = self.next.take().map(|next| match next {
            Next::Ready { writer, .. } => {
                self.retired.push(writer);
                Next::Wanted(length)
            }
            Next::Full | Next::Later => Next::Wanted(length),
            other => other,
        });
        Ok(evicted)
    }

    /// Sees to it that the open segment takes a record of this length.
    fn place(&mut self, length: u64, grave: bool) -> Result<(), Dropped> {
        let longest = match self.next {
            None => self.limits.bound(grave).max(self.limits.memory_segment()),
            Some(_) => record::LONGEST as u64 * 2,
        };
        if length > longest {
            return Err(Dropped::RecordTooLarge);
        }
        if let Some(open) = &self.open {
            let fits = open.writer.room() >= length;
            if !open.writer.segment().is_memory() {
                let kept = open.reserved && !grave;
                let followed = open.old && matches!(self.next, Some(Next::Ready { .. }));
                if fits && !kept && !followed {
                    return Ok(());
                }
                // The keeper says when it is for all.
                if kept && !matches!(self.next, Some(Next::Ready { .. } | Next::Failed)) {
                    return Err(Dropped::QueueFull);
                }
            } else if fits && !self.may_use_disk() {
                return self.admit_to_memory(length, grave);
            }
        }
        self.open_next(length, grave)
    }

    /// Whether a segment on disk is ready, or will be refused: either way memory is not the place.
    fn may_use_disk(&self) -> bool {
        matches!(self.next, Some(Next::Ready { .. } | Next::Full))
    }

    fn open_next(&mut self, length: u64, grave: bool) -> Result<(), Dropped> {
        match self.next.take() {
            Some(Next::Ready { writer, reserved }) if reserved && !grave => {
                self.next = Some(Next::Ready { writer, reserved });
                return Err(Dropped::QueueFull);
            }
            Some(Next::Ready { writer, reserved }) if writer.room() >= length => {
                self.next = Some(Next::Later);
                self.install(writer, reserved);
                return Ok(());
            }
            Some(Next::Ready { writer, .. }) => {
                // Too small for this one. It is given back.
                self.retired.push(writer);
                self.next = Some(Next::Wanted(length));
            }
            Some(Next::Full) => {
                self.next = Some(Next::Full);
                return Err(Dropped::QueueFull);
            }
            Some(Next::Later) => self.next = Some(Next::Wanted(length)),
            Some(Next::Wanted(room)) => self.next = Some(Next::Wanted(room.max(length))),
            other => self.next = other,
        }
        if let Some(writer) = self.bridge_gap(length) {
            self.install(writer, false);
            return Ok(());
        }
        // The disk takes nothing, or everything is late: memory does.
        self.admit_to_memory(length, grave)?;
        let capacity = RECORDS + self.limits.memory_segment().max(length);
        let identity = self.identity();
        let writer = Writer::memory(&identity, capacity).map_err(|_| Dropped::RecordTooLarge)?;
        self.install(writer, false);
        Ok(())
    }

    /// A file for this record and those that follow it, where the keeper is only late.
    fn bridge_gap(&mut self, length: u64) -> Option<Writer> {
        let capacity = (RECORDS + length).max(SMALLEST_SEGMENT.min(self.bridges));
        if !matches!(self.next, Some(Next::Wanted(_))) || self.failing || capacity > self.bridges {
            return None;
        }
        let identity = self.identity();
        let writer = self.bridge.as_ref()?(&identity, capacity)?;
        self.bridges -= capacity;
        Some(writer)
    }

    fn admit_to_memory(&self, length: u64, grave: bool) -> Result<(), Dropped> {
        let bound = self.limits.bound(grave);
        if length > bound {
            Err(Dropped::RecordTooLarge)
        } else if self.lane.memory_bytes() + length > bound {
            Err(Dropped::QueueFull)
        } else {
            Ok(())
        }
    }

    fn install(&mut self, writer: Writer, reserved: bool) {
        self.retire(false);
        if let Some(identity) = writer.segment().identity() {
            self.number = self.number.max(identity.number);
        }
        let start = writer.position();
        self.lane.push(writer.segment().clone(), start, start.offset, 0);
        self.open = Some(Open {
            writer,
            reserved,
            old: false,
        });
    }

    /// The open segment takes no more. `failed` says that its file is the reason.
    fn retire(&mut self, failed: bool) {
        self.lane.seal();
        if let Some(open) = self.open.take() {
            self.give_up(open.writer);
        }
        if failed
            && self.next.is_some()
            && let Some(Next::Ready { writer, .. }) = self.next.replace(Next::Failed)
        {
            self.give_up(writer);
        }
    }

    /// Leaves a writer to the keeper, where there is one: without it there is nothing in a file.
    fn give_up(&mut self, writer: Writer) {
        if self.next.is_some() || !writer.segment().is_memory() {
            self.retired.push(writer);
        }
    }

    /// Asks for the next segment when the open one is half full. True where the keeper has something to do.
    fn look_ahead(&mut self) -> bool {
        if let Some(Next::Later) = self.next
            && self.open.as_ref().is_some_and(Open::is_half_full)
        {
            self.next = Some(Next::Wanted(0));
        }
        self.has_chores()
    }

    /// The identity of a segment that follows the last one at once.
    fn identity(&mut self) -> Identity {
        self.number += 1;
        self.named(self.number)
    }

    /// The identity of a segment that is made ahead.
    pub(crate) fn identity_ahead(&mut self) -> Identity {
        self.ahead = (self.ahead.max(self.number) / NUMBERS + 1) * NUMBERS;
        self.named(self.ahead)
    }

    fn named(&self, number: u64) -> Identity {
        Identity {
            number,
            stream: self.stream,
            created_at: calendar::now(),
        }
    }

    /// No more records: the open segment is sealed, too.
    pub(crate) fn close(&mut self) {
        self.retire(false);
        if let Some(Next::Ready { writer, .. }) = self.next.take() {
            self.retired.push(writer);
        }
    }

    /// Whether a whole batch waits.
    pub(crate) fn has_whole_batch(&self) -> bool {
        let (records, bytes) = self.lane.waiting();
        records >= self.limits.batch_records as u64 || bytes >= self.limits.batch_bytes as u64
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }
}

impl Open {
    fn created_at(&self) -> u64 {
        let identity = self.writer.segment().identity();
        identity.map_or(0, |identity| identity.created_at)
    }

    fn is_half_full(&self) -> bool {
        self.writer.room() <= self.writer.end()
    }
}
