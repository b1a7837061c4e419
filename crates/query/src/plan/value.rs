//! Values whose meaning is known.

use crate::ast::{Aggregate, Arithmetic};
use crate::catalogue::{Field, ValueType};

/// Something that has a value in every row, or in every group of rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Field(&'static Field),
    /// Properties by name; several of them only as a column or for their presence.
    Property {
        keys: Vec<String>,
        read: Read,
    },
    /// The names of the source's parts of these types.
    Components {
        field: &'static Field,
        keys: Vec<String>,
    },
    Constant(Constant),
    Aggregate {
        function: Aggregate,
        distinct: bool,
        argument: Box<Value>,
    },
    /// The number of rows in the group.
    RowCount,
    /// The row's number in its table, which grows with time: breaks ties.
    RowId,
    Negated(Box<Value>),
    Arithmetic {
        operator: Arithmetic,
        left: Box<Value>,
        right: Box<Value>,
        value_type: ValueType,
    },
}

/// A value that is the same in all rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Constant {
    Text(String),
    Integer(i64),
    /// With the text that it was typed as, which headers show.
    Decimal(f64, String),
    /// Microseconds.
    Duration(i64),
}

/// Which values of a property are seen; the others are null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// All that are neither lists nor maps; true is 1 and false is 0.
    Scalar,
    /// Texts.
    Text,
    /// Numbers.
    Number,
    /// True and false, as 1 and 0.
    Boolean,
}

impl Value {
    /// The header of a column with this value; clients find it by that, to the letter.
    pub(crate) fn header(&self) -> String {
        match self {
            Value::Field(field) => field.name.to_owned(),
            Value::Property { keys, .. } => format!("Properties({})", quoted(keys)),
            Value::Components { field, keys } => format!("{}({})", field.name, quoted(keys)),
            Value::Constant(Constant::Text(text)) => text.clone(),
            Value::Constant(Constant::Integer(value) | Constant::Duration(value)) => value.to_string(),
            Value::Constant(Constant::Decimal(_, text)) => text.clone(),
            Value::Aggregate {
                function,
                distinct,
                argument,
            } => {
                let distinct = if *distinct { "DISTINCT " } else { "" };
                format!("{}({distinct}{})", function.name(), argument.header())
            }
            Value::RowCount => "NumberOf".to_owned(),
            Value::RowId => String::new(),
            Value::Negated(part) => format!("-{}", part.header()),
            Value::Arithmetic {
                operator,
                left,
                right,
                ..
            } => {
                format!("({}{}{})", left.header(), operator.sign(), right.header())
            }
        }
    }

    /// The label of a column with this value and no alias.
    pub(crate) fn label(&self) -> String {
        match self {
            Value::Property { keys, .. } if keys.len() == 1 => keys.concat(),
            _ => self.header(),
        }
    }

    /// The type of a column with this value.
    pub(crate) fn value_type(&self) -> ValueType {
        match self {
            Value::Field(field) => field.value_type,
            Value::Property { .. } => ValueType::Map,
            Value::Components { .. } => ValueType::MapOfStringArrays,
            Value::Constant(Constant::Text(_)) => ValueType::String,
            Value::Constant(Constant::Decimal(..)) => ValueType::Decimal,
            Value::Constant(Constant::Duration(_)) => ValueType::TimeInterval,
            Value::Constant(Constant::Integer(_)) | Value::RowCount | Value::RowId => ValueType::Integer,
            Value::Aggregate {
                function, argument, ..
            } => match (function, argument.value_type()) {
                (Aggregate::Count, _) => ValueType::Integer,
                (_, ValueType::Map) | (Aggregate::Avg, ValueType::Integer) => ValueType::Decimal,
                (_, value_type) => value_type,
            },
            // Asked once: twice, once a minus sign, would double the work with every sign.
            Value::Negated(part) => match part.value_type() {
                ValueType::Map => ValueType::Decimal,
                other => other,
            },
            Value::Arithmetic { value_type, .. } => *value_type,
        }
    }

    /// Whether it is one value, not several keys or a whole map.
    pub(crate) fn is_single(&self) -> bool {
        match self {
            Value::Property { keys, .. } | Value::Components { keys, .. } => keys.len() == 1,
            Value::Field(field) => !matches!(field.value_type, ValueType::Map | ValueType::MapOfStringArrays),
            _ => true,
        }
    }

    /// Whether it is a list of texts in each row.
    pub(crate) fn is_list(&self) -> bool {
        matches!(
            self.value_type(),
            ValueType::StringArray | ValueType::MapOfStringArrays
        )
    }

    /// The same value, seeing only the `read` ones if it is a property.
    pub(crate) fn reading(self, read: Read) -> Value {
        match self {
            Value::Property { keys, .. } => Value::Property { keys, read },
            value => value,
        }
    }

    /// Whether both mean the same, however they are read.
    pub(crate) fn is_same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Property { keys, .. }, Value::Property { keys: other, .. }) => keys == other,
            _ => self == other,
        }
    }

    /// Whether it is computed over many rows.
    pub(crate) fn has_aggregate(&self) -> bool {
        match self {
            Value::Aggregate { .. } | Value::RowCount => true,
            Value::Negated(part) => part.has_aggregate(),
            Value::Arithmetic { left, right, .. } => left.has_aggregate() || right.has_aggregate(),
            _ => false,
        }
    }

    /// The number of its parts.
    pub(crate) fn size(&self) -> usize {
        match self {
            Value::Property { keys, .. } | Value::Components { keys, .. } => keys.len(),
            Value::Aggregate { argument: part, .. } | Value::Negated(part) => 1 + part.size(),
            Value::Arithmetic { left, right, .. } => 1 + left.size() + right.size(),
            _ => 1,
        }
    }
}

fn quoted(keys: &[String]) -> String {
    let quoted: Vec<String> = keys.iter().map(|key| format!("'{key}'")).collect();
    quoted.join(", ")
}
