//! Values as SQL expressions.

use super::writer::Writer;
use crate::ast::{Aggregate, Arithmetic};
use crate::catalogue::{Field, Place, ValueType};
use crate::plan::{Constant, Order, Value};

/// The properties, and the types of those that JSON does not show.
const PROPERTIES: &str = "t.properties";
const PROPERTY_TYPES: &str = "t.property_types";

impl Writer<'_> {
    /// The columns of the result that show the value.
    pub(super) fn outputs(&mut self, value: &Value, is_grouped: bool) -> Vec<String> {
        let shown = self.key(value);
        if value.value_type() != ValueType::Map {
            return vec![shown];
        }
        // The types of the rows of a group: one of them must do, and `min` always takes the same.
        let types = if is_grouped {
            format!("min({PROPERTY_TYPES})")
        } else {
            PROPERTY_TYPES.to_owned()
        };
        vec![shown, types]
    }

    /// The value as it is shown and as rows are grouped by it: maps as maps, event types by their sender's word.
    pub(super) fn key(&mut self, value: &Value) -> String {
        match value {
            Value::Field(field) if is_event_type(field) => "coalesce(t.type_word, t.type)".to_owned(),
            Value::Property { keys, .. } => self.subset(PROPERTIES, keys),
            Value::Components { field, keys } => {
                let components = self.field(field);
                self.subset(&components, keys)
            }
            _ => self.value(value),
        }
    }

    /// The keys of an order.
    pub(super) fn orders(&mut self, orders: &[Order]) -> Vec<String> {
        orders.iter().map(|order| self.value(&order.value)).collect()
    }

    /// The value as it is compared, ordered and calculated with.
    pub(super) fn value(&mut self, value: &Value) -> String {
        match value {
            Value::Field(field) => self.field(field),
            Value::Property { keys, read } => match keys.as_slice() {
                [key] => {
                    let path = self.path(key);
                    self.dialect.member(PROPERTIES, &path, *read)
                }
                _ => self.key(value),
            },
            Value::Components { .. } => self.key(value),
            Value::Constant(constant) => self.constant(constant),
            Value::Aggregate {
                function,
                distinct,
                argument,
            } => self.aggregate(*function, *distinct, argument),
            Value::RowCount => "count(*)".to_owned(),
            Value::RowId => "t.id".to_owned(),
            Value::Negated(part) => format!("(-{})", self.value(part)),
            Value::Arithmetic {
                operator,
                left,
                right,
                ..
            } => {
                let (left, right) = (self.value(left), self.value(right));
                match operator {
                    Arithmetic::Divide => self.dialect.quotient(&left, &right),
                    _ => format!("({left} {} {right})", operator.sign()),
                }
            }
        }
    }

    fn constant(&mut self, constant: &Constant) -> String {
        match constant {
            Constant::Text(text) => self.text(text),
            Constant::Integer(value) | Constant::Duration(value) => self.integer(*value),
            Constant::Decimal(value, _) => self.real(*value),
        }
    }

    fn aggregate(&mut self, function: Aggregate, distinct: bool, argument: &Value) -> String {
        let name = match function {
            Aggregate::Count => {
                let counted = if argument.is_single() && !argument.is_list() && !is_type(argument) {
                    self.value(argument)
                } else {
                    self.key(argument)
                };
                return format!("count({}{counted})", if distinct { "DISTINCT " } else { "" });
            }
            Aggregate::Avg => "avg",
            Aggregate::Sum => "sum",
            Aggregate::Min => "min",
            Aggregate::Max => "max",
        };
        let result = format!("{name}({})", self.value(argument));
        let is_whole = matches!(
            argument.value_type(),
            ValueType::TimeInterval | ValueType::Timestamp | ValueType::Enum(_)
        );
        if function == Aggregate::Avg && is_whole {
            self.dialect.rounded(&result)
        } else {
            result
        }
    }

    fn subset(&mut self, object: &str, keys: &[String]) -> String {
        let members: Vec<_> = keys.iter().map(|key| (self.text(key), self.path(key))).collect();
        self.dialect.subset(object, &members)
    }
}

/// Whether the field holds event types, some of which only their sender knows and the column `type_word` keeps.
fn is_event_type(field: &Field) -> bool {
    field.place == Place::Own("type")
}

fn is_type(value: &Value) -> bool {
    matches!(value, Value::Field(field) if is_event_type(field))
}
