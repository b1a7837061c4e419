//! What a sender could not deliver goes with the next one, or by `tnt4 spool replay`.

use std::io::{BufReader, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::{Collector, Ended, nobody, request, serve, server, tnt4};

/// Runs the program with this state folder.
fn run(state: &Path, args: &[&str]) -> Ended {
    tnt4(args).in_state(state).run()
}

/// The address of a collector that is not there yet.
fn later() -> (String, String) {
    let url = nobody();
    let address = url.trim_start_matches("http://").to_owned();
    (url, address)
}

#[test]
fn the_next_sender_delivers_it_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, address) = later();
    let send = ["send", "first", "--url", &url, "--timeout", "1"];
    run(folder.path(), &send).assert_code(4).assert_complained(
        "the event was not acknowledged, and is kept on disk for the next start: cannot connect",
    );

    let store = folder.path().join("store.db");
    let args = [
        "serve",
        "--listen",
        &address,
        "--store",
        store.to_str().expect("UTF-8"),
    ];
    let mut collector = crate::support::Running::start(tnt4(&args));
    collector.wait_for("listening on ");
    let ended = run(folder.path(), &["send", "second", "--url", &url]);
    ended.assert_code(0);
    assert!(
        ended.err.contains("1 record of earlier senders was delivered\n"),
        "{ended:?}"
    );
    assert!(ended.err.contains("1 event acknowledged by "), "{ended:?}");
    let ended = run(folder.path(), &["send", "third", "--url", &url]);
    ended.assert_code(0);
    assert!(!ended.err.contains("earlier"), "{ended:?}");
    let query = ["query", "--json", "--url", &url, "get events fields message"];
    let reply: serde_json::Value = serde_json::from_str(&run(folder.path(), &query).out).expect("JSON");
    assert_eq!(reply["rows"].as_array().expect("rows").len(), 3);
}

#[test]
fn in_memory_nothing_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    let url = nobody();
    let send = ["send", "first", "--url", &url, "--timeout", "1"];
    let by_option = run(&state, &[&send[..], &["--spool", "memory"]].concat());
    let by_variable = tnt4(&send)
        .in_state(&state)
        .with(|command| _ = command.env("TNT4_SPOOL", "memory"))
        .run();
    for ended in [by_option, by_variable] {
        ended
            .assert_code(4)
            .assert_complained("the event was not acknowledged: cannot connect");
    }
    assert!(!state.exists());
    tnt4(&send)
        .with(|command| _ = command.env("TNT4_SPOOL", "canary"))
        .run()
        .assert_code(2)
        .assert_complained("TNT4_SPOOL");
}

#[test]
fn a_replay_delivers_under_another_token() {
    let collector = Collector::with(&["--token", "right"]);
    let state = collector.folder.path();
    let (url, _) = later();
    for (text, token) in [("one", "old"), ("two", "older")] {
        let send = ["send", text, "--url", &url, "--https", token, "--timeout", "1"];
        run(state, &send).assert_code(4);
    }
    let replay = |token: &str| {
        let from = ["spool", "replay", "--destination", &url, "--url", &collector.url];
        run(
            state,
            &[&from[..], &["--https", token, "--timeout", "5"]].concat(),
        )
    };
    // A wrong token moves them, and loses nothing.
    replay("wrong").assert_code(3).assert_complained("2 left in");
    let from = ["spool", "replay", "--https", "right", "--url", &collector.url];
    let ended = run(state, &from);
    ended.assert_code(0);
    assert!(ended.err.contains("2 records acknowledged by "), "{ended:?}");
    assert_eq!(ended.out, "");
    let rows = collector.query(&["--https", "right", "--json", "get events fields message"]);
    let rows: serde_json::Value = serde_json::from_str(&rows.out).expect("JSON");
    assert_eq!(rows["rows"].as_array().expect("rows").len(), 2);
    assert!(run(state, &from).err.contains("nothing that was left behind"));
}

#[test]
fn without_an_address_it_goes_where_it_was_meant_to_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, address) = later();
    run(folder.path(), &["send", "hello", "--url", &url, "--timeout", "1"]).assert_code(4);
    run(folder.path(), &["spool", "replay", "--timeout", "1"])
        .assert_code(4)
        .assert_complained("0 records acknowledged by");
    let store = folder.path().join("store.db");
    let args = [
        "serve",
        "--listen",
        &address,
        "--store",
        store.to_str().expect("UTF-8"),
    ];
    let mut collector = crate::support::Running::start(tnt4(&args));
    collector.wait_for("listening on ");
    let ended = run(folder.path(), &["spool", "replay"]);
    ended.assert_code(0);
    assert!(ended.err.contains("1 record acknowledged by "), "{ended:?}");
}

#[test]
fn dead_letters_are_sent_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let strict = Arc::new(AtomicBool::new(true));
    let asked = Arc::clone(&strict);
    let address = server(move |stream| {
        let mut stream = BufReader::new(stream);
        loop {
            let body = request(&mut stream);
            let bad = body.contains("never") || (asked.load(Ordering::SeqCst) && body.contains("not yet"));
            let answer = match (body.is_empty(), bad) {
                (true, _) => break,
                (false, true) => "422 Unprocessable\r\nContent-Length: 2\r\n\r\nno",
                (false, false) => "200 OK\r\nContent-Length: 0\r\n\r\n",
            };
            let _ = stream
                .get_mut()
                .write_all(format!("HTTP/1.1 {answer}").as_bytes());
        }
    });
    let url = format!("http://{address}");
    let input = b"good\nnever\nnot yet\nnot yet\n";
    tnt4(&["send", "-", "--url", &url])
        .in_state(folder.path())
        .run_with_input(input)
        .assert_code(1)
        .assert_complained("3 rejected");
    let letters = || run(folder.path(), &["spool", "export", "--dead-letters"]).out;
    assert_eq!(letters().lines().count(), 3);
    strict.store(false, Ordering::SeqCst);
    let replay = ["spool", "replay", "--dead-letters"];
    run(folder.path(), &replay)
        .assert_code(1)
        .assert_complained("2 dead letters acknowledged by");
    let left = letters();
    assert_eq!(
        (left.lines().count(), left.contains("never")),
        (1, true),
        "{left}"
    );
}

#[test]
fn a_refused_token_costs_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_collector, url) = serve(&folder.path().join("store.db"), &["--token", "right"]);
    run(
        folder.path(),
        &["send", "first", "--url", &url, "--https", "wrong"],
    )
    .assert_code(3)
    .assert_complained("kept on disk for the next start: unauthorized");
    let ended = run(
        folder.path(),
        &["send", "second", "--url", &url, "--https", "right"],
    );
    ended.assert_code(0);
    assert!(
        ended.err.contains("1 record of earlier senders was delivered"),
        "{ended:?}"
    );
}
