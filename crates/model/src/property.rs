//! A named, typed value, and the hint of how to show it.

use std::borrow::Cow;

use crate::Timestamp;

/// A property's value. The type of a value decides its column type in a query's answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text, and whatever no other variant can hold.
    String(String),
    /// A whole number of 64 bits.
    Integer(i64),
    /// A double. NaN and the infinities travel as text of the declared type `double`.
    Decimal(f64),
    /// True or false.
    Boolean(bool),
    /// A moment.
    Timestamp(Timestamp),
}

impl Value {
    /// The word of this type in a property on the wire.
    #[must_use]
    pub const fn type_word(&self) -> &'static str {
        match self {
            Value::String(_) => "string",
            Value::Integer(_) => "long",
            Value::Decimal(_) => "double",
            Value::Boolean(_) => "bool",
            Value::Timestamp(_) => "date.usec",
        }
    }
}

/// A named value of a snapshot, event or activity.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// The name, unique within its item; of several of one name the last counts.
    pub name: Cow<'static, str>,
    /// The value.
    pub value: Value,
    /// How to show the value (`size`, `age.usec`, `currency.usd`, `percent` …); never converts it.
    pub hint: Option<String>,
}

impl Property {
    /// A property without a hint.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Property {
            name: Cow::Owned(name.into()),
            value: value.into(),
            hint: None,
        }
    }

    /// A property without a hint whose name is written in the program: it needs no memory of its own, of which there
    /// are several in every line of a log.
    #[must_use]
    pub fn fixed(name: &'static str, value: impl Into<Value>) -> Self {
        Property {
            name: Cow::Borrowed(name),
            value: value.into(),
            hint: None,
        }
    }

    /// The same property with a hint of how to show it.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Property {
            hint: Some(hint.into()),
            ..self
        }
    }
}

macro_rules! from_integers {
    (fits: $($fits:ty)*; may_not: $($large:ty)*) => {
        $(impl From<$fits> for Value {
            fn from(value: $fits) -> Self {
                Value::Integer(i64::from(value))
            }
        })*
        $(
        /// A number beyond 64 bits with sign is kept digit by digit, as text.
        impl From<$large> for Value {
            fn from(value: $large) -> Self {
                i64::try_from(value).map_or_else(|_| Value::String(value.to_string()), Value::Integer)
            }
        })*
    };
}

from_integers!(fits: i8 i16 i32 i64 u8 u16 u32; may_not: u64 i128 u128 usize isize);

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Decimal(value)
    }
}

impl From<f32> for Value {
    fn from(value: f32) -> Self {
        Value::Decimal(f64::from(value))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Boolean(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::String(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::String(value)
    }
}

impl From<Timestamp> for Value {
    fn from(value: Timestamp) -> Self {
        Value::Timestamp(value)
    }
}
