//! One record: an item, encoded once as it goes on the wire.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use tnt4_model::{Item, RecordId, Severity};
use tnt4_mqtt::Topic;

use crate::Dropped;
use crate::segment::Frame;

/// The longest record that is accepted, in bytes.
pub(crate) const LONGEST: usize = 1024 * 1024;

/// What a thread keeps of an encoding's memory for the next one.
const KEPT: usize = 16 * 1024;

thread_local! {
    static MEMORY: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// An item, encoded once as it goes on the wire: one JSON object without line breaks, which carries its own
/// `tnt4-id`. Every attempt to deliver it sends these same bytes.
pub struct Record {
    pub(crate) sequence: u64,
    buffer: Arc<Vec<u8>>,
    /// In front of the body.
    key: u16,
    body: Range<usize>,
}

impl Record {
    /// The JSON, in UTF-8.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(self.body.clone()).unwrap_or_default()
    }

    /// Where it is to go at its destination: MQTT's topic. Empty where that was not said.
    #[must_use]
    pub fn routing_key(&self) -> &str {
        let start = self.body.start.saturating_sub(usize::from(self.key));
        let key = self.buffer.get(start..self.body.start).unwrap_or_default();
        std::str::from_utf8(key).unwrap_or_default()
    }

    /// The same record; its routing key lies in front of its body, and has so many bytes.
    pub(crate) fn with_key(self, length: u16) -> Self {
        Record { key: length, ..self }
    }

    /// A record within a buffer that it shares with its neighbours.
    pub(crate) fn new(sequence: u64, buffer: &Arc<Vec<u8>>, body: Range<usize>) -> Self {
        Record {
            sequence,
            buffer: Arc::clone(buffer),
            key: 0,
            body,
        }
    }

    /// The same record once more.
    pub(crate) fn again(&self) -> Self {
        Record::new(self.sequence, &self.buffer, self.body.clone()).with_key(self.key)
    }

    /// A record with a buffer to itself.
    pub(crate) fn alone(sequence: u64, bytes: Vec<u8>) -> Self {
        let length = bytes.len();
        Record::new(sequence, &Arc::new(bytes), 0..length)
    }
}

/// Length and order only: the content is the application's affair.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({}, {} bytes)", self.sequence, self.body.len())
    }
}

/// A record that has not been accepted yet: encoded by its caller, outside of any lock.
pub(crate) struct Draft {
    bytes: Vec<u8>,
    topic: Option<Topic>,
    grave: bool,
}

impl Draft {
    /// Encodes `item` under a new record identity.
    pub(crate) fn encode(item: &Item) -> Result<Self, Dropped> {
        // The thread's own memory is used again and again, unless the thread is ending.
        let mut bytes = MEMORY
            .try_with(|memory| {
                memory
                    .try_borrow_mut()
                    .map(|mut memory| std::mem::take(&mut *memory))
            })
            .ok()
            .and_then(Result::ok)
            .unwrap_or_default();
        bytes.clear();
        item.encode(Some(RecordId::new()), &mut bytes);
        let draft = Draft {
            bytes,
            topic: None,
            grave: item.severity() >= Severity::Error,
        };
        if draft.bytes.len() > LONGEST {
            return Err(Dropped::RecordTooLarge);
        }
        Ok(draft)
    }

    /// The same, for this topic.
    pub(crate) fn to(mut self, topic: Topic) -> Self {
        self.topic = Some(topic);
        self
    }

    /// The record as a segment takes it. It takes a checksum: to be called outside of any lock, too.
    pub(crate) fn frame(&self) -> Result<Frame<'_>, Dropped> {
        let key = self.topic.as_ref().map_or("", Topic::as_str);
        Frame::encoded(key, &self.bytes, self.grave).map_err(|_| Dropped::RecordTooLarge)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.bytes.capacity() <= KEPT {
            let bytes = std::mem::take(&mut self.bytes);
            let _ = MEMORY.try_with(|memory| memory.try_borrow_mut().map(|mut memory| *memory = bytes));
        }
    }
}
