//! Lists and properties of two reports as one.

use std::collections::HashSet;

use serde_json::{Map, Value as Json};

use super::json;

/// The stored list, and what of the reported one it does not have.
pub(super) fn lists(stored: Option<&str>, reported: &[String]) -> Option<String> {
    let stored: Vec<String> = stored
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let mut seen: HashSet<&str> = HashSet::new();
    let all = stored.iter().chain(reported).filter(|text| seen.insert(text));
    json::list(&all.cloned().collect::<Vec<_>>())
}

/// The properties of both; where both have one of a name, that of the leading report counts, with its type
/// and hint.
pub(super) fn properties(
    stored: &json::Properties,
    reported: &json::Properties,
    reported_leads: bool,
) -> json::Properties {
    let (leading, other) = if reported_leads {
        (reported, stored)
    } else {
        (stored, reported)
    };
    let values = object(leading.values.as_deref());
    let fill = |leading: Option<&str>, other: Option<&str>| {
        let mut united = object(leading);
        for (name, value) in object(other) {
            // What the leading report says of a property, and leaves unsaid, stands together.
            if !values.contains_key(&name) {
                united.insert(name, value);
            }
        }
        if united.is_empty() {
            None
        } else {
            Some(Json::Object(united).to_string())
        }
    };
    json::Properties {
        values: fill(leading.values.as_deref(), other.values.as_deref()),
        types: fill(leading.types.as_deref(), other.types.as_deref()),
        hints: fill(leading.hints.as_deref(), other.hints.as_deref()),
    }
}

fn object(text: Option<&str>) -> Map<String, Json> {
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}
