//! The tree of a statement: what was written, not yet what is meant.
//!
//! Names are as typed and unresolved, dates are words; everything that an error may point at carries its span.

mod condition;
mod date;
mod expression;

pub(crate) use condition::{Condition, Predicate, PredicateKind};
pub(crate) use date::{DateRange, DateWord, Point, Unit};
pub use expression::TextMatch;
pub(crate) use expression::{Aggregate, Arithmetic, Comparison, Expression, ExpressionKind};

use crate::catalogue::Item;
use crate::span::Span;

/// A parsed statement: sound grammar, unchecked names and types.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The query itself, for errors found later.
    pub(crate) text: String,
    pub(crate) get: Get,
}

impl Statement {
    /// The item type that is asked for.
    #[must_use]
    pub fn item(&self) -> Item {
        self.get.item
    }

    /// The query's text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// `get [the] [number of] [limit] item [name] clauses`.
#[derive(Debug, Clone)]
pub(crate) struct Get {
    /// Whether the number of rows is asked for: `number of`.
    pub(crate) counted: bool,
    pub(crate) limit: Option<Limit>,
    pub(crate) item: Item,
    /// The name selector: `get activity 'PlaceOrder'`.
    pub(crate) name: Option<String>,
    pub(crate) clauses: Clauses,
}

/// The clauses, each at most once, in any order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clauses {
    pub(crate) fields: Option<Fields>,
    pub(crate) condition: Option<Condition>,
    pub(crate) date: Option<(DateRange, Span)>,
    pub(crate) group: Option<Group>,
    pub(crate) having: Option<Condition>,
    pub(crate) sort: Vec<SortKey>,
    pub(crate) range: Option<RowRange>,
    pub(crate) show_as: Option<String>,
}

/// `top 5`, `latest`, `50`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) word: LimitWord,
    pub(crate) count: u64,
    pub(crate) span: Span,
}

/// Which rows a limit leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitWord {
    /// The first of the order asked for; also a number without a word.
    Top,
    /// The last of the order asked for.
    Bottom,
    First,
    Last,
    Longest,
    Shortest,
    Best,
    Worst,
    Largest,
    Smallest,
}

/// The list after `fields`.
#[derive(Debug, Clone)]
pub(crate) enum Fields {
    All(Span),
    List(Vec<Selected>),
}

/// One of the fields asked for: `expression [as alias]`.
#[derive(Debug, Clone)]
pub(crate) struct Selected {
    pub(crate) expression: Expression,
    pub(crate) alias: Option<String>,
}

/// `group by keys [include nulls]`.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) keys: Vec<Expression>,
    pub(crate) include_nulls: bool,
}

/// `expression [asc | desc]`.
#[derive(Debug, Clone)]
pub(crate) struct SortKey {
    pub(crate) expression: Expression,
    pub(crate) descending: bool,
}

/// `range first,last`: rows counted from 1, both included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowRange {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) span: Span,
}
