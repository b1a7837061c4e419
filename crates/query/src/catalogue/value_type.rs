//! The types of values, as result sets name them.

use std::fmt;

use super::EnumKind;

/// The type of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// A text.
    String,
    /// A whole number of 64 bits. A sum or product beyond that comes out of SQLite as a decimal or as an error.
    Integer,
    /// A 64-bit floating-point number; SQLite may give a whole one as an integer.
    Decimal,
    /// 0 or 1 in the store.
    Boolean,
    /// Microseconds since 1970-01-01 UTC.
    Timestamp,
    /// Microseconds.
    TimeInterval,
    /// An ordinal in the store; event types that only their sender knows are texts.
    Enum(EnumKind),
    /// A JSON array of texts.
    StringArray,
    /// A JSON object of values of any type; takes two result columns, the second with the types that JSON cannot show.
    Map,
    /// A JSON object of arrays of texts; takes one result column.
    MapOfStringArrays,
}

impl ValueType {
    /// The name in a result set's `coltype`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ValueType::String => "STRING",
            ValueType::Integer => "INTEGER",
            ValueType::Decimal => "DECIMAL",
            ValueType::Boolean => "BOOLEAN",
            ValueType::Timestamp => "TIMESTAMP",
            ValueType::TimeInterval => "TIMEINTERVAL",
            ValueType::Enum(_) => "ENUM",
            ValueType::StringArray => "STRING[]",
            ValueType::Map => "MAP",
            ValueType::MapOfStringArrays => "MAP(STRING[])",
        }
    }

    /// Result columns that one column of this type takes in [`Query::rows`](crate::sql::Query::rows).
    #[must_use]
    pub fn width(self) -> usize {
        if self == ValueType::Map { 2 } else { 1 }
    }

    /// What values of this type are compared with, as a phrase for messages.
    pub(crate) fn phrase(self) -> &'static str {
        match self {
            ValueType::String | ValueType::StringArray | ValueType::MapOfStringArrays => "a text",
            ValueType::Integer | ValueType::Decimal => "a number",
            ValueType::Boolean => "TRUE or FALSE",
            ValueType::Timestamp => "a date in quotes or microseconds since 1970",
            ValueType::TimeInterval => "a duration such as 3 seconds, or microseconds",
            ValueType::Enum(_) => "one of its words or their numbers",
            ValueType::Map => "a value of one of its keys",
        }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
