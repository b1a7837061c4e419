//! The types of a map's values, which go beside the map.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::store::Cell;

/// The type of every value of this JSON object: the stored one where there is one, else what JSON shows.
pub(super) fn of(object: &str, stored: &Cell) -> BTreeMap<String, String> {
    let values: BTreeMap<String, Value> = serde_json::from_str(object).unwrap_or_default();
    let mut stored: BTreeMap<String, String> = match stored {
        Cell::Text(json) => serde_json::from_str(json).unwrap_or_default(),
        _ => BTreeMap::new(),
    };
    let type_of = |(key, value): (String, Value)| {
        let kind = stored.remove(&key).unwrap_or_else(|| seen(&value).to_owned());
        (key, kind)
    };
    values.into_iter().map(type_of).collect()
}

fn seen(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "BOOLEAN",
        Value::Number(number) if number.is_f64() => "DECIMAL",
        Value::Number(_) => "INTEGER",
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => "STRING",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_types_count_before_what_json_shows() {
        let types = of(
            r#"{"a":1,"b":1.0,"c":"x","d":true,"e":5}"#,
            &Cell::Text(r#"{"e":"TIMESTAMP","gone":"X"}"#.to_owned()),
        );
        let pairs: Vec<_> = types.iter().map(|(key, kind)| format!("{key}:{kind}")).collect();
        assert_eq!(
            pairs,
            ["a:INTEGER", "b:DECIMAL", "c:STRING", "d:BOOLEAN", "e:TIMESTAMP"]
        );
    }
}
