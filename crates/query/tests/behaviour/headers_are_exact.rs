//! Clients find cells by header, so a header is always the canonical one, whatever was typed.

use super::{headers, planned};

#[test]
fn what_is_typed_becomes_the_canonical_header() {
    let cases = [
        ("NAME", "EventName"),
        ("eventname as 'x'", "EventName"),
        ("snapshotcount", "SnapShotCount"),
        ("snapcount", "SnapShotCount"),
        ("map", "Properties"),
        ("props('K')", "Properties('K')"),
        ("map( FreeBytes )", "Properties('FreeBytes')"),
        ("property('a',\"b\")", "Properties('a', 'b')"),
        ("load.shortterm", "Properties('load.shortterm')"),
        ("sourcecomps('NETADDR')", "SourceComps('NETADDR')"),
        ("msg", "Message"),
        ("msglength / 3.0", "(MsgLength/3.0)"),
        (
            "msglength / 3.0 - 2 * reasoncode",
            "((MsgLength/3.0)-(2*ReasonCode))",
        ),
        ("map('tx') - msglength", "(Properties('tx')-MsgLength)"),
        ("elapsedtime % 3 sec", "(ElapsedTime%3000000)"),
        ("-elapsedtime", "-ElapsedTime"),
        ("10K + pid", "(10000+ProcessID)"),
        ("avg elapsedtime", "Avg(ElapsedTime)"),
        ("MAX( map(x) )", "Max(Properties('x'))"),
        ("count( distinct resource )", "Count(DISTINCT ResourceName)"),
        ("sum(msglength) / count(id)", "(Sum(MsgLength)/Count(EventID))"),
    ];
    for (typed, header) in cases {
        assert_eq!(
            headers(&format!("get events fields {typed}")),
            [header],
            "{typed}"
        );
    }
}

#[test]
fn labels_are_the_aliases_and_the_keys_of_properties() {
    let plan =
        planned("get events fields name as 'The Name', msg m, props('carrier'), props('a','b'), severity");
    let labels: Vec<_> = plan.columns().iter().map(|column| column.label()).collect();
    assert_eq!(
        labels,
        ["The Name", "m", "carrier", "Properties('a', 'b')", "Severity"]
    );
}

#[test]
fn types_are_those_of_result_sets() {
    let cases = [
        ("name", "STRING"),
        ("type", "ENUM"),
        ("starttime", "TIMESTAMP"),
        ("elapsedtime", "TIMEINTERVAL"),
        ("tag", "STRING[]"),
        ("properties", "MAP"),
        ("props('x')", "MAP"),
        ("sourcecomps", "MAP(STRING[])"),
        ("sourcecomps('SERVER')", "MAP(STRING[])"),
        ("endtime - starttime", "TIMEINTERVAL"),
        ("starttime + 2 seconds", "TIMESTAMP"),
        ("elapsedtime * 2", "TIMEINTERVAL"),
        ("elapsedtime / 1000", "DECIMAL"),
        ("msglength + 1", "INTEGER"),
        ("msglength * 1.5", "DECIMAL"),
        ("-props('x')", "DECIMAL"),
        ("avg(elapsedtime)", "TIMEINTERVAL"),
        ("avg(msglength)", "DECIMAL"),
        ("sum(msglength)", "INTEGER"),
        ("max(severity)", "ENUM"),
        ("min(name)", "STRING"),
        ("sum(props('x'))", "DECIMAL"),
        ("count(tag)", "INTEGER"),
    ];
    for (typed, value_type) in cases {
        let plan = planned(&format!("get events fields {typed}"));
        assert_eq!(plan.columns()[0].value_type().name(), value_type, "{typed}");
    }
}

#[test]
fn groups_show_keys_then_fields_then_the_number() {
    let query = "get number of events fields avg elapsedtime, applname as app group by props('c'), applname";
    assert_eq!(
        headers(query),
        ["Properties('c')", "ApplName", "Avg(ElapsedTime)", "NumberOf"]
    );
    assert_eq!(planned(query).columns()[1].label(), "app");
    assert_eq!(headers("get number of events"), ["NumberOf"]);
}

#[test]
fn the_same_column_is_shown_once() {
    assert_eq!(
        headers("get events fields name, eventname as x, map(a), props('a')"),
        ["EventName", "Properties('a')"]
    );
}

#[test]
fn key_columns_come_with_whole_rows_only() {
    assert_eq!(planned("get activities").key_columns(), ["ActivityID"]);
    assert_eq!(planned("get logs fields all").key_columns(), ["EventID"]);
    assert!(planned("get events fields id").key_columns().is_empty());
    assert!(planned("get number of events").key_columns().is_empty());
}
