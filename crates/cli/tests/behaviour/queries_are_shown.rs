//! Answers come as a plain table where nobody watches, and as they are with `--json`.

use std::process::Stdio;

use crate::support::{Collector, tnt4};

#[test]
fn a_table_is_plain_and_whole_off_a_terminal() {
    let collector = Collector::start();
    collector
        .send(&[
            "\u{1b}[31mred\u{1b}[0m \u{202e}",
            "--severity",
            "error",
            "--operation",
            "step",
        ])
        .assert_code(0);
    let ended = collector.query(&["get events fields eventname, severity, message"]);
    ended.assert_code(0);
    assert_eq!(
        ended.out,
        "EventName  Severity  Message\nstep       ERROR     \\u{1b}[31mred\\u{1b}[0m \\u{202e}\n"
    );
    assert!(ended.err.starts_with("1 row · "), "{ended:?}");
}

#[test]
fn times_are_those_of_the_zone() {
    let collector = Collector::start();
    collector.send(&["hello"]).assert_code(0);
    let shown = |zone: &str| {
        let ended = collector.query(&[
            "get events fields starttime",
            "--tz",
            zone,
            "--date",
            "latest 2 days",
        ]);
        ended.assert_code(0);
        let line = ended.out.lines().nth(1).expect("a row").to_owned();
        (line[11..13].parse::<i32>().expect("an hour"), line.len())
    };
    let ((utc, length), (kathmandu, _)) = (shown("Etc/UTC"), shown("Asia/Tokyo"));
    assert_eq!((kathmandu - utc).rem_euclid(24), 9);
    assert_eq!(length, "2026-11-22 14:00:00.123456".len());
}

#[test]
fn the_footer_tells_what_is_not_shown() {
    let collector = Collector::start();
    collector.send_input(&["-"], &b"x\n".repeat(1_337)).assert_code(0);
    let ended = collector.query(&["get events fields message", "--max-rows", "3"]);
    assert!(ended.err.starts_with("3 of 1,337 rows · "), "{ended:?}");
    assert_eq!(ended.out.lines().count(), 4);
    let ended = collector.query(&["get events where severity = HALT"]);
    ended.assert_code(0);
    assert_eq!(ended.out, "");
    assert!(ended.err.starts_with("no rows · "), "{ended:?}");
}

#[test]
fn json_is_the_reply_itself() {
    let collector = Collector::start();
    let ended = collector.query(&["--json", "get number of events"]);
    ended.assert_code(0);
    let reply: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!(reply["rows"][0]["NumberOf"], 0);
    assert_eq!(reply["coltype"]["NumberOf"], "INTEGER");
    assert_eq!(ended.err, "");
}

#[test]
fn an_address_that_ends_in_jkql_is_taken_as_it_is() {
    let mut collector = Collector::start();
    collector.url.push_str("/ds-api/jkql");
    assert_eq!(collector.count("events"), 0);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let collector = Collector::start();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = tnt4(&["query", "--url", &collector.url, "get number of events"])
        .with(|command| _ = command.stdout(Stdio::from(writer)))
        .run();
    output.assert_code(0);
    assert!(!output.err.contains("tnt4:"), "a complaint: {output:?}");
}
