//! `tnt4 doctor` goes the way that records go, and says where it ends.

use std::io::Write;

use crate::support::{Collector, Ended, nobody, server, tnt4};

fn doctor(args: &[&str]) -> Ended {
    tnt4(&[&["doctor"], args].concat()).run()
}

/// The marks and the steps.
fn steps(ended: &Ended) -> Vec<String> {
    let step = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    ended.out.lines().map(step).collect()
}

#[test]
fn all_is_well() {
    let collector = Collector::with(&["--token", "right"]);
    let ended = doctor(&[&collector.url, "--https", "right"]);
    ended.assert_code(0);
    let wanted = [
        "ok name",
        "ok connection",
        "ok authorization",
        "ok round",
        "ok spool",
    ];
    assert_eq!(steps(&ended), wanted, "{ended:?}");
    let query = [
        "get events fields eventname, severity",
        "--json",
        "--https",
        "right",
    ];
    let found = collector.query(&query).out;
    assert!(
        found.contains("tnt4 doctor") && found.contains("DEBUG"),
        "{found}"
    );
}

#[test]
fn a_refused_token_is_3() {
    let collector = Collector::with(&["--token", "right"]);
    let ended = doctor(&[&collector.url, "--https", "a-canary-that-is-wrong"]);
    ended.assert_code(3).assert_complained("authorization");
    assert_eq!(
        steps(&ended),
        ["ok name", "ok connection", "FAIL authorization", "ok spool"],
        "{ended:?}"
    );
    assert!(!format!("{ended:?}").contains("canary"));
}

#[test]
fn a_server_that_is_not_there_is_4() {
    let ended = doctor(&[&nobody()]);
    ended.assert_code(4).assert_complained("connection");
    assert_eq!(
        steps(&ended),
        ["ok name", "FAIL connection", "ok spool"],
        "{ended:?}"
    );
    assert!(ended.out.contains("is it running?"), "{ended:?}");
}

#[test]
fn tls_that_fails_is_5() {
    let address = server(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let ended = doctor(&[&format!("https://{address}")]);
    ended.assert_code(5).assert_complained("TLS");
}

#[test]
fn a_folder_that_cannot_be_used_is_1() {
    let collector = Collector::start();
    let file = collector.folder.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let ended = tnt4(&["doctor", &collector.url]).in_state(&file).run();
    ended.assert_code(1).assert_complained("in memory only");
    assert!(
        ended
            .out
            .lines()
            .last()
            .is_some_and(|line| line.starts_with("FAIL  spool"))
    );
    let memory = tnt4(&["doctor", &collector.url])
        .in_state(&file)
        .with(|command| _ = command.env("TNT4_SPOOL", "memory"))
        .run();
    memory.assert_code(0);
}
