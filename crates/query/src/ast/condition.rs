//! What a row must fulfil.

use super::expression::{Comparison, Expression, TextMatch};
use crate::span::Span;

/// A condition as written; `and` and `or` are lists, so that long chains do not nest.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Predicate(Box<Predicate>),
}

/// A test of one value.
#[derive(Debug, Clone)]
pub(crate) struct Predicate {
    pub(crate) subject: Expression,
    pub(crate) kind: PredicateKind,
    /// Whether a `not` belongs to the test: `not in`, `is not null`.
    pub(crate) negated: bool,
    pub(crate) span: Span,
}

#[derive(Debug, Clone)]
pub(crate) enum PredicateKind {
    Compare(Comparison, Expression),
    In(Vec<Expression>),
    Between(Expression, Expression),
    Text(TextMatch, Expression),
    /// `exists`; `is null` is its negation.
    Exists,
}
