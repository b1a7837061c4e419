//! What the query crate promises, one promise a file.
#![cfg(test)]

mod bounds_hold;
mod conditions_mean;
mod dates_follow_the_time_zone;
mod errors_name_the_spot;
mod fields_and_aliases;
mod grouping_puts_rows_together;
mod headers_are_exact;
mod limit_words_sort;
mod nothing_panics;
mod sql_is_generated;
mod statements_are_answered_or_refused;

use jiff::tz::TimeZone;
use tnt4_query::sql::{Parameter, Query, Sql, Sqlite, generate};
use tnt4_query::{Context, Plan, QueryError, parse, plan};

/// Sunday, 2026-11-22 17:24:33 UTC, in microseconds.
const NOW: i64 = 1_795_368_273_000_000;

fn context(zone: &str) -> Context<'static> {
    let time_zone = TimeZone::get(zone).unwrap();
    Context {
        now: NOW,
        time_zone,
        default_date: None,
    }
}

fn try_plan(query: &str) -> Result<Plan, QueryError> {
    plan(&parse(query)?, &context("UTC"))
}

fn planned(query: &str) -> Plan {
    try_plan(query).unwrap_or_else(|error| panic!("{query}\n{error}"))
}

fn refused(query: &str) -> QueryError {
    match try_plan(query) {
        Ok(_) => panic!("not refused: {query}"),
        Err(error) => error,
    }
}

fn generated(query: &str) -> Query {
    generate(&planned(query), &Sqlite, 100)
}

fn headers(query: &str) -> Vec<String> {
    planned(query)
        .columns()
        .iter()
        .map(|column| column.header().to_owned())
        .collect()
}

/// What is asked about a row, with the parameters in their places.
fn condition(condition: &str) -> String {
    let text = filled(&generated(&format!("get events fields id where {condition}")).rows);
    let (_, rest) = text
        .split_once("WHERE t.start_time BETWEEN 1795305600000000 AND 1795391999999999 AND ")
        .unwrap();
    rest.split_once(" ORDER BY").unwrap().0.to_owned()
}

/// How rows are ordered and limited, with the parameters in their places.
fn ending(query: &str) -> String {
    let text = filled(&generated(query).rows);
    text.split_once("1795391999999999").unwrap().1.trim().to_owned()
}

/// The text with the parameters in their places.
fn filled(sql: &Sql) -> String {
    let mut text = sql.text.clone();
    for (at, parameter) in sql.parameters.iter().enumerate().rev() {
        let value = match parameter {
            Parameter::Text(text) => format!("'{text}'"),
            Parameter::Integer(value) => value.to_string(),
            Parameter::Real(value) => format!("{value:?}"),
        };
        text = text.replace(&format!("?{}", at + 1), &value);
    }
    text
}
