//! Properties: an array of `{"name", "type", "value-type", "value"}`, or, as a courtesy, one object of
//! names and values.
//!
//! The declared type decides; a value that cannot be converted stays text. The vendor's Java client writes
//! every value as a string, and one of its constructors writes type and hint in each other's place: where
//! `type` is no word for a type and `value-type` is one, they are exchanged.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::loose::Loose;
use super::skipped::Skipped;
use super::wide::KeyText;
use crate::{Property, Timestamp, Value};

/// Properties in either form; explicit null is none.
pub(super) struct Properties(pub(super) Vec<Property>);

/// What a word in `type` asks the value to be.
#[derive(Clone, Copy)]
enum Declared {
    String,
    Integer,
    Decimal,
    Boolean,
    Millis,
    Micros,
    /// `none`: whatever the JSON shows.
    Open,
}

impl Declared {
    fn from_word(word: &str) -> Option<Declared> {
        Some(match word.to_ascii_lowercase().as_str() {
            "string" | "char" => Declared::String,
            "long" | "int" | "integer" | "short" | "byte" | "bint" => Declared::Integer,
            "double" | "float" | "bdec" | "decimal" => Declared::Decimal,
            "bool" | "boolean" => Declared::Boolean,
            "date" => Declared::Millis,
            "date.usec" => Declared::Micros,
            "none" => Declared::Open,
            _ => return None,
        })
    }

    fn convert(self, value: &Loose) -> Option<Value> {
        match (self, value) {
            (Declared::Integer, Loose::Integer(number)) => Some(Value::Integer(*number)),
            (Declared::Integer, Loose::Decimal(number)) if number.fract() == 0.0 => {
                format!("{number:.0}").parse().ok().map(Value::Integer)
            }
            (Declared::Integer, Loose::Text(text)) => text.trim().parse().ok().map(Value::Integer),
            #[expect(clippy::cast_precision_loss, reason = "the sender declared a double")]
            (Declared::Decimal, Loose::Integer(number)) => Some(Value::Decimal(*number as f64)),
            #[expect(clippy::cast_precision_loss, reason = "the sender declared a double")]
            (Declared::Decimal, Loose::Unsigned(number)) => Some(Value::Decimal(*number as f64)),
            (Declared::Decimal, Loose::Decimal(number)) => Some(Value::Decimal(*number)),
            (Declared::Decimal, Loose::Text(text)) => text.trim().parse().ok().map(Value::Decimal),
            (Declared::Boolean, Loose::Boolean(truth)) => Some(Value::Boolean(*truth)),
            (Declared::Boolean, Loose::Text(text)) => {
                text.trim().to_ascii_lowercase().parse().ok().map(Value::Boolean)
            }
            (Declared::Millis, value) => moment(value, Timestamp::from_millis),
            (Declared::Micros, value) => moment(value, Timestamp::from_micros),
            (Declared::Open, Loose::Integer(number)) => Some(Value::Integer(*number)),
            (Declared::Open, Loose::Decimal(number)) => Some(Value::Decimal(*number)),
            (Declared::Open, Loose::Boolean(truth)) => Some(Value::Boolean(*truth)),
            _ => None,
        }
    }
}

fn moment(value: &Loose, unit: fn(i64) -> Timestamp) -> Option<Value> {
    let moment = match value {
        Loose::Integer(number) => unit(*number),
        Loose::Text(text) => match text.trim().parse() {
            Ok(number) => unit(number),
            Err(_) => Timestamp::parse_iso(text)?,
        },
        _ => return None,
    };
    Some(Value::Timestamp(moment))
}

/// The property of these parts; `None` without a name or value.
fn property(
    name: Option<String>,
    kind: Option<String>,
    hint: Option<String>,
    value: Loose,
) -> Option<Property> {
    let known = |word: &Option<String>| word.as_deref().and_then(Declared::from_word);
    let (declared, hint) = match (known(&kind), known(&hint)) {
        (None, Some(swapped)) if kind.is_some() => (swapped, kind),
        (Some(declared), _) => (declared, hint),
        (None, _) if kind.is_some() => (Declared::String, hint),
        (None, _) => (Declared::Open, hint),
    };
    let value = match declared.convert(&value) {
        Some(converted) => converted,
        None => Value::String(value.into_text()?),
    };
    Some(Property {
        name: name?.into(),
        value,
        hint,
    })
}

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PropertiesVisitor)
    }
}

struct PropertiesVisitor;

impl<'de> Visitor<'de> for PropertiesVisitor {
    type Value = Properties;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of properties")
    }

    fn visit_unit<E>(self) -> Result<Properties, E> {
        Ok(Properties(Vec::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Properties, A::Error> {
        let mut properties = Vec::with_capacity(seq.size_hint().unwrap_or(4));
        while let Some(element) = seq.next_element::<Element>()? {
            properties.extend(element.0);
        }
        Ok(Properties(properties))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Properties, A::Error> {
        let mut properties = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Loose>()? {
            properties.extend(property(Some(name), None, None, value));
        }
        Ok(Properties(properties))
    }
}

/// One element of the array; null is none.
struct Element(Option<Property>);

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ElementVisitor)
    }
}

struct ElementVisitor;

impl<'de> Visitor<'de> for ElementVisitor {
    type Value = Element;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property: an object with name, type and value")
    }

    fn visit_unit<E>(self) -> Result<Element, E> {
        Ok(Element(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Element, A::Error> {
        let (mut name, mut kind, mut hint, mut value) = (None, None, None, Loose::Null);
        while let Some(KeyText(key)) = map.next_key()? {
            match key.as_ref() {
                "name" => name = map.next_value::<Loose>()?.into_text(),
                "type" => kind = map.next_value::<Loose>()?.into_text(),
                "value-type" => hint = map.next_value::<Loose>()?.into_text(),
                "value" => value = map.next_value()?,
                _ => {
                    map.next_value::<Skipped>()?;
                }
            }
        }
        Ok(Element(property(name, kind, hint, value)))
    }
}
