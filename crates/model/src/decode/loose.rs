//! A JSON value of which only the meaning counts, not the form: numbers in strings, strings as numbers,
//! one element for a list.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::Timestamp;

/// A JSON value before anything is asked of it.
pub(super) enum Loose {
    Null,
    Boolean(bool),
    Integer(i64),
    /// A whole number beyond `i64`.
    Unsigned(u64),
    Decimal(f64),
    Text(String),
    /// An array or object.
    Composite(serde_json::Value),
}

impl Loose {
    /// As text: strings as they are, everything else as its JSON.
    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Loose::Null => None,
            Loose::Boolean(truth) => Some(truth.to_string()),
            Loose::Integer(number) => Some(number.to_string()),
            Loose::Unsigned(number) => Some(number.to_string()),
            Loose::Decimal(number) => Some(format!("{number:?}")),
            Loose::Text(text) => Some(text),
            Loose::Composite(value) => Some(value.to_string()),
        }
    }

    /// As a whole number: also from a string, and from a double without a fraction. `None` where it is
    /// none.
    ///
    /// # Errors
    /// The kind that was found instead, for an array or object.
    pub(super) fn into_integer(self) -> Result<Option<i64>, &'static str> {
        Ok(match self {
            Loose::Null => None,
            Loose::Boolean(truth) => Some(i64::from(truth)),
            Loose::Integer(number) => Some(number),
            Loose::Unsigned(_) => None,
            Loose::Decimal(number) => whole(number),
            Loose::Text(text) => {
                let text = text.trim();
                text.parse().ok().or_else(|| text.parse().ok().and_then(whole))
            }
            Loose::Composite(value) => return Err(kind(&value)),
        })
    }

    /// As a moment: microseconds, or ISO 8601.
    ///
    /// # Errors
    /// As [`Loose::into_integer`].
    pub(super) fn into_moment(self) -> Result<Option<Timestamp>, &'static str> {
        if let Loose::Text(text) = &self
            && let Some(moment) = Timestamp::parse_iso(text)
        {
            return Ok(Some(moment));
        }
        Ok(self.into_integer()?.map(Timestamp::from_micros))
    }

    /// As a list of texts: an array, or one element. Empty and null elements are left out.
    pub(super) fn into_texts(self) -> Vec<String> {
        let one = match self {
            Loose::Composite(serde_json::Value::Array(values)) => {
                return values
                    .into_iter()
                    .map(Loose::from)
                    .filter_map(Loose::into_text)
                    .collect();
            }
            one => one,
        };
        one.into_text()
            .filter(|text| !text.is_empty())
            .into_iter()
            .collect()
    }
}

impl From<serde_json::Value> for Loose {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Loose::Null,
            serde_json::Value::Bool(truth) => Loose::Boolean(truth),
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(integer), _) => Loose::Integer(integer),
                (None, Some(unsigned)) => Loose::Unsigned(unsigned),
                (None, None) => number.as_f64().map_or(Loose::Null, Loose::Decimal),
            },
            serde_json::Value::String(text) => Loose::Text(text),
            composite => Loose::Composite(composite),
        }
    }
}

/// The number, where it has no fraction and a double holds every whole number of its size.
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the exact range")]
    let integer = (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64);
    integer
}

fn kind(value: &serde_json::Value) -> &'static str {
    if value.is_array() { "an array" } else { "an object" }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Loose, E> {
        Ok(Loose::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Loose, E> {
        Ok(Loose::Boolean(truth))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Loose, E> {
        Ok(Loose::Integer(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Loose, E> {
        Ok(i64::try_from(number).map_or(Loose::Unsigned(number), Loose::Integer))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Loose, E> {
        Ok(Loose::Decimal(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Loose, E> {
        Ok(Loose::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Loose, A::Error> {
        Deserialize::deserialize(SeqAccessDeserializer::new(seq)).map(Loose::Composite)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Loose, A::Error> {
        Deserialize::deserialize(MapAccessDeserializer::new(map)).map(Loose::Composite)
    }
}
