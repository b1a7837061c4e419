//! What lies on disk is its owner's alone, whatever the process masks, and no token is in it.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use support::{Reply, Server, named, on_disk, secret};

const CANARY: &str = "canary-0123456789";

/// Looks at everything below a folder; returns how many files there are.
fn look(folder: &Path) -> usize {
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert!(!path.to_string_lossy().contains("canary"), "{}", path.display());
        let mode = path.metadata().unwrap().permissions().mode() & 0o777;
        if path.is_dir() {
            assert_eq!(mode, 0o700, "{}", path.display());
            files += look(&path);
        } else {
            assert_eq!(mode, 0o600, "{}", path.display());
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(6).any(|window| window == b"canary");
            assert!(!found, "{}", path.display());
            files += 1;
        }
    }
    files
}

#[test]
fn whatever_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    // The first record is rejected in words that repeat the token, the next pause everything.
    let server = Server::start(|request| match &request.body {
        body if request.is_access() && body.contains("canary") => Reply::status(200),
        body if body.contains("event-0") => Reply::new(400, "", CANARY),
        _ => Reply::new(401, "", CANARY),
    });
    let url = format!("{}/?key={CANARY}", server.url());
    let stream = on_disk(folder.path())
        .url(&url)
        .token(secret(CANARY))
        .build()
        .unwrap();
    stream.send(named(0)).unwrap();
    stream.send(named(1)).unwrap();
    let outcome = stream.flush(Duration::from_secs(1));
    assert_eq!(
        (outcome.unacknowledged(), outcome.rejected()),
        (2, 1),
        "{outcome}"
    );
    // Salt, destination, its lock, owner, a segment, the mark of the refusal, and the dead letter.
    assert!(look(folder.path()) >= 7);
    assert_eq!(stream.close(Duration::ZERO).kept(), 1);
    assert!(look(folder.path()) >= 7);
}
