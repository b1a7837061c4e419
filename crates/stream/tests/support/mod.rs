//! What the stories share: a scripted HTTP server on a thread, and a few shorthands.
#![allow(dead_code, unused_imports, reason = "no story uses all of it")]
#![allow(missing_docs, unreachable_pub, reason = "for tests")]

pub mod broker;
pub mod chance;
pub mod harm;
pub mod mosquitto;
#[cfg(unix)]
pub mod platter;
pub mod proxy;
pub mod server;
pub mod tls;
pub mod traced;
pub mod world;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tnt4::clock::Wait;
use tnt4::testing::{DrivenClock, MemoryServer};
use tnt4::{Builder, Diagnostics, Event, RecordId, Secret, Spool, Stats, Stream};

pub use broker::Broker;
pub use server::{Reply, Request, Server};

/// Longer than any wait that is to succeed.
pub const LONG: Duration = Duration::from_secs(30);

/// A batch goes at once.
pub const NO_LINGER: Duration = Duration::ZERO;

pub fn quiet() -> Builder {
    Stream::builder()
        .diagnostics(Diagnostics::off())
        .spool(Spool::memory())
        .report_drops(false)
}

/// As [`quiet`], with its records in this state folder.
pub fn on_disk(folder: &Path) -> Builder {
    quiet().spool(Spool::disk().state_folder(folder))
}

/// A stream to this server, with its records in this state folder.
pub fn stream_on_disk(folder: &Path, server: &MemoryServer) -> Stream {
    on_disk(folder).transport(server.transport()).build().unwrap()
}

/// In memory where that is possible: this is not about the disk's speed.
pub fn temporary_folder() -> tempfile::TempDir {
    let shared_memory = Path::new("/dev/shm");
    if shared_memory.is_dir() {
        return tempfile::TempDir::new_in(shared_memory).unwrap();
    }
    tempfile::TempDir::new().unwrap()
}

/// The files below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The segments below a folder.
pub fn segments(folder: &Path) -> Vec<PathBuf> {
    let mut segments = files(folder);
    segments.retain(|path| path.extension().is_some_and(|extension| extension == "segment"));
    segments
}

/// The length of all files below a folder. Files may be removed meanwhile.
pub fn bytes_in(folder: &Path) -> u64 {
    let lengths = files(folder).into_iter();
    lengths
        .filter_map(|path| path.metadata().ok())
        .map(|metadata| metadata.len())
        .sum()
}

/// Sees that the files below a folder take no more than this.
#[track_caller]
pub fn assert_within(folder: &Path, bound: u64) {
    // Nothing is made while this is held. What becomes shorter, or gives room to another, may still be seen twice.
    let lock = files(folder).into_iter().find(|path| path.ends_with("lock"));
    let lock = lock.and_then(|path| std::fs::File::open(path).ok());
    let _ = lock.as_ref().map(std::fs::File::lock);
    let bytes = (0..10).map(|_| bytes_in(folder)).find(|bytes| *bytes <= bound);
    assert!(bytes.is_some(), "{} bytes", bytes_in(folder));
}

/// Waits until something holds that no bell rings for, as what the thread for the disk does.
#[track_caller]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let until = std::time::Instant::now() + LONG;
    while !holds() {
        assert!(std::time::Instant::now() < until, "still not: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// As [`LONG`], where what is waited for comes after an outage without waits: the last of them may be a minute.
pub const AFTER_OUTAGE: Duration = Duration::from_secs(300);

/// A clock by which the waits between attempts take no time.
struct Impatient {
    begun: std::time::Instant,
    skipped: std::sync::Mutex<Duration>,
}

impl tnt4::clock::Clock for Impatient {
    fn now(&self) -> Duration {
        self.begun.elapsed() + *self.skipped.lock().unwrap()
    }

    fn wait_begins(&self, wait: Wait, left: Duration) -> Duration {
        if wait != Wait::BackOff {
            return left;
        }
        *self.skipped.lock().unwrap() += left;
        Duration::ZERO
    }
}

/// The stream does not wait between two attempts: an outage of days goes by in no time.
pub fn without_back_off(builder: Builder) -> Builder {
    builder.clock(Arc::new(Impatient {
        begun: std::time::Instant::now(),
        skipped: std::sync::Mutex::default(),
    }))
}

#[track_caller]
pub fn assert_adds_up(stats: &Stats) {
    let settled = stats.acknowledged + stats.dropped.total();
    assert_eq!(
        stats.enqueued + stats.inherited.adopted,
        settled + stats.pending,
        "{stats:?}"
    );
    assert!(stats.in_memory <= stats.pending, "{stats:?}");
    let theirs = stats.inherited;
    assert_eq!(
        theirs.adopted,
        theirs.acknowledged + theirs.dropped + theirs.pending,
        "{stats:?}"
    );
}

/// A stream to this server, on a clock that stands still.
pub fn driven(builder: Builder) -> (Stream, DrivenClock) {
    let clock = DrivenClock::new();
    let stream = builder.clock(clock.clock()).build().unwrap();
    (stream, clock)
}

/// What the first attempt to deliver a record runs into.
#[track_caller]
pub fn first_problem(builder: Builder) -> String {
    let (stream, clock) = driven(builder.batch(1, 1000, NO_LINGER));
    stream.send(named(0)).unwrap();
    assert!(clock.expect(Wait::BackOff).is_some());
    let outcome = stream.flush(Duration::ZERO);
    assert_eq!(
        (outcome.unacknowledged(), outcome.rejected()),
        (1, 0),
        "{outcome}"
    );
    outcome.problem().unwrap().to_owned()
}

/// Sends some records, and sees that the server has them.
#[track_caller]
pub fn assert_delivers(builder: Builder, server: &Server) {
    let stream = builder.build().unwrap();
    for number in 0..3 {
        stream.send(named(number)).unwrap();
    }
    let outcome = stream.close(LONG);
    assert!(outcome.is_complete(), "{outcome}");
    assert_eq!(names(&server.records()), expected_names(0..3));
}

pub fn secret(text: &str) -> Secret {
    Secret::new(text).unwrap()
}

/// An event that is found again by its name.
pub fn named(number: usize) -> Event {
    Event::new(format!("event-{number}"))
}

/// The name in a record.
pub fn name_of(json: &str) -> String {
    tnt4_model::decode(json.as_bytes(), tnt4_model::PathHint::Any)
        .map(|decoded| match decoded.item {
            tnt4::Item::Event(event) => event.operation.name,
            other => panic!("{other:?}"),
        })
        .unwrap()
}

pub fn names(records: &[String]) -> Vec<String> {
    records.iter().map(|json| name_of(json)).collect()
}

pub fn expected_names(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers
        .into_iter()
        .map(|number| format!("event-{number}"))
        .collect()
}

pub fn record_id(json: &str) -> RecordId {
    tnt4_model::decode(json.as_bytes(), tnt4_model::PathHint::Any)
        .unwrap()
        .record_id
        .unwrap()
}

/// A path of this process's own, in the folder for temporary files.
pub fn temporary(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("tnt4-{}-{name}", std::process::id()))
}

/// A file for diagnostics; it is gone with this value.
pub struct Spoken(Arc<PathBuf>);

impl Spoken {
    pub fn new(name: &str) -> Self {
        let path = temporary(name);
        let _ = std::fs::remove_file(&path);
        Spoken(Arc::new(path))
    }

    pub fn diagnostics(&self) -> Diagnostics {
        Diagnostics::file(self.0.as_path())
    }

    pub fn lines(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.0.as_path()).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

impl Drop for Spoken {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.0.as_path());
    }
}
