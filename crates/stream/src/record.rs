//! One record: an item, encoded once as it goes on the wire.

use std::borrow::Cow;
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
///
/// A [text](crate::Stream::send_text) is a record, too: a JSON string, so that it lies on disk, in dead letters and in
/// exports as everything does, and no text can pretend to be an item. It has no identity.
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

    /// What a receiver gets who takes anything: the text itself where it is one, and the JSON of an item.
    #[must_use]
    pub fn payload(&self) -> Cow<'_, [u8]> {
        let bytes = self.bytes();
        let Some(text) = bytes
            .strip_prefix(b"\"")
            .and_then(|rest| rest.strip_suffix(b"\""))
        else {
            return Cow::Borrowed(bytes);
        };
        if !text.contains(&b'\\') {
            return Cow::Borrowed(text);
        }
        match serde_json::from_slice::<String>(bytes) {
            Ok(text) => Cow::Owned(text.into_bytes()),
            // Not of our making.
            Err(_) => Cow::Borrowed(bytes),
        }
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

    /// A record for this topic, with a buffer to itself. A topic that is longer than any can be is left out.
    pub(crate) fn to(sequence: u64, topic: &str, body: &[u8]) -> Self {
        let key = u16::try_from(topic.len()).unwrap_or_default();
        let topic = topic.as_bytes().get(..usize::from(key)).unwrap_or_default();
        let buffer = [topic, body].concat();
        let end = buffer.len();
        Record::new(sequence, &Arc::new(buffer), topic.len()..end).with_key(key)
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
        Self::encode_by(item.severity(), |out| item.encode(Some(RecordId::new()), out))
    }

    /// What `encode` writes, one object with an identity of a record of its own.
    pub(crate) fn encode_by(severity: Severity, encode: impl FnOnce(&mut Vec<u8>)) -> Result<Self, Dropped> {
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
        encode(&mut bytes);
        let draft = Draft {
            bytes,
            topic: None,
            grave: severity >= Severity::Error,
        };
        if draft.bytes.len() > LONGEST {
            return Err(Dropped::RecordTooLarge);
        }
        Ok(draft)
    }

    /// A text as a record, without an identity.
    pub(crate) fn text(text: &str) -> Result<Self, Dropped> {
        // In JSON it is no shorter.
        if text.len() > LONGEST {
            return Err(Dropped::RecordTooLarge);
        }
        let draft = Draft {
            // Control characters are escaped in it, as a segment wants it.
            bytes: serde_json::Value::from(text).to_string().into_bytes(),
            topic: None,
            grave: false,
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_is_its_own_payload(text in "\\PC*|(.|\n)*|[\"\\\\{}\u{1e}]*") {
            let draft = Draft::text(&text).unwrap();
            prop_assert!(draft.bytes.iter().all(|byte| *byte >= b' '));
            let record = Record::alone(0, draft.bytes.clone());
            prop_assert_eq!(record.payload(), text.as_bytes());
        }
    }

    #[test]
    fn an_items_payload_is_its_json() {
        for json in ["{\"a\":\"b\"}", "", "\"", "\"a\\\""] {
            let record = Record::to(0, "a/b", json.as_bytes());
            assert_eq!(
                (record.routing_key(), &*record.payload()),
                ("a/b", json.as_bytes())
            );
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_none() {
        assert!(Draft::text(&"x".repeat(LONGEST - 2)).is_ok());
        for text in ["x".repeat(LONGEST - 1), "\0".repeat(LONGEST / 6 + 1)] {
            assert!(Draft::text(&text).is_err());
        }
    }
}
