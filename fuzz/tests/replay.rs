//! Every committed input goes through its check again, on whatever compiler there is.

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// How long one input may take. They are small, and take milliseconds.
const LIMIT: Duration = Duration::from_secs(10);

/// Calls the check on every file of the corpus, and fails with the names of those that break it.
fn replay(corpus: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(corpus);
    let mut count = 0;
    let mut broken = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let data = std::fs::read(&path).unwrap();
        // In a thread, so that an input that never ends fails the test instead of holding it up.
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            check(&data);
            sender.send(())
        });
        match receiver.recv_timeout(LIMIT) {
            Ok(()) => {}
            Err(mpsc::RecvTimeoutError::Timeout) => broken.push(format!("{} takes too long", path.display())),
            // The panic's message is on standard error.
            Err(mpsc::RecvTimeoutError::Disconnected) => broken.push(format!("{} panics", path.display())),
        }
        count += 1;
    }
    assert!(count > 0, "{} is empty", folder.display());
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn answer() {
    replay("answer", tnt4_fuzz::answer::check);
}

#[test]
fn decode() {
    replay("decode", tnt4_fuzz::decode::check);
}

#[test]
fn mqtt() {
    replay("mqtt", tnt4_fuzz::mqtt::check);
}

#[test]
fn query() {
    replay("query", tnt4_fuzz::query::check);
}

#[test]
fn segment() {
    replay("segment", tnt4_fuzz::segment::check);
}
