//! What a scan comes upon: records, and what is left of records.

use super::format::Position;

/// What a scan comes upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    Record(Record<'a>),
    Damage(Damage),
}

/// A record, whole as it was appended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    /// Its index within the segment, from 0.
    pub(crate) index: u32,
    /// Where it begins.
    pub(crate) start: u64,
    /// Where the next one begins: behind the padding.
    pub(crate) end: u64,
    /// Whether its severity is ERROR or above.
    pub(crate) grave: bool,
    /// The routing key: MQTT's topic; empty for HTTP.
    pub(crate) key: &'a str,
    /// Its JSON.
    pub(crate) body: &'a [u8],
}

/// A stretch in which records were lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damage {
    /// Where the stretch begins.
    pub(crate) start: u64,
    /// Where it ends.
    pub(crate) end: u64,
    /// How many records were lost in it, at least 1. The indices of the records around it say so; at the end of
    /// a segment nothing does, and it is 1.
    pub(crate) records: u64,
}

impl Record<'_> {
    /// Behind this record: what to acknowledge once it and all before have arrived.
    pub(crate) fn position_after(&self) -> Position {
        Position {
            offset: self.end,
            index: self.index.saturating_add(1),
        }
    }
}

/// Place and lengths only: the content is the application's affair.
impl std::fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Record {
            index, start, end, ..
        } = self;
        write!(
            f,
            "Record({index}, {start}..{end}, {} + {} bytes)",
            self.key.len(),
            self.body.len()
        )
    }
}
