//! Lists and properties as the JSON that their columns hold.

use serde_json::{Map, Number, Value as Json};
use tnt4_model::{Property, Value};

/// A list as a JSON array; null where it is empty.
pub(super) fn list(texts: &[String]) -> Option<String> {
    if texts.is_empty() {
        return None;
    }
    Some(Json::from(texts).to_string())
}

/// The three columns of properties, each a JSON object, null where it would be empty.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Properties {
    /// Names and values.
    pub(super) values: Option<String>,
    /// The types that the values do not show.
    pub(super) types: Option<String>,
    /// How to show the values.
    pub(super) hints: Option<String>,
}

/// The columns of these properties; of several of one name the last counts.
pub(super) fn properties(properties: &[Property]) -> Properties {
    let (mut values, mut types, mut hints) = (Map::new(), Map::new(), Map::new());
    for Property { name, value, hint } in properties {
        let (json, unseen) = cell(value);
        values.insert(name.clone().into_owned(), json);
        set(&mut types, name, unseen);
        set(&mut hints, name, hint.as_deref());
    }
    Properties {
        values: object(values),
        types: object(types),
        hints: object(hints),
    }
}

/// The JSON of a value, and its type where that does not show it.
fn cell(value: &Value) -> (Json, Option<&'static str>) {
    match value {
        Value::String(text) => (Json::from(text.as_str()), None),
        Value::Integer(number) => (Json::from(*number), None),
        // NaN and the infinities have no number in JSON; they stay readable as words.
        Value::Decimal(number) => match Number::from_f64(*number) {
            Some(finite) => (Json::Number(finite), None),
            None => (Json::from(number.to_string()), Some("DECIMAL")),
        },
        Value::Boolean(truth) => (Json::from(*truth), None),
        Value::Timestamp(time) => (Json::from(time.as_micros()), Some("TIMESTAMP")),
    }
}

fn set(map: &mut Map<String, Json>, name: &str, word: Option<&str>) {
    match word {
        Some(word) => drop(map.insert(name.to_owned(), Json::from(word))),
        None => drop(map.remove(name)),
    }
}

fn object(map: Map<String, Json>) -> Option<String> {
    if map.is_empty() {
        None
    } else {
        Some(Json::Object(map).to_string())
    }
}
