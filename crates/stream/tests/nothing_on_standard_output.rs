//! The stream speaks on standard error, or where `TNT4_DIAGNOSTICS` says, and one line for each change.
//!
//! Each story runs in a process of its own, which is this one with other arguments.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::process::Command;

use support::{LONG, NO_LINGER, driven, named};
use tnt4::Stream;
use tnt4::clock::Wait;
use tnt4::testing::{MemoryServer, Step};

/// All that a stream can have to say.
#[test]
fn story() {
    if std::env::var_os("TNT4_TEST_STORY").is_none() {
        return;
    }
    let server = MemoryServer::new();
    let steps = [
        Step::Retry(None),
        Step::Retry(None),
        Step::Refuse,
        Step::Refuse,
        Step::Reject("bad".to_owned()),
    ];
    server.script(steps);
    let (stream, clock) = driven(
        Stream::builder()
            .spool(tnt4::Spool::memory())
            .transport(server.transport())
            .batch(1, 1000, NO_LINGER),
    );
    for number in 0..3 {
        stream.send(named(number)).unwrap();
    }
    for _ in 0..4 {
        clock.advance(clock.expect(Wait::BackOff).unwrap());
    }
    assert_eq!(stream.close(LONG).rejected(), 1);
}

/// What the story writes to standard output and standard error.
fn tell(diagnostics: Option<&str>) -> (String, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "story", "--nocapture"])
        .env("TNT4_TEST_STORY", "1");
    match diagnostics {
        Some(value) => command.env("TNT4_DIAGNOSTICS", value),
        None => command.env_remove("TNT4_DIAGNOSTICS"),
    };
    let output = command.output().unwrap();
    assert!(output.status.success());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[track_caller]
fn assert_all_is_said(text: &str) {
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("tnt4: ")).collect();
    let starts = [
        "tnt4: memory: cannot deliver for now",
        "tnt4: memory: not let in",
        "tnt4: memory: a record was rejected",
        "tnt4: memory: delivering again",
        "tnt4: memory: closed; 1 record was not acknowledged (1 rejected): bad",
    ];
    assert_eq!(lines.len(), starts.len(), "{lines:#?}");
    assert!(
        lines
            .iter()
            .zip(starts)
            .all(|(line, start)| line.starts_with(start)),
        "{lines:#?}"
    );
}

#[test]
fn by_default_it_speaks_on_standard_error() {
    let (output, error) = tell(None);
    assert!(!output.contains("tnt4:"), "{output}");
    assert_all_is_said(&error);
}

#[test]
fn it_can_be_silenced() {
    let (output, error) = tell(Some("off"));
    assert!(
        !output.contains("tnt4:") && !error.contains("tnt4:"),
        "{output}{error}"
    );
}

#[test]
fn it_can_speak_into_a_file() {
    let file = support::temporary("diagnostics");
    let (output, error) = tell(Some(file.to_str().unwrap()));
    assert!(
        !output.contains("tnt4:") && !error.contains("tnt4:"),
        "{output}{error}"
    );
    assert_all_is_said(&std::fs::read_to_string(&file).unwrap());
    std::fs::remove_file(file).unwrap();
}
