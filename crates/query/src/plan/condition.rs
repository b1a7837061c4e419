//! Conditions as written → filters.

use super::filter::{Check, Filter};
use super::operand::Operand;
use super::scope::Scope;
use super::value::{Constant, Read, Value};
use crate::ast::{Comparison, Condition, Expression, ExpressionKind, Predicate, PredicateKind, TextMatch};
use crate::catalogue::ValueType;
use crate::error::QueryError;

impl Scope<'_> {
    /// What the condition means; or what its negation means, by De Morgan's laws.
    pub(super) fn filter(&self, condition: &Condition, negated: bool) -> Result<Filter, QueryError> {
        let parts = |parts: &[Condition]| {
            parts
                .iter()
                .map(|part| self.filter(part, negated))
                .collect::<Result<Vec<_>, _>>()
        };
        match condition {
            Condition::All(all) if negated => parts(all).map(Filter::Any),
            Condition::Any(any) if negated => parts(any).map(Filter::All),
            Condition::All(all) => parts(all).map(Filter::All),
            Condition::Any(any) => parts(any).map(Filter::Any),
            Condition::Not(part) => self.filter(part, !negated),
            Condition::Predicate(predicate) => self.predicate(predicate, negated != predicate.negated),
        }
    }

    fn predicate(&self, predicate: &Predicate, negated: bool) -> Result<Filter, QueryError> {
        let subject = &predicate.subject;
        match &predicate.kind {
            PredicateKind::Compare(comparison, right) if is_constant(subject) && !is_constant(right) => {
                // A quoted alias on the left is no constant, and then the sides stay.
                if let ExpressionKind::Quoted(text) = &subject.kind
                    && self.alias(text, subject.span)?.is_some()
                {
                    return self.compare(subject, *comparison, right, negated);
                }
                self.compare(right, comparison.mirrored(), subject, negated)
            }
            PredicateKind::Compare(comparison, right) => self.compare(subject, *comparison, right, negated),
            PredicateKind::In(values) => self.among(subject, values, negated),
            PredicateKind::Between(low, high) => self.between(subject, low, high, negated),
            PredicateKind::Text(how, text) => self.text(subject, *how, text, negated),
            PredicateKind::Exists => Ok(Filter::test(self.value(subject)?, Check::Present, negated)),
        }
    }

    fn compare(
        &self,
        subject: &Expression,
        comparison: Comparison,
        right: &Expression,
        negated: bool,
    ) -> Result<Filter, QueryError> {
        let value = self.single(subject, comparison.sign())?;
        if matches!(right.kind, ExpressionKind::Null) {
            return match comparison {
                Comparison::Equal => Ok(Filter::test(value, Check::Present, !negated)),
                Comparison::NotEqual => Ok(Filter::test(value, Check::Present, negated)),
                _ => Err(self.inapplicable(
                    comparison.sign(),
                    &value,
                    "nothing is above or below NULL",
                    right.span,
                )),
            };
        }
        let operand = self.operand(&value, right)?;
        let one = |value: i64| Value::Constant(Constant::Integer(value));
        let (value, check) = match operand {
            Operand::Span(start, end) => {
                let check = match comparison {
                    Comparison::Equal => Check::Between(one(start), one(end)),
                    Comparison::NotEqual => {
                        let check = Check::Between(one(start), one(end));
                        return Ok(Filter::test(value, check, !negated));
                    }
                    Comparison::Less | Comparison::GreaterOrEqual => Check::Compare(comparison, one(start)),
                    Comparison::LessOrEqual | Comparison::Greater => Check::Compare(comparison, one(end)),
                };
                (value, check)
            }
            Operand::One { value: other, read } => {
                let (value, other) = sides(value, comparison, other, read);
                (value, Check::Compare(comparison, other))
            }
        };
        Ok(Filter::test(value, check, negated))
    }

    fn among(
        &self,
        subject: &Expression,
        values: &[Expression],
        negated: bool,
    ) -> Result<Filter, QueryError> {
        let subject = self.single(subject, "IN")?;
        let mut constants = Vec::new();
        let mut filters = Vec::new();
        let mut read = Read::Boolean;
        for value in values {
            match self.operand(&subject, value)? {
                Operand::One {
                    value,
                    read: Read::Boolean,
                } => constants.push(value),
                Operand::One { value, .. } => {
                    read = Read::Scalar;
                    constants.push(value);
                }
                Operand::Span(start, end) => {
                    let [start, end] = [start, end].map(|end| Value::Constant(Constant::Integer(end)));
                    filters.push(Filter::test(subject.clone(), Check::Between(start, end), negated));
                }
            }
        }
        if !constants.is_empty() {
            filters.push(Filter::test(
                subject.reading(read),
                Check::Among(constants),
                negated,
            ));
        }
        Ok(if negated {
            Filter::All(filters)
        } else {
            Filter::Any(filters)
        })
    }

    fn between(
        &self,
        subject: &Expression,
        low: &Expression,
        high: &Expression,
        negated: bool,
    ) -> Result<Filter, QueryError> {
        let subject = self.single(subject, "BETWEEN")?;
        let (low, read) = self.operand(&subject, low)?.end(|start, _| start);
        let (high_value, high_read) = self.operand(&subject, high)?.end(|_, end| end);
        if high_read != read {
            let reason = "one end is a text and the other is not";
            return Err(self.inapplicable("BETWEEN", &subject, reason, high.span));
        }
        Ok(Filter::test(
            subject.reading(read),
            Check::Between(low, high_value),
            negated,
        ))
    }

    fn text(
        &self,
        subject: &Expression,
        how: TextMatch,
        text: &Expression,
        negated: bool,
    ) -> Result<Filter, QueryError> {
        let value = self.single(subject, how.keyword())?;
        let is_text = matches!(value, Value::Property { .. })
            || value.is_list()
            || value.value_type() == ValueType::String;
        if !is_text {
            let reason = "it is no text";
            return Err(self.inapplicable(how.keyword(), &value, reason, subject.span));
        }
        let needle = self.needle(&value, text)?;
        Ok(Filter::test(
            value.reading(Read::Text),
            Check::Text(how, needle),
            negated,
        ))
    }

    /// A value that is compared: one, not a map.
    fn single(&self, expression: &Expression, operation: &str) -> Result<Value, QueryError> {
        let value = self.value(expression)?;
        if matches!(value, Value::Constant(_)) {
            let reason = "it is a constant; one side must be a field";
            return Err(self.inapplicable(operation, &value, reason, expression.span));
        }
        if value.is_single() {
            return Ok(value);
        }
        let reason = "name one key, as in Properties('key')";
        Err(self.inapplicable(operation, &value, reason, expression.span))
    }
}

/// Both sides of a comparison, as they are read if they are properties.
///
/// Equality with a constant, and of two properties, tells types apart by itself, and so sees that a number differs from
/// a text. Beside a field the database would convert, so there a property is read as what the field is.
fn sides(value: Value, comparison: Comparison, other: Value, read: Read) -> (Value, Value) {
    let is_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    let tells_types = matches!(other, Value::Constant(_) | Value::Property { .. });
    if !is_equality || !tells_types || read == Read::Boolean {
        return (value.reading(read), other);
    }
    if matches!((&value, &other), (Value::Property { .. }, _)) {
        return (value.reading(Read::Scalar), other.reading(Read::Scalar));
    }
    (value, other)
}

/// Whether the expression is a constant by its form.
fn is_constant(expression: &Expression) -> bool {
    matches!(
        expression.kind,
        ExpressionKind::Quoted(_)
            | ExpressionKind::Integer(_)
            | ExpressionKind::Decimal(_)
            | ExpressionKind::Duration(_)
            | ExpressionKind::Boolean(_)
            | ExpressionKind::Null
    )
}
