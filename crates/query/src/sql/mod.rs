//! A plan → SQL text and its parameters.
//!
//! The item's table goes by `t`. The table `source` goes by `s`, and is joined only if a field of it is used. No value
//! and no name of a property is ever part of the text: they are parameters, numbered from 1, and equal ones share a
//! number. What differs between databases is behind [`Dialect`].
//!
//! A column of the plan is one column of the result, in the same order, except those of type
//! [`Map`](crate::ValueType::Map), which are two: the JSON object, and the JSON object of its types.

mod dialect;
mod filter;
mod sqlite;
mod value;
mod writer;

pub use crate::ast::TextMatch;
pub use crate::plan::Read;
pub use dialect::Dialect;
pub use sqlite::Sqlite;

use crate::plan::{Order, Plan};
use writer::Writer;

/// A statement for the database.
#[derive(Debug, Clone, PartialEq)]
pub struct Sql {
    /// The text, with numbered places for the parameters.
    pub text: String,
    /// The parameters; the first one has number 1.
    pub parameters: Vec<Parameter>,
}

/// A value that is given beside the text.
#[derive(Debug, Clone, PartialEq)]
pub enum Parameter {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A floating-point number, always finite.
    Real(f64),
}

/// All that has to be asked to answer one statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The rows of the result, in their order: limited by the statement, and by `max_rows` unless they are groups.
    pub rows: Sql,
    /// One row about the matching items before grouping and limits: their number, and the first and last value of
    /// their date field, which are null if there are none.
    pub summary: Sql,
}

/// Writes the plan in the database's words; never more than `max_rows` rows, unless they are groups.
#[must_use]
pub fn generate(plan: &Plan, dialect: &dyn Dialect, max_rows: u64) -> Query {
    Query {
        rows: rows(plan, dialect, max_rows),
        summary: summary(plan, dialect),
    }
}

fn rows(plan: &Plan, dialect: &dyn Dialect, max_rows: u64) -> Sql {
    let mut writer = Writer::new(plan.item, dialect);
    let mut columns: Vec<String> = Vec::new();
    for column in &plan.columns {
        columns.extend(writer.outputs(&column.value, plan.is_grouped));
    }
    let text = match &plan.rows.picked_by {
        Some(picked_by) => picked(plan, &mut writer, &columns, picked_by),
        None => {
            let keys = writer.orders(&plan.rows.order);
            select(plan, &mut writer, &columns) + &order_by(&keys, &plan.rows.order)
        }
    };
    let limit = limit(plan, &mut writer, max_rows);
    writer.finish(text + &limit)
}

/// Rows picked inside by one order and shown outside by another, whose keys travel along as columns.
fn picked(plan: &Plan, writer: &mut Writer<'_>, columns: &[String], picked_by: &[Order]) -> String {
    let shown_by = writer.orders(&plan.rows.order);
    let names = |letter: char, count: usize| -> Vec<String> {
        (1..=count).map(|number| format!("{letter}{number}")).collect()
    };
    let (column_names, order_names) = (names('c', columns.len()), names('o', shown_by.len()));
    let values = columns
        .iter()
        .chain(&shown_by)
        .zip(column_names.iter().chain(&order_names));
    let carried: Vec<String> = values.map(|(value, name)| format!("{value} AS {name}")).collect();
    let keys = writer.orders(picked_by);
    let inner = select(plan, writer, &carried) + &order_by(&keys, picked_by);
    let count = writer.count(plan.rows.count.unwrap_or(u64::MAX));
    let order = order_by(&order_names, &plan.rows.order);
    format!(
        "SELECT {} FROM ({inner} LIMIT {count}){order}",
        column_names.join(", ")
    )
}

/// LIMIT and OFFSET; groups are not limited by `max_rows`, since all must be counted.
fn limit(plan: &Plan, writer: &mut Writer<'_>, max_rows: u64) -> String {
    let max_rows = if plan.is_grouped { u64::MAX } else { max_rows };
    let limit = plan.rows.limit().unwrap_or(u64::MAX).min(max_rows);
    match (limit, plan.rows.offset()) {
        (u64::MAX, 0) => String::new(),
        (limit, 0) => format!(" LIMIT {}", writer.count(limit)),
        (limit, offset) => format!(" LIMIT {} OFFSET {}", writer.count(limit), writer.count(offset)),
    }
}

fn summary(plan: &Plan, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(plan.item, dialect);
    let date = writer.date_field();
    let columns = [
        "count(*)".to_owned(),
        format!("min({date})"),
        format!("max({date})"),
    ];
    let text = select_from(plan, &mut writer, &columns, None);
    writer.finish(text)
}

/// SELECT to HAVING.
fn select(plan: &Plan, writer: &mut Writer<'_>, columns: &[String]) -> String {
    let keys: Vec<String> = plan.keys.iter().map(|key| writer.key(key)).collect();
    let mut grouping = String::new();
    let mut not_null = None;
    if !keys.is_empty() {
        grouping = format!(" GROUP BY {}", keys.join(", "));
        let tests: Vec<String> = keys.iter().map(|key| format!("{key} IS NOT NULL")).collect();
        not_null = (!plan.keep_null_groups).then(|| filter::joined(&tests, "OR"));
    }
    if !plan.having.is_empty() {
        grouping = format!("{grouping} HAVING {}", writer.filter(&plan.having));
    }
    select_from(plan, writer, columns, not_null) + &grouping
}

/// SELECT, FROM and WHERE, the last with the plan's range of dates and filter and one condition `more`.
fn select_from(plan: &Plan, writer: &mut Writer<'_>, columns: &[String], more: Option<String>) -> String {
    let (start, end) = plan.dates;
    let date = writer.date_field();
    let mut conditions = vec![format!(
        "{date} BETWEEN {} AND {}",
        writer.integer(start),
        writer.integer(end)
    )];
    if !plan.filter.is_empty() {
        conditions.push(writer.filter(&plan.filter));
    }
    conditions.extend(more);
    // Last, because only now it is known whether the source is used.
    let from = writer.from();
    format!(
        "SELECT {} FROM {from} WHERE {}",
        columns.join(", "),
        conditions.join(" AND ")
    )
}

fn order_by(keys: &[String], orders: &[Order]) -> String {
    if keys.is_empty() {
        return String::new();
    }
    let keys = keys.iter().zip(orders).map(|(key, order)| {
        if order.descending {
            format!("{key} DESC")
        } else {
            key.clone()
        }
    });
    format!(" ORDER BY {}", keys.collect::<Vec<_>>().join(", "))
}
