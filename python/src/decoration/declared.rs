//! The type that an application declares of a property: what its value is turned into.
//!
//! A word that is no type of jKool's is a display hint, as `currency.usd`.

use tnt4::{Property, Timestamp, Value};

/// The value as its declared type has it, where it can be had.
pub(super) fn declared(mut property: Property, kind: &str) -> Property {
    let number = |value: &Value| match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Decimal(number) => Some(*number),
        Value::String(text) => text.trim().parse().ok(),
        Value::Boolean(_) | Value::Timestamp(_) => None,
    };
    let value = &property.value;
    let turned = match kind.to_ascii_lowercase().as_str() {
        "string" | "str" | "char" | "none" | "" => match value {
            Value::String(_) => None,
            Value::Integer(number) => Some(Value::String(number.to_string())),
            Value::Decimal(number) => Some(Value::String(number.to_string())),
            Value::Boolean(truth) => Some(Value::String(truth.to_string())),
            Value::Timestamp(moment) => Some(Value::String(moment.to_string())),
        },
        "integer" | "int" | "long" | "short" | "byte" | "bint" => match value {
            Value::String(text) => text.trim().parse().ok().map(Value::Integer),
            // A fraction is not cut off: the value says more than its type.
            Value::Decimal(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                Some(Value::Integer(*number as i64))
            }
            _ => None,
        },
        "double" | "float" | "decimal" | "bdec" | "number" => number(value).map(Value::Decimal),
        "boolean" | "bool" => match value {
            Value::String(text) => text.trim().to_ascii_lowercase().parse().ok().map(Value::Boolean),
            Value::Integer(number @ (0 | 1)) => Some(Value::Boolean(*number == 1)),
            _ => None,
        },
        "timestamp" | "date" | "date.usec" => match value {
            Value::Integer(micros) => Some(Value::Timestamp(Timestamp::from_micros(*micros))),
            Value::String(text) => Timestamp::parse_iso(text).map(Value::Timestamp),
            _ => None,
        },
        _ => {
            if property.hint.is_none() {
                property.hint = Some(kind.to_owned());
            }
            None
        }
    };
    if let Some(turned) = turned {
        property.value = turned;
    }
    property
}
