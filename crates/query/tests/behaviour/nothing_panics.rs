//! Whatever comes in, an answer or an error comes out.

use proptest::prelude::*;
use proptest::sample::select;
use tnt4_query::sql::{Sqlite, generate};
use tnt4_query::{Context, parse, plan};

use super::context;

/// Words that mean something somewhere, so that sequences of them get far.
const TOKENS: &[&str] = &[
    "get",
    "the",
    "number",
    "of",
    "events",
    "activities",
    "snapshots",
    "logs",
    "top",
    "5",
    "latest",
    "bottom",
    "fields",
    "all",
    "name",
    "severity",
    "elapsedtime",
    "starttime",
    "tag",
    "correlator",
    "properties",
    "props('k')",
    "map(k,l)",
    "sourcecomps('SERVER')",
    "cpu.user",
    "avg",
    "max(",
    "count(distinct",
    "(",
    ")",
    ",",
    "as",
    "'x'",
    "where",
    "=",
    "!=",
    "<",
    ">=",
    "~",
    "and",
    "or",
    "not",
    "in",
    "(1,",
    "'a')",
    "contains",
    "does",
    "is",
    "null",
    "exists",
    "between",
    "like",
    "starts",
    "with",
    "+",
    "-",
    "*",
    "/",
    "%",
    "3sec",
    "1.5K",
    "true",
    "error",
    "for",
    "today",
    "last",
    "day",
    "'2026-11-22'",
    "to",
    "now",
    "group",
    "by",
    "include",
    "nulls",
    "having",
    "sort",
    "desc",
    "numberof",
    "range",
    "1,5",
    "show",
    "table",
    ";",
    "\u{e9}",
    "''",
];

/// Parts that make whole statements, most of them sound.
const PARTS: &[&str] = &[
    "fields name, avg(elapsedtime)",
    "fields props('a') as x, msglength * 2 y",
    "fields all",
    "where severity > info",
    "where name in (a, b) and not tag != 'c'",
    "where props('a') >= 3 or x exists",
    "where y > 3 and correlator = 'c'",
    "for yesterday",
    "for last 3 weeks",
    "for since '2026-11-01 10:00'",
    "group by severity",
    "group by props('a'), name",
    "having numberof > 3",
    "having avg(elapsedtime) > 3 sec",
    "sort by starttime desc",
    "sort by number",
    "sort by x, y",
    "range 2,9",
    "show as table",
    "count(name)",
];

fn answer(query: &str, default_date: Option<&str>) {
    if let Ok(statement) = parse(query)
        && let Ok(plan) = plan(
            &statement,
            &Context {
                default_date,
                ..context("Europe/Vilnius")
            },
        )
    {
        let query = generate(&plan, &Sqlite, 100);
        for sql in [query.rows, query.summary] {
            let numbers = sql.text.split('?').skip(1).map(|rest| {
                let digits = rest
                    .find(|letter: char| !letter.is_ascii_digit())
                    .unwrap_or(rest.len());
                rest[..digits].parse::<usize>().unwrap()
            });
            let most = numbers.max().unwrap_or(0);
            assert_eq!(most, sql.parameters.len(), "{}", sql.text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        answer(&text, None);
        answer(&format!("get events where {text}"), None);
        answer("get events", Some(&text));
    }

    #[test]
    fn any_characters(text in any::<String>()) {
        answer(&text, None);
        answer(&format!("get events for '{text}'"), None);
    }

    #[test]
    fn any_tokens(tokens in prop::collection::vec(select(TOKENS), 0..30)) {
        answer(&tokens.join(" "), None);
        answer(&format!("get events fields {}", tokens.join(" ")), None);
        answer(&format!("get events where {}", tokens.join(" ")), None);
    }

    #[test]
    fn any_clauses(
        item in select(&["events", "activities", "snapshots", "logs", "datasets"][..]),
        limit in select(&["", "number of", "number of top 3", "latest 5", "bottom", "worst 2"][..]),
        clauses in prop::collection::vec(select(PARTS), 0..6),
    ) {
        answer(&format!("get {limit} {item} {}", clauses.join(" ")), None);
    }

    #[test]
    fn spans_are_within_the_text(text in "get events \\PC{0,60}") {
        if let Err(error) = parse(&text) {
            prop_assert!(text.get(error.span()).is_some());
            prop_assert!(error.column() <= text.chars().count() + 1);
        }
    }
}
