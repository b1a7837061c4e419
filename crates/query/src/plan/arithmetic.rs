//! Which values can be calculated with, and the types that come out.
//!
//! Times and intervals are whole microseconds: a time less a time is an interval, a time and an interval make a time.
//! A quotient is always a decimal, also of whole numbers, and null when divided by zero. A remainder is whole.

use super::scope::Scope;
use super::value::{Read, Value};
use crate::ast::{Arithmetic, Expression};
use crate::catalogue::ValueType;
use crate::error::QueryError;
use crate::span::Span;

impl Scope<'_> {
    /// `- part`
    pub(super) fn negated(&self, part: &Expression) -> Result<Value, QueryError> {
        let value = self.number(part, "-")?;
        if value.value_type() == ValueType::Timestamp {
            return Err(self.inapplicable("-", &value, "it is a time", part.span));
        }
        Ok(Value::Negated(Box::new(value)))
    }

    /// `left operator right`
    pub(super) fn arithmetic(
        &self,
        operator: Arithmetic,
        left: &Expression,
        right: &Expression,
        span: Span,
    ) -> Result<Value, QueryError> {
        let left = self.number(left, operator.sign())?;
        let right = self.number(right, operator.sign())?;
        let Some(value_type) = result(operator, left.value_type(), right.value_type()) else {
            let reason = "with times only time - time and time ± interval make sense";
            let subject = if left.value_type() == ValueType::Timestamp {
                &left
            } else {
                &right
            };
            return Err(self.inapplicable(operator.sign(), subject, reason, span));
        };
        Ok(Value::Arithmetic {
            operator,
            left: Box::new(left),
            right: Box::new(right),
            value_type,
        })
    }

    /// A part of a calculation.
    fn number(&self, part: &Expression, sign: &str) -> Result<Value, QueryError> {
        let value = self.resolved(part)?.reading(Read::Number);
        let reason = match value.value_type() {
            ValueType::Integer | ValueType::Decimal | ValueType::TimeInterval | ValueType::Timestamp => {
                return Ok(value);
            }
            ValueType::Map if value.is_single() => return Ok(value),
            ValueType::Map | ValueType::MapOfStringArrays => "name one key: Properties('key')",
            _ => "it is no number",
        };
        Err(self.inapplicable(sign, &value, reason, part.span))
    }
}

/// The type of the result; none if there is no sense in it. A property is taken for a decimal.
fn result(operator: Arithmetic, left: ValueType, right: ValueType) -> Option<ValueType> {
    use ValueType::{Decimal, Integer, TimeInterval, Timestamp};
    match (operator, left, right) {
        (Arithmetic::Subtract, Timestamp, Timestamp) => Some(TimeInterval),
        (Arithmetic::Add | Arithmetic::Subtract, Timestamp, Integer | TimeInterval) => Some(Timestamp),
        (Arithmetic::Add, Integer | TimeInterval, Timestamp) => Some(Timestamp),
        (_, Timestamp, _) | (_, _, Timestamp) => None,
        (Arithmetic::Divide, ..) => Some(Decimal),
        (Arithmetic::Remainder, ..) | (_, Integer, Integer) => Some(Integer),
        (_, TimeInterval, TimeInterval | Integer) | (_, Integer, TimeInterval) => Some(TimeInterval),
        _ => Some(Decimal),
    }
}
