//! Which aggregates go with which types.

use super::scope::Scope;
use super::value::{Read, Value};
use crate::ast::{Aggregate, Expression};
use crate::catalogue::ValueType;
use crate::error::QueryError;
use crate::span::Span;

impl Scope<'_> {
    /// `function([distinct] argument)`
    pub(super) fn aggregate(
        &self,
        function: Aggregate,
        distinct: bool,
        argument: &Expression,
        span: Span,
    ) -> Result<Value, QueryError> {
        self.check_aggregate(function.name(), span)?;
        let argument = self.inside_aggregate(|scope| scope.resolved(argument))?;
        let read = if function == Aggregate::Count {
            Read::Scalar
        } else {
            Read::Number
        };
        let argument = argument.reading(read);
        match refusal(function, &argument) {
            Some(reason) => Err(self.inapplicable(function.name(), &argument, reason, span)),
            None => Ok(Value::Aggregate {
                function,
                distinct,
                argument: Box::new(argument),
            }),
        }
    }
}

/// Why the function cannot be computed of such values.
fn refusal(function: Aggregate, argument: &Value) -> Option<&'static str> {
    if function == Aggregate::Count {
        return matches!(argument, Value::Property { keys, .. } if keys.len() > 1).then_some("name one key");
    }
    let value_type = argument.value_type();
    match (function, value_type) {
        _ if matches!(argument, Value::Property { keys, .. } if keys.len() == 1) => None,
        (_, ValueType::Map | ValueType::MapOfStringArrays) => Some("name one key: Properties('key')"),
        (_, ValueType::StringArray) => Some("it is a list of texts, which can only be counted"),
        (Aggregate::Avg | Aggregate::Sum, ValueType::String | ValueType::Boolean) => Some("it is no number"),
        (Aggregate::Sum, ValueType::Timestamp | ValueType::Enum(_)) => Some("such values do not add up"),
        _ => None,
    }
}
