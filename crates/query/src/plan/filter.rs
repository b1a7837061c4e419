//! Conditions whose meaning is known.

use super::value::Value;
use crate::ast::{Comparison, TextMatch};

/// What a row or group must fulfil; negation is in the tests only.
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    /// All of them; nothing, if there are none.
    All(Vec<Filter>),
    /// At least one of them.
    Any(Vec<Filter>),
    Test(Box<Test>),
}

/// A test of one value; of a list, it is that some element passes, or negated, that none does.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    pub(crate) subject: Value,
    pub(crate) check: Check,
    pub(crate) negated: bool,
}

/// What is tested.
#[derive(Debug, Clone)]
pub(crate) enum Check {
    Compare(Comparison, Value),
    Among(Vec<Value>),
    /// Both ends included.
    Between(Value, Value),
    Text(TextMatch, Value),
    /// It is not null.
    Present,
}

impl Filter {
    /// The test as a filter, with its negation put into the comparison where that is the same.
    pub(crate) fn test(subject: Value, check: Check, negated: bool) -> Filter {
        let (check, negated) = match check {
            Check::Compare(comparison, value) if negated && !subject.is_list() => {
                (Check::Compare(comparison.opposite(), value), false)
            }
            // "Not equal" of a list is that no element is equal, not that some element differs.
            Check::Compare(Comparison::NotEqual, value) if subject.is_list() => {
                (Check::Compare(Comparison::Equal, value), !negated)
            }
            check => (check, negated),
        };
        Filter::Test(Box::new(Test {
            subject,
            check,
            negated,
        }))
    }

    /// Whether it leaves everything as it is.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Filter::All(parts) => parts.iter().all(Filter::is_empty),
            Filter::Any(_) | Filter::Test(_) => false,
        }
    }
}
