//! Why a record was dropped: every loss has one of these reasons, and a count.

/// Why a record was dropped.
///
/// [`Stream::send`](crate::Stream::send) answers with one of the first three; the others befall records
/// that had been accepted, and are seen in [`Stats`](crate::Stats).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Dropped {
    /// The queue had no room for a record of this severity.
    #[error("dropped: the queue is full; the server takes records more slowly than they are sent")]
    QueueFull,
    /// The record is longer than 1 MiB, or than the queue.
    #[error("dropped: the record is too large; shorten its message or raise the queue's bound")]
    RecordTooLarge,
    /// The stream had been closed.
    #[error("dropped: the stream is closed; build a new one")]
    Closed,
    /// The server said that it will never take this record.
    #[error("dropped: the server rejected the record")]
    Rejected,
    /// It was still unacknowledged when the time to close was up, and only in memory.
    #[error("dropped: not acknowledged before the stream had to close")]
    LeftAtClose,
    /// Newer records took its place: the stream drops the oldest when there is no room.
    #[error("dropped: newer records took its place")]
    Evicted,
    /// It waited on disk for longer than it was to be kept.
    #[error("dropped: it could not be delivered for so long that it has expired")]
    Expired,
    /// What the disk gave back is not what was written; it is kept in the folder `quarantine`.
    #[error("dropped: damaged on disk")]
    Damaged,
}

impl Dropped {
    /// Every reason, in the order of declaration.
    pub const ALL: &'static [Dropped] = &[
        Dropped::QueueFull,
        Dropped::RecordTooLarge,
        Dropped::Closed,
        Dropped::Rejected,
        Dropped::LeftAtClose,
        Dropped::Evicted,
        Dropped::Expired,
        Dropped::Damaged,
    ];

    /// The reason's name in reports that machines read; it never changes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Dropped::QueueFull => "queue_full",
            Dropped::RecordTooLarge => "record_too_large",
            Dropped::Closed => "closed",
            Dropped::Rejected => "rejected",
            Dropped::LeftAtClose => "left_at_close",
            Dropped::Evicted => "evicted",
            Dropped::Expired => "expired",
            Dropped::Damaged => "damaged",
        }
    }
}
