//! One value as its column's type says it is to be shown.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::numbers::decimal;
use super::{duration, reply::Column};
use crate::escape::visible;

/// How values are shown.
pub(super) struct Style<'a> {
    /// The zone of times.
    pub(super) zone: &'a TimeZone,
    /// Times to the microsecond, instead of the millisecond.
    pub(super) exact: bool,
}

/// The value of a column in its row; empty where there is none.
pub(super) fn shown(column: &Column, row: &serde_json::Map<String, Value>, style: &Style<'_>) -> String {
    let Some(value) = row.get(&column.header) else {
        return String::new();
    };
    match value {
        Value::Object(map) if column.value_type.starts_with("RANGE") => range(map, &column.value_type, style),
        Value::Object(map) => {
            let types = row.get(&format!("{}:_ValueTypes", column.header));
            let of_key = column.header.contains('(');
            self::map(map, types, of_key, style)
        }
        value => scalar(value, &column.value_type, style),
    }
}

fn scalar(value: &Value, value_type: &str, style: &Style<'_>) -> String {
    match (value, value_type) {
        (Value::Null, _) => String::new(),
        (Value::String(text), "ENUM" | "ENUM[]") => {
            visible(text.split_once('#').map_or(text.as_str(), |(_, name)| name)).into_owned()
        }
        (Value::String(text), _) => visible(text).into_owned(),
        (Value::Number(number), "TIMESTAMP" | "TIMESTAMP[]") => number
            .as_i64()
            .and_then(|micros| time(micros, style))
            .unwrap_or_else(|| number.to_string()),
        (Value::Number(number), "TIMEINTERVAL" | "TIMEINTERVAL[]") => number
            .as_i64()
            .map_or_else(|| number.to_string(), duration::shown),
        (Value::Number(number), _) if number.is_f64() => {
            number.as_f64().map_or_else(|| number.to_string(), decimal)
        }
        (Value::Array(values), _) => {
            let texts: Vec<String> = values
                .iter()
                .map(|value| scalar(value, value_type, style))
                .collect();
            texts.join(", ")
        }
        (other, _) => visible(&other.to_string()).into_owned(),
    }
}

/// `key=value` of each; the bare value where the column is named by its only key.
fn map(
    map: &serde_json::Map<String, Value>,
    types: Option<&Value>,
    of_key: bool,
    style: &Style<'_>,
) -> String {
    let type_of = |key: &str| {
        types
            .and_then(|types| types.get(key)?.as_str())
            .unwrap_or_default()
    };
    let pairs: Vec<String> = map
        .iter()
        .map(|(key, value)| {
            let value = scalar(value, type_of(key), style);
            if of_key && map.len() == 1 {
                value
            } else {
                format!("{}={value}", visible(key))
            }
        })
        .collect();
    pairs.join(", ")
}

fn range(map: &serde_json::Map<String, Value>, value_type: &str, style: &Style<'_>) -> String {
    let inner = value_type.trim_start_matches("RANGE(").trim_end_matches(')');
    let end = |name: &str| scalar(map.get(name).unwrap_or(&Value::Null), inner, style);
    format!("{} – {}", end("begin"), end("end"))
}

fn time(micros: i64, style: &Style<'_>) -> Option<String> {
    let moment = Timestamp::from_microsecond(micros)
        .ok()?
        .to_zoned(style.zone.clone());
    let digits = if style.exact { "%.6f" } else { "%.3f" };
    Some(moment.strftime(&format!("%Y-%m-%d %H:%M:%S{digits}")).to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cell(value_type: &str, header: &str, value: Value, types: Value) -> String {
        let column = Column {
            header: header.to_owned(),
            label: header.to_owned(),
            value_type: value_type.to_owned(),
        };
        let mut row = serde_json::Map::new();
        row.insert(header.to_owned(), value);
        row.insert(format!("{header}:_ValueTypes"), types);
        let zone = TimeZone::get("Europe/Vilnius").unwrap();
        let style = Style {
            zone: &zone,
            exact: false,
        };
        shown(&column, &row, &style)
    }

    #[test]
    fn values_are_shown_by_their_type() {
        let cases = [
            ("ENUM", json!("6#ERROR"), "ERROR"),
            ("ENUM", json!("odd"), "odd"),
            (
                "TIMESTAMP",
                json!(1_795_348_800_123_456_i64),
                "2026-11-22 14:00:00.123",
            ),
            ("TIMESTAMP", json!(i64::MAX), "9223372036854775807"),
            ("TIMEINTERVAL", json!(2_310_000), "2.31 s"),
            ("INTEGER", json!(-5), "-5"),
            ("DECIMAL", json!(12.50), "12.5"),
            ("BOOLEAN", json!(true), "true"),
            ("STRING", json!("a\u{1b}[0m\nb"), r"a\u{1b}[0m\nb"),
            ("STRING", json!("3#INFO"), "3#INFO"),
            ("STRING", Value::Null, ""),
            ("STRING[]", json!(["a", "b"]), "a, b"),
            (
                "RANGE(TIMESTAMP)",
                json!({"begin": 0, "end": 999_999}),
                "1970-01-01 03:00:00.000 – 1970-01-01 03:00:00.999",
            ),
        ];
        for (value_type, value, text) in cases {
            assert_eq!(cell(value_type, "X", value, Value::Null), text, "{value_type}");
        }
    }

    #[test]
    fn maps_are_keys_and_values() {
        let map = json!({"a\u{7}": 1.5, "due": 0, "took": 1500});
        let types = json!({"due": "TIMESTAMP", "took": "TIMEINTERVAL"});
        assert_eq!(
            cell("MAP", "Properties", map, types),
            r"a\u{7}=1.5, due=1970-01-01 03:00:00.000, took=1.5 ms"
        );
        assert_eq!(cell("MAP", "Properties", json!({"a": 1}), Value::Null), "a=1");
        assert_eq!(cell("MAP", "Properties('a')", json!({"a": 1}), Value::Null), "1");
        assert_eq!(
            cell(
                "MAP(STRING[])",
                "SourceComps",
                json!({"APPL": ["x", "y"]}),
                Value::Null
            ),
            "APPL=x, y"
        );
    }
}
