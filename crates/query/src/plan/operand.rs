//! The right side of a comparison, read as what the left side is.

use super::scope::Scope;
use super::value::{Constant, Read, Value};
use crate::ast::{Expression, ExpressionKind};
use crate::catalogue::{EnumKind, ValueType};
use crate::error::{NameError, QueryError, ValueError, shown};
use crate::parser;
use crate::span::Span;
use crate::suggest::Hint;

/// What a value is compared with.
pub(super) enum Operand {
    /// One value, and which values of a property it can be compared with.
    One { value: Value, read: Read },
    /// A stretch of time, for a date that is less exact than a microsecond: its first and its last one.
    Span(i64, i64),
}

impl Operand {
    /// As one end of a range: of a stretch of time, what `choose` takes of its first and last microsecond.
    pub(super) fn end(self, choose: impl Fn(i64, i64) -> i64) -> (Value, Read) {
        match self {
            Operand::One { value, read } => (value, read),
            Operand::Span(start, end) => (
                Value::Constant(Constant::Integer(choose(start, end))),
                Read::Number,
            ),
        }
    }

    fn text(text: impl Into<String>) -> Operand {
        Operand::One {
            value: Value::Constant(Constant::Text(text.into())),
            read: Read::Text,
        }
    }

    fn integer(value: i64) -> Operand {
        Operand::One {
            value: Value::Constant(Constant::Integer(value)),
            read: Read::Number,
        }
    }
}

impl Scope<'_> {
    /// What `right` means beside `subject`.
    pub(super) fn operand(&self, subject: &Value, right: &Expression) -> Result<Operand, QueryError> {
        match &right.kind {
            ExpressionKind::Quoted(text) => self.text_operand(subject, text, right.span),
            ExpressionKind::Name(word) => {
                if let ValueType::Enum(kind) = subject.value_type()
                    && kind.ordinal_of(word).is_some()
                {
                    return self.text_operand(subject, word, right.span);
                }
                match self.known_name(word, right.span)? {
                    Some(value) => self.value_operand(subject, value, right.span),
                    None => self.text_operand(subject, word, right.span),
                }
            }
            ExpressionKind::Boolean(truth) => match subject {
                Value::Property { .. } => Ok(Operand::One {
                    value: Value::Constant(Constant::Integer(i64::from(*truth))),
                    read: Read::Boolean,
                }),
                _ if subject.value_type() == ValueType::Boolean => Ok(Operand::integer(i64::from(*truth))),
                _ => self.text_operand(subject, self.typed(right.span), right.span),
            },
            ExpressionKind::Null => Err(self.wrong_type(subject, right.span)),
            _ => {
                let value = self.value(right)?;
                self.value_operand(subject, value, right.span)
            }
        }
    }

    /// The text that is looked for in `subject`.
    pub(super) fn needle(&self, subject: &Value, expression: &Expression) -> Result<Value, QueryError> {
        let text = match &expression.kind {
            ExpressionKind::Quoted(text) => text.clone(),
            ExpressionKind::Name(word) => match self.known_name(word, expression.span)? {
                Some(value) if value.value_type() == ValueType::String => return Ok(value),
                Some(_) => return Err(self.wrong_type(subject, expression.span)),
                None => word.clone(),
            },
            ExpressionKind::Integer(_) | ExpressionKind::Decimal(_) | ExpressionKind::Boolean(_) => {
                self.typed(expression.span).to_owned()
            }
            ExpressionKind::Keys { .. } => {
                let value = self.value(expression)?;
                if matches!(value, Value::Property { .. }) && value.is_single() {
                    return Ok(value.reading(Read::Text));
                }
                return Err(self.wrong_type(subject, expression.span));
            }
            _ => return Err(self.wrong_type(subject, expression.span)),
        };
        Ok(Value::Constant(Constant::Text(text)))
    }

    /// A text or unknown word beside `subject`.
    fn text_operand(&self, subject: &Value, text: &str, span: Span) -> Result<Operand, QueryError> {
        if matches!(subject, Value::Property { .. }) {
            return Ok(Operand::text(text));
        }
        match subject.value_type() {
            ValueType::String | ValueType::StringArray | ValueType::MapOfStringArrays | ValueType::Map => {
                Ok(Operand::text(text))
            }
            ValueType::Enum(kind) => match kind.ordinal_of(text) {
                Some(ordinal) => Ok(Operand::integer(ordinal)),
                None => Err(self.error(unknown_value(kind, text), span)),
            },
            ValueType::Timestamp => self.time_operand(text, span),
            ValueType::TimeInterval => match parser::duration(text).or_else(|| text.trim().parse().ok()) {
                Some(microseconds) => Ok(Operand::integer(microseconds)),
                None => Err(self.wrong_type(subject, span)),
            },
            ValueType::Integer | ValueType::Decimal => {
                if let Ok(value) = text.trim().parse::<i64>() {
                    return Ok(Operand::integer(value));
                }
                match text.trim().parse::<f64>() {
                    Ok(value) if value.is_finite() => Ok(Operand::One {
                        value: Value::Constant(Constant::Decimal(value, text.to_owned())),
                        read: Read::Number,
                    }),
                    _ => Err(self.wrong_type(subject, span)),
                }
            }
            ValueType::Boolean => Err(self.wrong_type(subject, span)),
        }
    }

    fn time_operand(&self, text: &str, span: Span) -> Result<Operand, QueryError> {
        if let Ok(microseconds) = text.trim().parse::<i64>() {
            return Ok(Operand::integer(microseconds));
        }
        let range = self.clock.word(text).map_or_else(|| self.clock.literal(text), Ok);
        match range {
            Ok((start, end)) if start == end => Ok(Operand::integer(start)),
            Ok((start, end)) => Ok(Operand::Span(start, end)),
            Err(reason) => Err(self.error(
                ValueError::BadDate {
                    found: shown(text),
                    reason,
                },
                span,
            )),
        }
    }

    /// A number, field or calculation beside `subject`.
    fn value_operand(&self, subject: &Value, value: Value, span: Span) -> Result<Operand, QueryError> {
        if !value.is_single() || value.is_list() {
            return Err(self.wrong_type(subject, span));
        }
        let is_constant = matches!(value, Value::Constant(_));
        match (kind(subject), kind(&value)) {
            // Of two properties, equality compares what there is, and order compares numbers.
            (Kind::Property, Kind::Property) => Ok(Operand::One {
                value: value.reading(Read::Number),
                read: Read::Number,
            }),
            (Kind::Property | Kind::Text, Kind::Text) => Ok(Operand::One {
                value,
                read: Read::Text,
            }),
            (Kind::Property | Kind::Number, Kind::Number) => Ok(Operand::One {
                value,
                read: Read::Number,
            }),
            (Kind::Text, Kind::Property) => Ok(Operand::One {
                value: value.reading(Read::Text),
                read: Read::Text,
            }),
            (Kind::Number, Kind::Property) => Ok(Operand::One {
                value: value.reading(Read::Number),
                read: Read::Number,
            }),
            (Kind::Text, Kind::Number) if is_constant => Ok(Operand::text(self.typed(span))),
            (Kind::Text, Kind::Number) | (Kind::Number, Kind::Text) => Err(self.wrong_type(subject, span)),
        }
    }

    fn wrong_type(&self, subject: &Value, span: Span) -> QueryError {
        let found = shown(self.typed(span));
        let wanted = subject.value_type().phrase();
        self.error(
            ValueError::WrongType {
                subject: subject.header(),
                wanted,
                found,
            },
            span,
        )
    }
}

/// What values of different types have in common in comparisons.
enum Kind {
    Text,
    Number,
    /// Only the row knows.
    Property,
}

fn kind(value: &Value) -> Kind {
    match value.value_type() {
        ValueType::String | ValueType::StringArray | ValueType::MapOfStringArrays => Kind::Text,
        ValueType::Map => Kind::Property,
        ValueType::Integer
        | ValueType::Decimal
        | ValueType::Boolean
        | ValueType::Timestamp
        | ValueType::TimeInterval
        | ValueType::Enum(_) => Kind::Number,
    }
}

fn unknown_value(kind: EnumKind, word: &str) -> NameError {
    let words = kind.words();
    NameError::UnknownValue {
        found: shown(word),
        kind: kind.name(),
        hint: Hint::for_word(word, words.iter().copied()),
        known: words.join(", "),
    }
}
