//! A statement → what is meant: names resolved, types checked, dates counted, headers written.
//!
//! A name means, in this order: a field of the item; an alias that `AS` gives; a property. On the right of a comparison
//! a name that is neither field nor alias is a text. In quotes it is a text there, and an alias elsewhere. Two
//! precautions: a name one slip away from a field's is refused, since it is more likely misspelt than a property's;
//! and where an enumeration is compared, its words come first (`ActivityStatus = Exception`).
//!
//! Null is as in SQL: no test of a null holds, be it `!=`, `not in` or inside a `not (…)`; only `is null` finds it.
//! A list of texts (tags, correlators) passes a test if any element does, and a negated one if it is there and none does.
//! A property is text, number or truth by itself, row by row: a test by order (`>`) or by text sees only those of the
//! type that it is given, so that the text `"9"` is not above the number 4.

mod aggregate;
mod arithmetic;
mod column;
mod condition;
mod filter;
mod operand;
mod order;
mod scope;
mod value;

pub use column::Column;
pub(crate) use filter::{Check, Filter, Test};
pub(crate) use order::Order;
pub use value::Read;
pub(crate) use value::{Constant, Value};

use jiff::tz::TimeZone;

use crate::ast::{Comparison, Get, Statement};
use crate::catalogue::Item;
use crate::dates::{Clock, Range};
use crate::error::{NameError, QueryError, ValueError, shown};
use crate::parser;
use crate::span::Span;
use scope::{Clause, Scope};

/// What a statement is understood by, besides itself.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The present, in microseconds since 1970-01-01 UTC.
    pub now: i64,
    /// Whose days and hours count.
    pub time_zone: TimeZone,
    /// The date range of statements without one (`jk_date`), in jKQL; none or blank is `today`.
    pub default_date: Option<&'a str>,
}

/// A statement that can be answered.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(crate) item: Item,
    pub(crate) columns: Vec<Column>,
    pub(crate) dates: Range,
    pub(crate) filter: Filter,
    /// Whether rows are put together.
    pub(crate) is_grouped: bool,
    pub(crate) keys: Vec<Value>,
    pub(crate) keep_null_groups: bool,
    pub(crate) having: Filter,
    pub(crate) rows: order::Rows,
    key_columns: Vec<&'static str>,
    show_as: Option<String>,
}

/// Checks a statement against the catalogue.
///
/// # Errors
///
/// If a name, value or date cannot be meant; also if [`Context::default_date`] is needed and is no date range, or
/// [`Context::now`] is beyond the year 9999.
pub fn plan(statement: &Statement, context: &Context<'_>) -> Result<Plan, QueryError> {
    let get = &statement.get;
    let text = statement.text.as_str();
    let clock = Clock::new(context.now, context.time_zone.clone()).map_err(|reason| {
        let found = context.now.to_string();
        QueryError::new(ValueError::BadDate { found, reason }, Span::new(0, 0), text)
    })?;
    let dates = dates(get, text, &clock, context.default_date)?;
    let mut scope = Scope::new(get.item, text, &clock);

    let selected = scope.selected(get)?;
    scope.name_aliases(&selected);
    let keys = scope.group_keys(get)?;
    let is_grouped = get.counted
        || get.clauses.group.is_some()
        || selected.iter().any(|selected| selected.value.has_aggregate());
    scope.group_by(is_grouped.then(|| keys.clone()));

    let columns = scope.columns(get, &selected, &keys)?;
    let (filter, having) = filters(get, &mut scope, is_grouped)?;
    let rows = scope.rows(get)?;
    let lists_everything = !is_grouped && selected.is_empty();
    Ok(Plan {
        item: get.item,
        columns,
        dates,
        filter,
        is_grouped,
        keys,
        keep_null_groups: get.clauses.group.as_ref().is_none_or(|group| group.include_nulls),
        having,
        rows,
        key_columns: if lists_everything {
            vec![get.item.key()]
        } else {
            Vec::new()
        },
        show_as: get.clauses.show_as.clone(),
    })
}

impl Plan {
    /// The item type that is asked for.
    #[must_use]
    pub fn item(&self) -> Item {
        self.item
    }

    /// The columns of the result, from left to right; no two have the same header.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The range that the item's date field must be in: microseconds since 1970, both ends included.
    ///
    /// `None` is for items without a time, of which there are none yet.
    #[must_use]
    pub fn date_filter(&self) -> Option<(i64, i64)> {
        Some(self.dates)
    }

    /// The headers of the columns that tell rows apart; empty unless all or the default fields are asked for.
    #[must_use]
    pub fn key_columns(&self) -> &[&'static str] {
        &self.key_columns
    }

    /// The word after `show as`, as typed.
    #[must_use]
    pub fn show_as(&self) -> Option<&str> {
        self.show_as.as_deref()
    }

    /// Whether rows are aggregated; then they are few, and all must be read to know their number.
    #[must_use]
    pub fn is_grouped(&self) -> bool {
        self.is_grouped
    }

    /// How many rows the statement itself asks for at most, by limit word or range.
    #[must_use]
    pub fn row_limit(&self) -> Option<u64> {
        self.rows.limit()
    }

    /// How many rows the statement asks for out of `found` rows (matching items or groups), before any other limit.
    #[must_use]
    pub fn total_rows(&self, found: u64) -> u64 {
        self.rows.total(found)
    }
}

/// The range of the statement, else the default one, else today.
fn dates(get: &Get, text: &str, clock: &Clock, default: Option<&str>) -> Result<Range, QueryError> {
    if let Some((words, span)) = &get.clauses.date {
        return in_order(clock.range(words), *span, text);
    }
    let default = default
        .map(str::trim)
        .filter(|date| !date.is_empty())
        .unwrap_or("today");
    parser::date_range(default)
        .and_then(|words| in_order(clock.range(&words), Span::new(0, default.len()), default))
        .map_err(QueryError::in_default_date)
}

fn in_order(range: Result<Range, String>, span: Span, text: &str) -> Result<Range, QueryError> {
    let found = shown(span.of(text));
    match range {
        Ok((start, end)) if start > end => {
            let problem = ValueError::BadRange {
                found,
                reason: "ends before it starts",
            };
            Err(QueryError::new(problem, span, text))
        }
        Ok(range) => Ok(range),
        Err(reason) => Err(QueryError::new(ValueError::BadDate { found, reason }, span, text)),
    }
}

/// The name selector and WHERE together, and HAVING.
fn filters(get: &Get, scope: &mut Scope<'_>, is_grouped: bool) -> Result<(Filter, Filter), QueryError> {
    let mut filters = Vec::new();
    if let (Some(name), Some(field)) = (&get.name, get.item.field("name")) {
        let value = Value::Constant(Constant::Text(name.clone()));
        filters.push(Filter::test(
            Value::Field(field),
            Check::Compare(Comparison::Equal, value),
            false,
        ));
    }
    if let Some(condition) = &get.clauses.condition {
        scope.enter(Clause::Where);
        filters.push(scope.filter(condition, false)?);
    }
    let mut having = Filter::All(Vec::new());
    if let Some(condition) = &get.clauses.having {
        scope.enter(Clause::Having);
        if !is_grouped {
            return Err(scope.having_without_groups(condition));
        }
        having = scope.filter(condition, false)?;
    }
    Ok((Filter::All(filters), having))
}

/// Fields that the catalogue knows and the store does not keep.
fn not_kept(field: &'static str, item: Item) -> NameError {
    NameError::NotKept {
        field,
        item: item.name(),
    }
}
