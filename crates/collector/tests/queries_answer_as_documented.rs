//! The reply to a statement, as the vendor's clients read it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

mod support;

use serde_json::{Value, json};
use support::Running;

/// 2026-11-22T12:00:00Z, in microseconds.
const NOON: i64 = 1_795_348_800_000_000;

/// Six events, one an hour, of growing severity and amount.
fn shop() -> Running {
    let collector = Running::start();
    let severities = ["INFO", "INFO", "WARNING", "ERROR", "ERROR", "HALT"];
    let mut lines = String::new();
    for (number, severity) in severities.iter().enumerate() {
        let start = NOON + i64::try_from(number).unwrap() * 3_600_000_000;
        let record = json!({"type": "EVENT", "operation": format!("step{}", number % 2), "severity": severity,
            "tracking-id": format!("id{number}"), "start-time-usec": start, "time-usec": start, "elapsed-time-usec": 1000 * number,
            "msg-text": format!("Größe {number}"), "corrid": [format!("c{}", number / 2), "all"],
            "source-fqn": format!("APPL=app{}#SERVER=web", number % 3),
            "properties": [{"name": "amount", "type": "double", "value": 1.5 * number as f64}, {"name": "Kind", "type": "string", "value": format!("k{number}")},
                {"name": "due", "type": "date.usec", "value": start}]});
        lines.push_str(&format!("{record}\n"));
    }
    let reply = collector.post("/event", &lines);
    assert_eq!(reply.json(), json!({"accepted": 6, "rejected": []}));
    collector
}

fn day(collector: &Running, statement: &str) -> Value {
    let reply = collector.query(&[
        ("jk_query", statement),
        ("jk_date", "'2026-11-22'"),
        ("jk_tz", "Etc/UTC"),
    ]);
    assert_eq!(reply.status, 200, "{statement}: {}", reply.body);
    assert_eq!(reply.field("content-type"), Some("application/json"));
    reply.json()
}

#[test]
fn a_reply_carries_its_metadata() {
    let reply = day(&shop(), "get number of events group by severity sort by severity");
    assert_eq!(reply["rows-found"], 6);
    assert_eq!(
        (&reply["row-count"], &reply["total-row-count"]),
        (&json!(4), &json!(4))
    );
    assert_eq!(
        reply["data-date-range"],
        format!("{NOON} TO {}", NOON + 5 * 3_600_000_000)
    );
    assert_eq!(reply["query-date-filter"], "1795305600000000 TO 1795391999999999");
    assert_eq!(
        (reply["timezone"].as_str(), reply["locale"].as_str()),
        (Some("Coordinated Universal Time"), Some("en-US"))
    );
    assert_eq!(
        (
            reply["status"].as_str(),
            reply["item-type"].as_str(),
            reply["stmt-type"].as_str()
        ),
        (Some("SUCCESS"), Some("Event"), Some("Get"))
    );
    assert_eq!(reply["colhdr"], json!(["Severity", "NumberOf"]));
    assert_eq!(
        reply["coltype"],
        json!({"Severity": "ENUM", "NumberOf": "INTEGER"})
    );
    assert_eq!(
        reply["collabel"],
        json!({"Severity": "Severity", "NumberOf": "NumberOf"})
    );
    let expected = json!([{"Severity": "3#INFO", "NumberOf": 2}, {"Severity": "5#WARNING", "NumberOf": 1},
        {"Severity": "6#ERROR", "NumberOf": 2}, {"Severity": "10#HALT", "NumberOf": 1}]);
    assert_eq!(reply["rows"], expected);
}

#[test]
fn a_cut_reply_says_so() {
    let collector = shop();
    let ask = |statement: &str, most: &str| {
        collector
            .query(&[
                ("jk_query", statement),
                ("jk_date", "'2026-11-22'"),
                ("jk_maxRows", most),
                ("jk_tz", "Etc/UTC"),
            ])
            .json()
    };
    let reply = ask("get events", "2");
    assert_eq!(
        (
            &reply["row-count"],
            &reply["total-row-count"],
            &reply["rows-found"]
        ),
        (&json!(2), &json!(6), &json!(6))
    );
    assert_eq!(
        (reply["status"].as_str(), reply["status-msg"].as_str()),
        (Some("WARNING"), Some("Only returning 2 of 6 rows"))
    );
    assert_eq!(reply["rows"][0]["EventID"], "id5", "the newest come first");
    let groups = ask("get number of events group by eventid", "4");
    assert_eq!(
        (&groups["row-count"], &groups["total-row-count"]),
        (&json!(4), &json!(6))
    );
    let limited = ask("get first 3 events", "100");
    assert_eq!(
        (
            &limited["row-count"],
            &limited["total-row-count"],
            limited["status"].as_str()
        ),
        (&json!(3), &json!(3), Some("SUCCESS"))
    );
    assert_eq!(limited["rows"][0]["EventID"], "id0");
}

#[test]
fn no_rows_still_have_columns() {
    let reply = day(&shop(), "get events where severity = TRACE");
    assert_eq!((&reply["row-count"], &reply["rows"]), (&json!(0), &json!([])));
    assert!(reply["colhdr"].as_array().unwrap().len() > 10);
    assert!(reply.get("data-date-range").is_none());
}

#[test]
fn maps_come_with_the_types_of_their_values() {
    let reply = day(&shop(), "get events fields properties where eventid = 'id2'");
    assert_eq!(
        reply["rows"][0]["Properties"],
        json!({"Kind": "k2", "amount": 3.0, "due": NOON + 7_200_000_000_i64})
    );
    assert_eq!(
        reply["rows"][0]["Properties:_ValueTypes"],
        json!({"Kind": "STRING", "amount": "DECIMAL", "due": "TIMESTAMP"})
    );
    let one = day(
        &shop(),
        "get events fields map(amount) as 'Amount' where eventid = 'id2'",
    );
    assert_eq!(one["colhdr"], json!(["Properties('amount')"]));
    assert_eq!(one["collabel"], json!({"Properties('amount')": "Amount"}));
    assert_eq!(
        one["rows"][0],
        json!({"Properties('amount')": {"amount": 3.0}, "Properties('amount'):_ValueTypes": {"amount": "DECIMAL"}})
    );
}

#[test]
fn conditions_select_what_they_say() {
    let collector = shop();
    let cases = [
        ("severity > INFO", 4),
        ("severity > 3", 4),
        ("severity in (Error, 'Warning')", 3),
        ("not severity in (Error, Warning)", 3),
        ("severity = error and name = 'step0'", 1),
        ("severity = halt or severity = warning", 2),
        ("not (severity = halt or severity = warning)", 4),
        ("eventname = 'STEP0'", 0),
        ("message contains 'GRÖSSE'", 0),
        ("message contains 'größe 3'", 1),
        ("message contains 'GRÖßE'", 6),
        ("message does not contain '3'", 5),
        ("message starts with 'gr'", 6),
        ("message ends with '5'", 1),
        ("elapsedtime >= 3000", 3),
        ("elapsedtime < 2 milliseconds", 2),
        ("properties('amount') > 3", 3),
        ("amount between 1.5 and 3", 2),
        ("map(Kind) = 'k4'", 1),
        ("Kind = 'k4'", 1),
        ("kind = 'k4'", 0),
        ("properties('Kind') > 3", 0),
        ("properties('nothing') exists", 0),
        ("properties('amount') exists", 6),
        ("correlator = 'c1'", 2),
        ("correlator in ('c0', 'c2')", 4),
        ("correlator = 'all'", 6),
        ("tag is null", 6),
        ("applname = 'app1'", 2),
        ("exception is not null", 0),
        ("starttime >= '2026-11-22 15:00'", 3),
        ("sourcecomps('SERVER') in ('web')", 6),
        ("eventtype = EVENT", 6),
    ];
    for (condition, count) in cases {
        let reply = day(&collector, &format!("get number of events where {condition}"));
        assert_eq!(reply["rows"][0]["NumberOf"], count, "{condition}");
    }
}

#[test]
fn aggregates_group_and_sort() {
    let reply = day(
        &shop(),
        "get events fields avg(elapsedtime), max(map('amount')), count(distinct severity) group by applname sort by applname desc",
    );
    assert_eq!(
        reply["colhdr"],
        json!([
            "ApplName",
            "Avg(ElapsedTime)",
            "Max(Properties('amount'))",
            "Count(DISTINCT Severity)"
        ])
    );
    assert_eq!(reply["coltype"]["Avg(ElapsedTime)"], "TIMEINTERVAL");
    assert_eq!(
        reply["rows"][0],
        json!({"ApplName": "app2", "Avg(ElapsedTime)": 3500, "Max(Properties('amount'))": 7.5, "Count(DISTINCT Severity)": 2})
    );
    assert_eq!(reply["row-count"], 3);
}

#[test]
fn the_date_of_a_statement_counts_before_jk_date() {
    let collector = shop();
    let count = |statement: &str, date: &str| {
        let reply = collector.query(&[("jk_query", statement), ("jk_date", date), ("jk_tz", "Etc/UTC")]);
        reply.json()["rows"][0]["NumberOf"].clone()
    };
    let until_two = format!("{NOON} TO {}", NOON + 7_200_000_000);
    assert_eq!(count("get number of events", &until_two), 3);
    assert_eq!(count("get number of events", "'2026-11-21'"), 0);
    assert_eq!(
        count(
            &format!("get number of events for {NOON} to {}", NOON + 1),
            "'2026-11-21'"
        ),
        1
    );
    // A day in Vilnius ends two hours before it ends in Greenwich: 22:00 to 22:00.
    let vilnius = collector
        .query(&[
            ("jk_query", "get number of events"),
            ("jk_date", "'2026-11-23'"),
            ("jk_tz", "Europe/Vilnius"),
        ])
        .json();
    assert_eq!(
        vilnius["query-date-filter"],
        "1795384800000000 TO 1795471199999999"
    );
}

#[test]
fn a_query_comes_by_get_or_post_on_every_known_path() {
    let collector = shop();
    for path in ["/jkool-service/jkql", "/ds-api/jkql", "/jkql"] {
        let reply = collector.connect().get(
            &format!("{path}?jk_query=get+number+of+events&JK_DATE=latest+100+years"),
            "Content-Type: application/json\r\n",
        );
        assert_eq!(reply.json()["rows"][0]["NumberOf"], 6, "{path}");
        let reply =
            collector
                .connect()
                .post(path, "", "jk_query=get+number+of+events&jk_date=latest+100+years");
        assert_eq!(reply.json()["rows"][0]["NumberOf"], 6, "{path}");
    }
}

#[test]
fn a_query_that_takes_too_long_is_stopped() {
    let collector = Running::start();
    let body = "{\"operation\":\"x\",\"msg-text\":\"some words to look through\"}\n".repeat(4_000);
    for _ in 0..10 {
        assert_eq!(collector.post("/event", &body).status, 202);
    }
    let reply = collector.query(&[
        (
            "jk_query",
            "get number of events where message contains 'none' or message contains 'nothing'",
        ),
        ("jk_timeout", "1"),
    ]);
    assert_eq!(reply.status, 400);
    assert!(
        reply.json()["jk_error"].as_str().unwrap().contains("too long"),
        "{}",
        reply.body
    );
    assert_eq!(collector.count("events"), 40_000, "the next query runs");
}
