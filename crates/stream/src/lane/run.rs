//! A segment in a lane: how far it is read, and what of it is not settled.

use std::sync::Arc;

use super::Read;
use crate::segment::{Position, Segment};

/// A segment in a lane.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) segment: Arc<Segment>,
    /// Whether something in it was found damaged.
    pub(crate) damaged: bool,
    /// Its place in the lane: rising, with gaps where others have left.
    pub(super) id: u64,
    /// The sequence number of its first record.
    pub(super) first: u64,
    /// Where reading goes on.
    pub(super) read_to: Position,
    /// The end of the last record.
    pub(super) end: u64,
    pub(super) sealed: bool,
    /// How many of its records were not read yet, and how many were, but have no verdict.
    pub(super) unread: u64,
    pub(super) in_flight: u64,
    /// Bytes of its unread records, and of those that are not settled in turn.
    pub(super) unread_bytes: u64,
    pub(super) unsettled_bytes: u64,
    pub(super) acknowledged: Position,
}

impl Run {
    /// A run in which `records` wait between these offsets.
    pub(super) fn new(segment: Arc<Segment>, start: Position, end: u64, records: u64) -> Self {
        let bytes = end.saturating_sub(start.offset);
        Run {
            segment,
            damaged: false,
            id: 0,
            first: 0,
            read_to: start,
            end,
            sealed: false,
            unread: records,
            in_flight: 0,
            unread_bytes: bytes,
            unsettled_bytes: bytes,
            acknowledged: start,
        }
    }

    /// How far its records are settled in turn.
    pub(crate) fn acknowledged(&self) -> Position {
        self.acknowledged
    }

    /// How many of its records are not settled.
    pub(crate) fn unsettled(&self) -> u64 {
        self.unread + self.in_flight
    }

    /// Whether it is not needed any more.
    pub(super) fn is_done(&self) -> bool {
        self.sealed && self.unsettled() == 0
    }

    /// What a loss of all its unread records looks like.
    pub(super) fn rest(&self) -> Read {
        let unread = u32::try_from(self.unread).unwrap_or(u32::MAX);
        Read {
            end: Position {
                offset: self.end,
                index: self.read_to.index.saturating_add(unread),
            },
            records: self.unread,
            lost: true,
        }
    }
}
