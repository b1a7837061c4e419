//! One record: an item, encoded once as it goes on the wire.

use std::fmt;

use tnt4_model::{Item, RecordId, Severity};

use crate::Dropped;

/// The longest record that is accepted, in bytes.
pub(crate) const LONGEST: usize = 1024 * 1024;

/// What a record costs beside its bytes: its place in the queue and the allocator's own. With it the bound
/// in bytes holds for a million tiny records too.
const OVERHEAD: usize = 64;

/// An item, encoded once as it goes on the wire: one JSON object without line breaks, which carries its own
/// `tnt4-id`. Every attempt to deliver it sends these same bytes.
pub struct Record {
    pub(crate) sequence: u64,
    bytes: Box<[u8]>,
}

impl Record {
    /// The JSON, in UTF-8.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it takes of the queue's bound, in bytes.
    pub(crate) fn cost(&self) -> usize {
        self.bytes.len() + OVERHEAD
    }

    pub(crate) fn new(sequence: u64, bytes: impl Into<Box<[u8]>>) -> Self {
        Record {
            sequence,
            bytes: bytes.into(),
        }
    }
}

/// Length and order only: the content is the application's affair.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({}, {} bytes)", self.sequence, self.bytes.len())
    }
}

/// A record that has not been accepted yet: encoded by its caller, outside of any lock.
pub(crate) struct Draft {
    bytes: Box<[u8]>,
    pub(crate) grave: bool,
}

impl Draft {
    /// Encodes `item` under a new record identity.
    pub(crate) fn encode(item: &Item) -> Result<Self, Dropped> {
        let mut bytes = Vec::with_capacity(512);
        item.encode(Some(RecordId::new()), &mut bytes);
        if bytes.len() > LONGEST {
            return Err(Dropped::RecordTooLarge);
        }
        Ok(Draft {
            bytes: bytes.into_boxed_slice(),
            grave: item.severity() >= Severity::Error,
        })
    }

    pub(crate) fn cost(&self) -> usize {
        self.bytes.len() + OVERHEAD
    }

    pub(crate) fn accept(self, sequence: u64) -> Record {
        Record::new(sequence, self.bytes)
    }
}
