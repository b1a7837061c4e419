//! What the tests of WHERE mean, as SQL with the parameters in their places.

use super::{condition, refused};

const TESTS: &[&str] = &[
    "name = 'a'",
    "name = abc",
    "name != message",
    "name = 12",
    "'a' = name",
    "5 < msglength",
    "severity > info",
    "severity >= 5",
    "severity in (error, 'FATAL', 10)",
    "severity not in (error)",
    "elapsedtime > 800000",
    "elapsedtime <= 2 seconds",
    "elapsedtime < 4.5sec",
    "elapsedtime > '3 minutes'",
    "msglength > 1.5K",
    "starttime = '2026-11-22 10:30'",
    "starttime != '2026-11-22'",
    "starttime < '2026-11-22'",
    "starttime <= '2026-11-22'",
    "starttime > '2026-11-22'",
    "starttime >= '2026-11-22'",
    "starttime > now",
    "starttime in (today, 5)",
    "starttime between '2026-11-01' and '2026-11-02'",
    "starttime < endtime",
    "exception is null",
    "exception is not null",
    "exception = null",
    "exception exists",
    "exception not exists",
    "exception does not exist",
    "not exception exists",
    "name like 'a%'",
    "name not like 'a%'",
    "name contains 'x'",
    "name ~ x",
    "name does not contain 'x'",
    "name starts with 'x'",
    "name does not end with 'x'",
    "name contains message",
    "name between 'a' and 'b'",
    "tag = 'x'",
    "tag != 'x'",
    "tag in ('x', 'y')",
    "tag contains 'x'",
    "not tag contains 'x'",
    "correlator = 'x'",
    "correlator in ('x', 'y')",
    "correlator != 'x'",
    "correlator starts with 'x'",
    "correlator exists",
    "sourcecomps('SERVER') = 'x'",
    "sourcecomps('SERVER') not in ('x')",
    "sourcecomps('SERVER') exists",
    "servername = 'x'",
    "props('n') = 5",
    "props('n') > 5",
    "props('n') > 'a'",
    "props('n') = true",
    "props('n') in (1, 'a')",
    "props('n') between 1 and 2.5",
    "props('n') contains 'a'",
    "props('n') exists",
    "props('n', 'm') exists",
    "props('n') = props('m')",
    "props('n') > props('m')",
    "props('n') = msglength",
    "name = props('n')",
    "cpu.user > .75",
    "custom = word",
    "(msglength + 1) * 2 > props('n') - 3",
    "not (name = 'a' and (severity > 3 or tag = 'x'))",
    "a = 1 or b = 2 and not c = 3",
    "(name) = 'a'",
];

#[test]
fn each_test_has_its_sql() {
    let lines: Vec<String> = TESTS
        .iter()
        .map(|test| format!("{test}\n    {}", condition(test)))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn words_of_an_enumeration_come_before_fields() {
    // `Exception` is a field of activities, too.
    let query = "get activities fields id where activitystatus = exception";
    assert!(super::filled(&super::generated(query).rows).contains("t.status = 3"));
}

#[test]
fn a_name_selector_is_an_exact_name() {
    let text =
        super::filled(&super::generated("get events 'a''b' fields id".replace("''", "\\'").as_str()).rows);
    assert!(text.contains("AND t.name = 'a'b'"), "{text}");
}

#[test]
fn maps_are_not_compared_as_wholes() {
    for test in [
        "properties = 'a'",
        "props('a', 'b') > 1",
        "sourcecomps contains 'x'",
        "props in (1)",
    ] {
        let message = refused(&format!("get events where {test}")).to_string();
        assert!(message.contains("name one key"), "{test}: {message}");
    }
}
