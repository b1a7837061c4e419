//! A refused query is answered with the spot, what was found there and what was wanted.

use super::refused;

const BAD: &[&str] = &[
    "",
    "   ",
    "gte events",
    "select * from events",
    "get",
    "get the",
    "get evnts",
    "get number events",
    "get events where",
    "get events wher severity > 3",
    "get number of events today",
    "get events limit 5",
    "get events were = 3",
    "get events where severity",
    "get events where severity == 3",
    "get events where severity > ",
    "get events where severty > 3",
    "get events where severity = eror",
    "get events where severity = loud",
    "get events where severity contains 'err'",
    "get events where name in 'a'",
    "get events where name in (a, b",
    "get events where name in (web-1)",
    "get events where name in ()",
    "get events where name = 'abc",
    "get events where name = a?",
    "get events where (name = 'a'",
    "get events where name = 'a')",
    "get events where name is nul",
    "get events where name starts 'a'",
    "get events where elapsedtime > abc",
    "get events where elapsedtime > 3 parsecs",
    "get events where elapsedtime > 3parsecs",
    "get events where elapsedtime > 1 month",
    "get events where msglength > 99999999999999999999",
    "get events where starttime > 'soon'",
    "get events where 'diff' > 0",
    "get events where 1 = 1",
    "get events where tag > null",
    "get events where name + 1 > 2",
    "get events where starttime * 2 > 2",
    "get events where name = properties",
    "get events where setname = 'x'",
    "get events fields",
    "get events fields ,",
    "get events fields name name name",
    "get events fields severity('x')",
    "get events fields averge(elapsedtime)",
    "get events fields avg(name)",
    "get events fields count(*)",
    "get events fields where",
    "get events fields name as",
    "get events fields name, max(elapsedtime)",
    "get events group severity",
    "get number of events group by properties",
    "get number of events group by 5",
    "get number of events group by severity includ nulls",
    "get events having severity > 3",
    "get events sort by",
    "get events sort starttime",
    "get events sort by properties",
    "get events range 5",
    "get events range 5,2",
    "get events show table",
    "get events show as table show as map",
    "get events for",
    "get events for todya",
    "get events for last 3",
    "get events for last 3 dyas",
    "get events for '2026-02-30'",
    "get events for 2026-11-22",
    "get events for 9 to 1",
    "get top 1.5 events",
    "get longest snapshots",
    "get events; get logs",
    "get events where name = 'Größe' and ünknown ? 3",
    "delete events",
    "get relatives",
    "get events where name = '\u{1b}[31m",
];

#[test]
fn each_message_says_what_where_and_what_else() {
    let messages: Vec<String> = BAD.iter().map(|query| marked(query)).collect();
    insta::assert_snapshot!(messages.join("\n\n"));
}

/// The query, a mark under the spot, and the message.
fn marked(query: &str) -> String {
    let error = refused(query);
    let span = error.span();
    let before = query[..span.start].chars().count();
    assert_eq!(error.column(), before + 1, "{query}");
    let marks = "^".repeat(query[span].chars().count().max(1));
    format!("{}\n{}{marks}\n{error}", query.escape_debug(), " ".repeat(before))
}
