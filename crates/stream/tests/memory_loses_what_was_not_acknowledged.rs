//! A process with its records in memory is killed: what the server has acknowledged is there, exactly the rest is lost,
//! and nothing was ever on disk.
//!
//! The process that is killed is this very program.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![cfg(unix)]

mod support;

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use support::{LONG, Reply, Server, expected_names, files, named, names, on_disk, quiet, wait_until};

const SERVER: &str = "TNT4_TEST_SERVER";
/// So many arrive before the server answers no more, and so many are sent then.
const ARRIVE: usize = 40;
const PENDING: usize = 25;

#[test]
fn and_nothing_else() {
    let (away, folder) = (Arc::new(AtomicBool::new(false)), tempfile::tempdir().unwrap());
    let is_away = Arc::clone(&away);
    let server = Server::start(move |request| match request.is_access() {
        true => Reply::status(200),
        false if is_away.load(Ordering::SeqCst) => Reply::status(503),
        false => Reply::status(202),
    });
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_process_that_is_killed", "--ignored", "--nocapture"])
        .env(SERVER, server.url())
        .env("TNT4_STATE_DIR", folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut hear = |word: &str| {
        let mut lines = said.by_ref().map(Result::unwrap);
        lines.find_map(|line| line.strip_prefix(word).map(str::to_owned))
    };
    assert_eq!(hear("acknowledged "), Some(ARRIVE.to_string()));
    away.store(true, Ordering::SeqCst);
    // It goes on once it hears of that.
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), b"away\n").unwrap();
    assert_eq!(hear("pending "), Some(PENDING.to_string()));
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    let offered = server.records().len();

    away.store(false, Ordering::SeqCst);
    assert!(files(folder.path()).is_empty(), "nothing was on disk");
    // Whoever comes next in the same place finds nothing that was left.
    let next = on_disk(folder.path()).url(&server.url()).build().unwrap();
    next.start();
    wait_until("it has looked", || !next.stats().inherited.more);
    next.send(named(1000)).unwrap();
    assert!(next.close(LONG).is_complete());
    assert_eq!(next.stats().inherited.adopted, 0);
    let records = names(&server.records());
    assert_eq!(records[..ARRIVE], expected_names(0..ARRIVE));
    assert_eq!(records[offered..], expected_names([1000]));
}

/// Sends, and waits for its end.
#[test]
#[ignore = "the other process of the test here"]
fn a_process_that_is_killed() {
    let Ok(server) = std::env::var(SERVER) else {
        return;
    };
    let stream = quiet().url(&server).build().unwrap();
    let send = |numbers: std::ops::Range<usize>| {
        numbers.for_each(|number| stream.send(named(number)).unwrap());
    };
    send(0..ARRIVE);
    assert!(stream.flush(LONG).is_complete());
    // The test program has begun a line.
    println!("\nacknowledged {}", stream.stats().acknowledged);
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    send(ARRIVE..ARRIVE + PENDING);
    println!("pending {}", stream.stats().pending);
    let _ = std::io::stdin().read_line(&mut line);
}
