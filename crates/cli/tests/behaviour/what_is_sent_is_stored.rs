//! A message, the lines of a file and those of standard input arrive, once each and as they were.

use crate::support::{Collector, tnt4};

#[test]
fn a_message_is_one_event_with_all_that_was_said_of_it() {
    let collector = Collector::start();
    let ended = collector.send(&[
        "Größe: two\nlines",
        "--operation",
        "backup",
        "--severity",
        "warning",
        "--corr-id",
        "c1",
        "--source",
        "APPL=cron#SERVER=web1",
    ]);
    ended.assert_code(0);
    assert_eq!(ended.out, "");
    assert_eq!(ended.err, format!("1 event acknowledged by {}\n", collector.url));
    let rows = collector.rows("get events fields eventname, message, severity, correlator, sourcefqn, pid");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["EventName"], "backup");
    assert_eq!(rows[0]["Message"], "Größe: two\nlines");
    assert_eq!(rows[0]["Severity"], "5#WARNING");
    assert_eq!(rows[0]["Correlator"], serde_json::json!(["c1"]));
    assert_eq!(rows[0]["SourceFQN"], "APPL=cron#SERVER=web1");
    assert!(rows[0]["ProcessID"].as_i64() > Some(0));
}

#[test]
fn lines_of_a_file_bear_its_name() {
    let collector = Collector::start();
    let path = collector.folder.path().join("app.log");
    std::fs::write(&path, "one\r\ntwo\n\nlast without an end").expect("a file");
    collector
        .send(&["--file", path.to_str().expect("UTF-8"), "--quiet"])
        .assert_code(0);
    assert_eq!(collector.messages(), ["", "last without an end", "one", "two"]);
    let rows = collector.rows("get events fields eventname, applname where message = 'one'");
    assert_eq!(rows[0]["EventName"], "app.log");
    assert_eq!(rows[0]["ApplName"], "app.log");
}

#[test]
fn standard_input_is_read_with_a_dash_or_without_a_message() {
    let collector = Collector::start();
    for args in [&["-"][..], &[]] {
        let ended = collector.send_input(args, b"a\nb");
        ended.assert_code(0);
    }
    assert_eq!(collector.messages(), ["a", "a", "b", "b"]);
}

#[test]
fn empty_input_is_no_failure() {
    let collector = Collector::start();
    let ended = collector.send_input(&["-"], b"");
    ended.assert_code(0);
    assert!(ended.err.contains("nothing to send"), "{ended:?}");
    assert_eq!(collector.count("events"), 0);
}

#[test]
fn bytes_that_are_no_text_arrive_as_well_as_they_can() {
    let collector = Collector::start();
    collector
        .send_input(&["-"], b"broken \xff\xfe end\nescape \x1b[31m\nnul \0 inside\n")
        .assert_code(0);
    assert_eq!(
        collector.messages(),
        [
            "broken \u{fffd}\u{fffd} end",
            "escape \u{1b}[31m",
            "nul \0 inside"
        ]
    );
}

#[test]
fn a_line_that_is_too_long_is_cut_and_says_so() {
    let collector = Collector::start();
    let mut input = vec![b'x'; 3 * 1024 * 1024];
    input.extend_from_slice(b"\nafter it\n");
    collector.send_input(&["-"], &input).assert_code(0);
    let messages = collector.messages();
    assert_eq!((messages.len(), messages[0].as_str()), (2, "after it"));
    let kept = messages[1].trim_start_matches('x');
    let missing = 3 * 1024 * 1024 - (messages[1].len() - kept.len());
    assert_eq!(kept, format!("…[truncated {missing} bytes]"));
}

#[test]
fn many_lines_arrive_once_each() {
    let collector = Collector::start();
    let lines: Vec<String> = (0..20_000).map(|number| format!("line {number:05}")).collect();
    collector
        .send_input(&["-", "-q"], lines.join("\n").as_bytes())
        .assert_code(0);
    assert_eq!(collector.count("events"), 20_000);
    assert_eq!(collector.messages(), lines);
}

#[test]
fn address_and_token_come_from_the_environment_too() {
    let collector = Collector::with(&["--token", "the-right-token"]);
    let file = collector.folder.path().join("token");
    std::fs::write(&file, "the-right-token\n").expect("a file");
    for (name, value) in [
        ("TNT4_TOKEN", "the-right-token"),
        ("TNT4_TOKEN_FILE", file.to_str().expect("UTF-8")),
    ] {
        tnt4(&["send", "hello", "--quiet"])
            .with(|command| _ = command.env("TNT4_URL", &collector.url).env(name, value))
            .run()
            .assert_code(0);
    }
    collector
        .send_input(&["hello", "--token-stdin"], b"the-right-token\n")
        .assert_code(0);
}
