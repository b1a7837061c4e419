//! A message of MQTT to records.
//!
//! * An object, several of them one a line, or an array of them: records, as in a body of HTTP.
//! * JSON of one of these forms that is no record is refused: its sender meant one.
//! * Any other text is an event whose message it is, named after the topic. So are a lone number and broken JSON.
//! * Bytes that are not text are refused: nothing of them could be shown or asked for.

use tnt4_model::{Event, PathHint, Timestamp};

use super::body::{self, Body, MOST_RECORDS};
use crate::store::Arrival;

/// How much of a topic is shown to the operator, in characters.
const SHOWN: usize = 100;

/// What a message brings.
#[derive(Debug, Default)]
pub(crate) struct Message {
    /// Its records, to be committed.
    pub(crate) arrivals: Vec<Arrival>,
    /// What of it cannot be a record.
    pub(crate) refused: Option<Refused>,
}

/// What cannot be a record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// How many there are of it.
    pub(crate) records: usize,
    /// Why not; of several, the first.
    pub(crate) why: String,
}

/// Reads the message that came to this topic.
pub(crate) fn message(topic: &str, payload: &[u8]) -> Message {
    let received = Timestamp::now();
    let bytes = body::trimmed(payload);
    if !matches!(bytes.first(), Some(b'{' | b'[')) {
        return text(topic, payload, received);
    }
    match body::read(bytes, PathHint::Any, false, received) {
        Body::One(arrival) => Message {
            arrivals: vec![*arrival],
            refused: None,
        },
        Body::Several { arrivals, refused } => {
            let records = refused.len();
            let why = refused.into_iter().next().map(|refusal| refusal.reason);
            Message {
                arrivals,
                refused: why.map(|why| Refused { records, why }),
            }
        }
        Body::TooMany => refuse(format!(
            "the message has more than {MOST_RECORDS} records; send fewer at a time"
        )),
        Body::Nothing(why) if is_json(bytes) => refuse(why),
        Body::Nothing(_) => text(topic, payload, received),
    }
}

fn text(topic: &str, payload: &[u8], received: Timestamp) -> Message {
    let Ok(text) = std::str::from_utf8(payload) else {
        let topic: String = topic.chars().take(SHOWN).collect();
        let length = payload.len();
        return refuse(format!(
            "a message of {length} bytes to {topic:?} is neither JSON nor text in UTF-8"
        ));
    };
    let event = Event::new(topic).message(text).report_time(received);
    Message {
        arrivals: vec![Arrival {
            record_id: None,
            item: event.into(),
            received,
        }],
        refused: None,
    }
}

fn refuse(why: String) -> Message {
    Message {
        arrivals: Vec::new(),
        refused: Some(Refused { records: 1, why }),
    }
}

/// Whether all of it is JSON, one value or several.
fn is_json(bytes: &[u8]) -> bool {
    serde_json::Deserializer::from_slice(bytes)
        .into_iter::<serde::de::IgnoredAny>()
        .all(|value| value.is_ok())
}

#[cfg(test)]
mod tests {
    use tnt4_model::Item;

    use super::*;

    /// Name and message of each record, and the reason of a refusal.
    fn read(payload: &[u8]) -> (Vec<(String, String)>, Option<Refused>) {
        let message = message("plant/1/temperature", payload);
        let named = message.arrivals.into_iter().map(|arrival| match arrival.item {
            Item::Event(event) => (
                event.operation.name,
                event.operation.message.text.unwrap_or_default(),
            ),
            other => panic!("{other:?}"),
        });
        (named.collect(), message.refused)
    }

    #[test]
    fn json_is_records() {
        for (payload, count) in [
            ("{\"operation\":\"a\"}", 1),
            (" {\"operation\":\"a\"}\n{\"operation\":\"a\"}\n", 2),
            (
                "[{\"operation\":\"a\"},{\"operation\":\"a\"},{\"operation\":\"a\"}]",
                3,
            ),
            ("[]", 0),
        ] {
            let (records, refused) = read(payload.as_bytes());
            assert_eq!(records.len(), count, "{payload}");
            assert!(records.iter().all(|(name, _)| name == "a"), "{payload}");
            assert_eq!(refused, None, "{payload}");
        }
    }

    #[test]
    fn text_is_an_event_named_after_the_topic() {
        for text in [
            "",
            "hello",
            "21.5",
            "\"quoted\"",
            "[INFO] started",
            "{not json",
            "[{}",
            "two\nlines\n",
        ] {
            let (records, refused) = read(text.as_bytes());
            assert_eq!(records, [("plant/1/temperature".to_owned(), text.to_owned())]);
            assert_eq!(refused, None);
        }
    }

    #[test]
    fn json_that_is_no_record_and_bytes_that_are_no_text_are_refused() {
        for (payload, why) in [
            (&b"[1, 2]"[..], "not a record"),
            (b"\x00\xff\xfe", "3 bytes to \"plant/1/temperature\""),
        ] {
            let (records, refused) = read(payload);
            assert!(records.is_empty());
            assert!(refused.unwrap().why.contains(why));
        }
        let (records, refused) = read(b"{\"operation\":\"a\"}\nbad\nworse");
        assert_eq!((records.len(), refused.unwrap().records), (1, 2));
        let (_, refused) = read(format!("[{}0]", "0,".repeat(MOST_RECORDS)).as_bytes());
        assert!(refused.unwrap().why.contains("more than 10000"));
    }
}
