//! The SQL of a representative dozen, as SQLite gets it.

use super::generated;
use tnt4_query::sql::Sql;

const DOZEN: &[&str] = &[
    "get events",
    "get number of logs",
    "get latest 50 events fields message, EventName as name, EventID as id, map('class') as class",
    "get activities fields eventCount, name, (map('tx')-eventCount) as diff where 'diff' > 0 sort by diff desc",
    "get number of events where severity in (Error, Warning) and exception exists group by applname, severity show as table",
    "get activity fields avg(elapsedtime), sum(property('amount')) group by property('carrier'), servername",
    "get snapshots Memory avg map(FreeBytes), max map(FreeBytes) for latest day where map(FreeBytes) < 1500000000",
    "get events where correlator in ('ORD1', 'ORD2') and not tag contains 'test'",
    "get log fields reporttime, cpu.user where sourcecomps('NETADDR') in ('10.0.0.1') and cpu.user exists sort by reporttime",
    "get number of bottom 3 events group by eventtype, type",
    "get worst 5 activities fields name, properties, sourcecomps('SERVER') sort by name range 2,4",
    "get datasets fields count(distinct name), max(snapshottime), min(category)",
];

#[test]
fn for_sqlite() {
    let shown = |sql: &Sql| format!("{}\n{:?}", sql.text, sql.parameters);
    let queries: Vec<String> = DOZEN
        .iter()
        .map(|query| {
            let sql = generated(query);
            format!(
                "{query}\n\nrows: {}\n\nsummary: {}",
                shown(&sql.rows),
                shown(&sql.summary)
            )
        })
        .collect();
    insta::assert_snapshot!(queries.join("\n\n--------\n\n"));
}

#[test]
fn values_and_keys_never_get_into_the_text() {
    let evil = "x' OR 1=1 --";
    let query = format!(
        "get events fields props(\"{evil}\") where name = \"{evil}\" and props(\"{evil}\") contains \"{evil}\" \
         and tag in (\"{evil}\") and sourcecomps(\"{evil}\") like \"{evil}\" sort by props(\"{evil}\")"
    );
    let sql = generated(&query);
    for text in [sql.rows.text, sql.summary.text] {
        assert!(!text.contains("1=1"), "{text}");
    }
}

#[test]
fn the_path_of_a_key_is_quoted() {
    let sql = generated(r#"get events fields props('a"b\\c')"#).rows;
    let path = tnt4_query::sql::Parameter::Text(r#"$."a\"b\\c""#.to_owned());
    assert!(sql.parameters.contains(&path), "{:?}", sql.parameters);
}

#[test]
fn the_source_is_joined_only_when_it_is_used() {
    assert!(
        !generated("get events fields id, sourcessn")
            .rows
            .text
            .contains("JOIN")
    );
    let sql = generated("get events fields id, appl");
    assert!(sql.rows.text.contains("LEFT JOIN source AS s ON s.id = t.source"));
    assert!(!sql.summary.text.contains("JOIN"));
    assert!(
        generated("get events fields id sort by server")
            .rows
            .text
            .contains("JOIN")
    );
}
