//! What happens to a record for which there is no room.

/// What happens to a record for which there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Overflow {
    /// It is dropped, and counted. A tenth of the room is kept for `ERROR` and above, so that records below go
    /// first.
    #[default]
    DropNewest,
    /// The oldest unsent records of this stream are dropped for it, a segment's worth at once. Records of
    /// others, which this stream has inherited, are never dropped for new ones.
    DropOldest,
    /// [`send`](crate::Stream::send) waits until there is room, for ever if need be: for pipes, never for a
    /// program that has something better to do.
    Block,
}
