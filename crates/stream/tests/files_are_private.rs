//! What a stream leaves on disk is for its user only, whatever the umask, and there is no token in it: in no file, no
//! name, no line of diagnosis. This process masks nothing, so there is only one test in it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![cfg(unix)]

mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use support::harm::{self, Harm};
use support::{LONG, Reply, Server, Spoken, files, name_of, named, quiet, secret, segments, wait_until};
use tnt4::{Spool, Stream};

const CANARY: &str = "CANARY-0123456789-TOKEN";

fn stream(server: &Server, folder: &Path, spoken: &Spoken) -> Stream {
    let url = format!("{}/JESL?key=QUERY-CANARY", server.url());
    let builder = quiet().url(&url).no_proxy().token(secret(CANARY));
    let builder = builder
        .spool(Spool::disk().state_folder(folder))
        .diagnostics(spoken.diagnostics());
    builder.build().unwrap()
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let mut found = vec![path.to_owned()];
    for entry in std::fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(folders(&path));
        }
    }
    found
}

#[test]
fn and_hold_no_token() {
    rustix::process::umask(rustix::fs::Mode::empty());
    let base = tempfile::tempdir().unwrap();
    let (state, spoken) = (base.path().join("state"), Spoken::new("private"));
    let lets_in = Arc::new(AtomicBool::new(false));
    let server = Server::start({
        let lets_in = Arc::clone(&lets_in);
        move |request| match request.is_access() {
            true => Reply::status(200),
            false if name_of(&request.body) == "event-0" => Reply::status(202),
            false if name_of(&request.body) == "event-1" => Reply::status(400),
            // The token is refused for a while.
            false if !lets_in.load(Ordering::SeqCst) => Reply::status(401),
            false => Reply::status(202),
        }
    });
    let first = stream(&server, &state, &spoken);
    (0..100).for_each(|number| first.send(named(number)).unwrap());
    wait_until("it is marked", || named_alike(&state, "refused"));
    assert_private(&state, &spoken);
    assert_eq!(first.close(Duration::ZERO).kept(), 98);
    let segment = segments(&state).pop().unwrap();
    let end = segment.metadata().unwrap().len() as usize;
    assert_eq!(harm::harm(&segment, Harm::Flip, end - 100, 1), [99]);
    assert_private(&state, &spoken);

    lets_in.store(true, Ordering::SeqCst);
    let second = stream(&server, &state, &spoken);
    second.start();
    wait_until("it is put aside", || {
        segments(&state)
            .iter()
            .any(|path| path.parent().unwrap().ends_with("quarantine"))
    });
    assert!(second.close(LONG).is_complete());
    assert!(
        files(&state)
            .iter()
            .any(|path| path.parent().unwrap().ends_with("dead-letters"))
    );
    assert_private(&state, &spoken);
}

fn named_alike(state: &Path, name: &str) -> bool {
    files(state).iter().any(|path| path.ends_with(name))
}

#[track_caller]
fn assert_private(state: &Path, spoken: &Spoken) {
    for path in folders(state) {
        assert_eq!(
            path.metadata().unwrap().permissions().mode() & 0o7777,
            0o700,
            "{path:?}"
        );
    }
    for path in files(state) {
        assert_eq!(
            path.metadata().unwrap().permissions().mode() & 0o7777,
            0o600,
            "{path:?}"
        );
        assert_no_canary(&path.to_string_lossy());
        assert_no_canary(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
    }
    assert_no_canary(&spoken.lines().join("\n"));
}

#[track_caller]
fn assert_no_canary(text: &str) {
    for canary in [CANARY, "QUERY-CANARY"] {
        assert!(!text.contains(canary), "{canary} is in {text:.200}");
    }
}
