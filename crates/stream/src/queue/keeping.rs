//! What the keeper asks the queue, and tells it.

use uuid::Uuid;

use super::{Bridge, Next, Queue};
use crate::calendar::now;
use crate::lane::Run;
use crate::segment::Writer;

impl Queue {
    /// Whether the keeper has something to do.
    pub(crate) fn has_chores(&self) -> bool {
        self.wanted().is_some() || !self.retired.is_empty() || !self.dropped.is_empty()
    }

    /// Segments have left, or a while has gone by: a folder that was full may have room.
    pub(crate) fn look_again(&mut self, length: u64) {
        if self.is_full() {
            self.look_again = Some(self.look_again.unwrap_or(0).max(length));
        }
    }

    /// Whether records are refused for the bound of the folder.
    fn is_full(&self) -> bool {
        matches!(self.next, Some(Next::Full | Next::Ready { reserved: true, .. })) || self.is_reserved_open()
    }

    pub(super) fn is_reserved_open(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.reserved)
    }

    /// The room that the next segment must have at least, where one is wanted.
    pub(crate) fn wanted(&self) -> Option<u64> {
        match self.next {
            Some(Next::Wanted(room)) => Some(room),
            Some(Next::Full) => self.look_again,
            _ => None,
        }
    }

    /// Whether the keeper is to look if what is kept for errors and above can be for all.
    pub(crate) fn take_doubt(&mut self) -> bool {
        let doubts = !matches!(self.next, Some(Next::Full)) && self.look_again.is_some();
        if doubts {
            self.look_again = None;
        }
        doubts && self.is_full()
    }

    /// The folder has room: what was kept for errors and above is for all.
    pub(crate) fn open_to_all(&mut self) {
        if let Some(open) = &mut self.open {
            open.reserved = false;
        }
        if let Some(Next::Ready { reserved, .. }) = &mut self.next {
            *reserved = false;
        }
    }

    /// Where the keeper has come with the next segment, and with how many bytes more gaps may be bridged.
    /// True where the disk takes records again.
    pub(crate) fn provide(&mut self, next: Next, bridges: u64) -> bool {
        let is_ready = matches!(next, Next::Ready { .. });
        let recovered = self.failing && is_ready;
        self.failing = matches!(next, Next::Failed) || (self.failing && !recovered);
        self.look_again = None;
        self.bridges += bridges;
        if let Some(Next::Ready { writer, .. }) = self.next.replace(next) {
            self.retired.push(writer);
        }
        // What memory has bridged goes to a file now, and not when the next record comes.
        if is_ready
            && let Some(open) = &self.open
            && open.writer.segment().is_memory()
        {
            self.retire(false);
        }
        recovered
    }

    /// There is no keeper, and so no disk.
    pub(crate) fn give_up_disk(&mut self) {
        if let Some(Next::Ready { writer, .. }) = self.next.take() {
            drop(writer.segment().remove());
        }
    }

    /// Whether it has been said that the disk takes nothing.
    pub(crate) fn disk_failed_before(&self) -> bool {
        self.failing
    }

    /// The stream has a place on disk: its name there, and how gaps are bridged.
    pub(crate) fn settle_down(&mut self, stream: Uuid, bridge: Bridge) {
        self.stream = stream;
        self.bridge = Some(bridge);
        // What was set aside in another folder is not set aside here.
        self.bridges = 0;
    }

    /// The stream's folder is gone: nothing more is appended to files in it.
    pub(crate) fn leave_folder(&mut self) {
        if self
            .open
            .as_ref()
            .is_some_and(|open| !open.writer.segment().is_memory())
        {
            self.retire(false);
        }
        if matches!(self.next, Some(Next::Ready { .. } | Next::Later | Next::Full))
            && let Some(Next::Ready { writer, .. }) = self.next.replace(Next::Wanted(0))
        {
            self.retired.push(writer);
        }
    }

    /// A segment that is older than this, in milliseconds, and has records, takes no more of them once the next one
    /// is there.
    pub(crate) fn turn_over(&mut self, age: u64) {
        let Some(open) = &mut self.open else {
            return;
        };
        if open.writer.count() > 0 && open.created_at().saturating_add(age) < now() {
            open.old = true;
            if matches!(self.next, Some(Next::Later)) {
                self.next = Some(Next::Wanted(0));
            }
        }
    }

    /// The open segment takes no more records where all that it has are as old as this, in milliseconds.
    pub(crate) fn seal_if_older(&mut self, age: u64) {
        let Some(open) = &self.open else {
            return;
        };
        if open.writer.count() > 0 && open.created_at().saturating_add(age) < now() {
            self.retire(false);
        }
    }

    /// A disk that took nothing is to be tried again.
    pub(crate) fn try_disk_again(&mut self) {
        if matches!(self.next, Some(Next::Failed)) {
            self.next = Some(Next::Wanted(0));
        }
        self.look_again(0);
    }

    /// Whether something is to be tried again: there is no next segment, or something is in memory only.
    pub(crate) fn needs_disk(&self) -> bool {
        self.disk_takes_nothing() || self.is_full() || self.lane.sealed_in_memory().next().is_some()
    }

    /// Whether what is in memory cannot be brought to the disk at present.
    pub(crate) fn disk_takes_nothing(&self) -> bool {
        matches!(self.next, None | Some(Next::Failed | Next::Full))
    }

    /// Writers that are done.
    pub(crate) fn take_retired(&mut self) -> Vec<Writer> {
        std::mem::take(&mut self.retired)
    }

    /// Runs that were dropped to make room.
    pub(crate) fn take_dropped(&mut self) -> Vec<Run> {
        std::mem::take(&mut self.dropped)
    }
}
