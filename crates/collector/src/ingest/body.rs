//! A body to records.
//!
//! One JSON object is a record, however many lines it is printed on. Several, one a line, are as many
//! records, and a bad line does not sink its neighbours. An array of objects is taken too.

use serde::Serialize;
use serde_json::value::RawValue;
use tnt4_model::{PathHint, Timestamp, decode};

use super::AccessRequest;
use crate::store::Arrival;

/// What a body is.
#[derive(Debug)]
pub(crate) enum Body {
    /// Somebody asks to be let in.
    Access(AccessRequest),
    /// One record.
    One(Box<Arrival>),
    /// Several, of which some may be refused.
    Several {
        /// Those that are records.
        arrivals: Vec<Arrival>,
        /// Those that are not.
        refused: Vec<Refusal>,
    },
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

/// Reads a body. `lines` says that its sender called it NDJSON.
pub(crate) fn read(bytes: &[u8], hint: PathHint, lines: bool, received: Timestamp) -> Body {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
    if lines {
        return several(split_lines(bytes), hint, received);
    }
    match unannounced(bytes, hint, received) {
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

/// Reads a body by itself.
fn unannounced(bytes: &[u8], hint: PathHint, received: Timestamp) -> Body {
    match bytes.first() {
        None => Body::Nothing("the body is empty; send one JSON object, or several, one a line".to_owned()),
        Some(b'<') => match std::str::from_utf8(bytes).ok().and_then(AccessRequest::parse) {
            Some(request) => Body::Access(request),
            None => Body::Nothing("the body begins like XML and is no access-request".to_owned()),
        },
        Some(b'[') => array(bytes, hint, received),
        Some(_) if is_several(bytes) => several(split_lines(bytes), hint, received),
        Some(_) => match one(bytes, hint, received) {
            Ok(arrival) => Body::One(Box::new(arrival)),
            Err(reason) => Body::Nothing(reason),
        },
    }
}

/// Whether the lines are records of their own: the first is a whole object, or the second begins one,
/// which no line of a single object printed over several lines does.
fn is_several(bytes: &[u8]) -> bool {
    let mut lines = split_lines(bytes);
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else {
        return false;
    };
    second.starts_with(b"{") || serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok()
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
    match serde_json::from_slice::<Vec<&RawValue>>(bytes) {
        Ok(elements) => several(
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Body {
        read(text.as_bytes(), PathHint::Any, false, Timestamp::from_micros(0))
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
    fn anything_else_is_refused_with_a_reason() {
        for (text, reason) in [
            ("", "empty"),
            ("  \n ", "empty"),
            ("hello", "not JSON"),
            ("<html>", "access-request"),
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
