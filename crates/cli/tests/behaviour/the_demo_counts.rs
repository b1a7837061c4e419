//! The demo shows what was sent and stored, and ends well only where both are the same.

use std::io::{BufRead, BufReader};

use crate::support::{Running, run, tnt4};

#[test]
fn it_ends_with_0_where_every_count_is_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("app.log");
    std::fs::write(&log, "a\nb ERROR\nc\nd\n").expect("a file");
    let temporary = folder.path().join("tmp");
    std::fs::create_dir(&temporary).expect("a folder");
    let ended = tnt4(&[
        "demo",
        "--exit",
        "--lines",
        "3",
        "--file",
        log.to_str().expect("UTF-8"),
    ])
    .with(|command| _ = command.env("TMPDIR", &temporary))
    .run();
    ended.assert_code(0);
    for words in [
        "logs                3        3",
        "Every count is right",
        "card declined",
        "Mastercard",
    ] {
        assert!(ended.out.contains(words), "{words}: {ended:?}");
    }
    assert!(ended.err.contains("listening on http://127.0.0.1:"), "{ended:?}");
    let left = std::fs::read_dir(&temporary).expect("a folder").count();
    assert_eq!(left, 0, "its folder is removed");
}

#[test]
fn it_finds_a_log_or_does_without() {
    run(&["demo", "--exit"]).assert_code(0);
}

#[test]
fn a_log_that_cannot_be_read_is_said() {
    run(&["demo", "--exit", "--file", "/nowhere/app.log"])
        .assert_code(2)
        .assert_complained("/nowhere/app.log");
}

#[test]
fn it_stays_up_and_answers_until_a_signal() {
    let mut running = Running::start(tnt4(&["demo", "--lines", "0"]));
    let url = running.wait_for("listening on ");
    let mut out = BufReader::new(running.child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    while !line.contains("stays up") {
        line.clear();
        assert!(out.read_line(&mut line).expect("text") > 0, "it ended early");
    }
    let ended = run(&["query", "--json", "--url", &url, "get number of activities"]);
    assert!(ended.out.contains("\"NumberOf\":25"), "{ended:?}");
    running.signal("TERM");
    assert_eq!(running.child.wait().expect("it ends").code(), Some(0));
}
