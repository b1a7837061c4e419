//! A body to records.
//!
//! One JSON object is a record, however many lines it is printed on. Several, one a line, are as many
//! records, and a bad line does not sink its neighbours. An array of objects is taken too.

use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;
use tnt4_model::{PathHint, Timestamp, decode};

use crate::store::Arrival;

/// The most records that a body may bring: they are one transaction, and others wait for it.
pub(crate) const MOST_RECORDS: usize = 10_000;

/// What a body is.
#[derive(Debug)]
pub(crate) enum Body {
    /// One record.
    One(Box<Arrival>),
    /// Several, of which some may be refused.
    Several {
        /// Those that are records.
        arrivals: Vec<Arrival>,
        /// Those that are not.
        refused: Vec<Refusal>,
    },
    /// More than [`MOST_RECORDS`].
    TooMany,
    /// Nothing that is known here; the text says why.
    Nothing(String),
}

/// A record that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Refusal {
    /// Which one, counted from 0 over the body's records.
    pub(crate) index: usize,
    /// Why not.
    pub(crate) reason: String,
}

/// The body without what may stand before and after it: blanks, and a mark of the byte order.
pub(super) fn trimmed(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii()
}

/// Reads a [trimmed] body. `lines` says that its sender called it NDJSON.
pub(super) fn read(bytes: &[u8], hint: PathHint, lines: bool, received: Timestamp) -> Body {
    if lines {
        return several(split_lines(bytes), hint, received);
    }
    let body = match bytes.first() {
        None => {
            return Body::Nothing(
                "the body is empty; send one JSON object, or several, one a line".to_owned(),
            );
        }
        Some(b'[') => array(bytes, hint, received),
        Some(_) => match shape(bytes) {
            Shape::Lines => several(split_lines(bytes), hint, received),
            Shape::One => match one(bytes, hint, received) {
                Ok(arrival) => Body::One(Box::new(arrival)),
                Err(reason) => Body::Nothing(reason),
            },
        },
    };
    match body {
        // Whoever did not mean to send several is told plainly.
        Body::Several { arrivals, refused } if arrivals.is_empty() && !refused.is_empty() => Body::Nothing(
            refused
                .into_iter()
                .next()
                .map_or_else(String::new, |refusal| refusal.reason),
        ),
        body => body,
    }
}

enum Shape {
    One,
    Lines,
}

/// Whether a body is one object, perhaps printed over several lines, or a record a line. The first JSON
/// value tells: it ends with the body, or before. Where it is broken, the lines are records of their own
/// only if the first looks like a whole object and the second like the beginning of one.
fn shape(bytes: &[u8]) -> Shape {
    if memchr::memchr(b'\n', bytes).is_none() {
        return Shape::One;
    }
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<serde::de::IgnoredAny>();
    match values.next() {
        Some(Ok(_)) if values.byte_offset() < bytes.len() => Shape::Lines,
        Some(Ok(_)) | None => Shape::One,
        Some(Err(_)) => {
            let mut lines = split_lines(bytes);
            match (lines.next(), lines.next()) {
                (Some(first), Some(second)) if first.ends_with(b"}") && second.starts_with(b"{") => {
                    Shape::Lines
                }
                _ => Shape::One,
            }
        }
    }
}

fn split_lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let end = memchr::memchr(b'\n', bytes);
        rest = end.map(|end| &bytes[end + 1..]);
        Some(&bytes[..end.unwrap_or(bytes.len())])
    })
    .map(<[u8]>::trim_ascii)
    .filter(|line| !line.is_empty())
}

fn array(bytes: &[u8], hint: PathHint, received: Timestamp) -> Body {
    match serde_json::from_slice::<Elements<'_>>(bytes) {
        Ok(Elements(elements)) => several(
            elements.iter().map(|element| element.get().as_bytes()),
            hint,
            received,
        ),
        Err(error) => Body::Nothing(format!("not JSON: {error}")),
    }
}

fn several<'a>(records: impl Iterator<Item = &'a [u8]>, hint: PathHint, received: Timestamp) -> Body {
    let (mut arrivals, mut refused) = (Vec::new(), Vec::new());
    for (index, record) in records.enumerate() {
        if index == MOST_RECORDS {
            return Body::TooMany;
        }
        match one(record, hint, received) {
            Ok(arrival) => arrivals.push(arrival),
            Err(reason) => refused.push(Refusal { index, reason }),
        }
    }
    Body::Several { arrivals, refused }
}

fn one(bytes: &[u8], hint: PathHint, received: Timestamp) -> Result<Arrival, String> {
    let decoded = decode(bytes, hint).map_err(|error| error.to_string())?;
    Ok(Arrival {
        record_id: decoded.record_id,
        item: decoded.item,
        received,
    })
}

/// The elements of an array, one more than may be taken at the most.
struct Elements<'a>(Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Elements<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ElementsVisitor)
    }
}

struct ElementsVisitor;

impl<'de> Visitor<'de> for ElementsVisitor {
    type Value = Elements<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = sequence.next_element()? {
            if elements.len() <= MOST_RECORDS {
                elements.push(element);
            }
        }
        Ok(Elements(elements))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Body {
        read(
            trimmed(text.as_bytes()),
            PathHint::Any,
            false,
            Timestamp::from_micros(0),
        )
    }

    fn counts(text: &str, lines: bool) -> (usize, Vec<usize>) {
        match read(text.as_bytes(), PathHint::Any, lines, Timestamp::from_micros(0)) {
            Body::Several { arrivals, refused } => {
                (arrivals.len(), refused.iter().map(|r| r.index).collect())
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn one_object_is_one_record_on_any_number_of_lines() {
        for text in [
            r#"{"operation":"a"}"#,
            "{\"operation\": \"a\"}\n",
            "\n{\n  \"operation\": \"a\",\n  \"properties\": [\n{\n\"name\":\"x\"}\n]}\n",
            "{\"operation\":\"a\",\"properties\":[\n{\"name\":\"x\",\"value\":1},\n{\"name\":\"y\",\"value\":2}\n]}",
            "{\"operation\":\"a\",\"properties\":[\n{\"name\":\"x\",\"value\":NaN},\n{\"name\":\"y\",\"value\":2}\n]}",
            "\u{feff}{}",
        ] {
            assert!(matches!(read_text(text), Body::One(_)), "{text}");
        }
    }

    #[test]
    fn lines_are_records_and_a_bad_one_stands_alone() {
        assert_eq!(counts("{}\n{}\n\n{}", false), (3, vec![]));
        assert_eq!(counts("{}\nbad\n{}\r\n", false), (2, vec![1]));
        assert_eq!(counts("{\"a\":}\n{}\n", false), (1, vec![0]));
        assert_eq!(counts("bad\nbad\n{}\n", true), (1, vec![0, 1]));
        assert_eq!(counts("{}", true), (1, vec![]));
        assert_eq!(counts("", true), (0, vec![]));
    }

    #[test]
    fn an_array_is_as_many_records() {
        assert_eq!(counts("[{}, 7, {\"operation\":\"x\"}]", false), (2, vec![1]));
        assert_eq!(counts("[]", false), (0, vec![]));
        assert!(matches!(read_text("[{]"), Body::Nothing(_)));
    }

    #[test]
    fn more_than_one_transaction_should_hold_is_too_many() {
        let lines = "{}\n".repeat(MOST_RECORDS);
        assert_eq!(counts(&lines, false), (MOST_RECORDS, vec![]));
        assert!(matches!(read_text(&format!("{lines}{{}}")), Body::TooMany));
        assert!(matches!(
            read_text(&format!("[{}0]", "0,".repeat(MOST_RECORDS))),
            Body::TooMany
        ));
    }

    #[test]
    fn anything_else_is_refused_with_a_reason() {
        for (text, reason) in [
            ("", "empty"),
            ("  \n ", "empty"),
            ("hello", "not JSON"),
            ("{} {}", "not JSON"),
            ("{", "not JSON"),
            ("17", "not a record"),
        ] {
            match read_text(text) {
                Body::Nothing(why) => assert!(why.contains(reason), "{text}: {why}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}
