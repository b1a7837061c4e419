//! When a handler's process snapshots are made.
//!
//! ```text
//! thread:    ─ interval ─▶ asks for one ─ grace ─▶ makes it itself, if nobody has       (needs no interpreter)
//! log call:                └─▶ makes it, and hears the collector's counts               (one look at a number otherwise)
//! ```
//!
//! So a process that logs reports with fresh counts of collections, and one that is idle reports as well, with those that were
//! heard last. Without /proc only log calls can make one. All handlers of a stream have one watch. Its thread starts with
//! the first record, in a child of a fork with that of the child, and ends with the stream. (Python tells of forks: a child
//! of one that it does not know of has no thread.)

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::Thread;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use pyo3::prelude::*;
use tnt4::{Snapshot, SourceFqn, Stream, Topic};

use super::reading::{Base, Reading};
use super::{Occasions, collections, snapshot};
use crate::{exit, source};

/// What the next record has to see to.
const NOTHING: u8 = 0;
const START: u8 = 1;
const MEASURE: u8 = 2;

/// How long log calls have to make what is asked for.
const GRACE: Duration = Duration::from_secs(1);
/// How often there is a snapshot with errors at the most, in milliseconds.
const PACE: i64 = 1_000;
/// How long the end of a stream waits for the thread, which may be handing over a snapshot.
const PATIENCE: Duration = Duration::from_millis(200);

/// When a handler's process snapshots are made.
pub(crate) struct Watch {
    stream: Stream,
    topic: Option<Topic>,
    /// Where the handler says that its events come from; the process by default.
    source: Option<SourceFqn>,
    interval: Option<Duration>,
    with_errors: bool,
    wanted: AtomicU8,
    begun: Instant,
    /// When there was one with an error, in milliseconds since it began.
    last_error: AtomicI64,
    base: Base,
    running: ArcSwapOption<Running>,
}

/// The thread.
struct Running {
    /// The process that it is of.
    process: u32,
    ended: Arc<AtomicBool>,
    thread: Thread,
    /// Disconnected once it has ended.
    is_there: Mutex<mpsc::Receiver<()>>,
}

impl Watch {
    /// None where no snapshots are wanted.
    pub(crate) fn of(
        occasions: Occasions,
        stream: &Stream,
        topic: Option<Topic>,
        source: Option<SourceFqn>,
    ) -> Option<Arc<Self>> {
        let (seconds, with_errors) = occasions;
        let interval = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        if interval.is_none() && !with_errors {
            return None;
        }
        Some(Arc::new(Watch {
            stream: stream.clone(),
            topic,
            source,
            interval,
            with_errors,
            wanted: AtomicU8::new(if interval.is_some() { START } else { NOTHING }),
            begun: Instant::now(),
            last_error: AtomicI64::new(-PACE),
            base: Base::new(),
            running: ArcSwapOption::empty(),
        }))
    }

    /// A record was sent.
    pub(crate) fn attend(self: &Arc<Self>, py: Python<'_>) {
        if self.wanted.load(Ordering::Relaxed) != NOTHING {
            self.see_to_it(py);
        }
    }

    #[cold]
    fn see_to_it(self: &Arc<Self>, py: Python<'_>) {
        match self.wanted.swap(NOTHING, Ordering::SeqCst) {
            START if !exit::has_begun() => self.start(py),
            MEASURE => {
                let heard = collections::read(py);
                if let Some(reading) = Reading::now(py) {
                    let made = snapshot(&reading, &self.base, heard.as_deref());
                    let source = self.source_of(py);
                    py.detach(|| self.send(made.source(source)));
                }
            }
            _ => {}
        }
    }

    /// The snapshot for an event that tells of an error; at most one a second.
    pub(crate) fn with_error(&self, py: Python<'_>) -> Option<Snapshot> {
        if !self.with_errors {
            return None;
        }
        let now = i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.last_error
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| {
                (now - last >= PACE).then_some(now)
            })
            .ok()?;
        let heard = collections::read(py);
        Some(snapshot(&Reading::now(py)?, &self.base, heard.as_deref()))
    }

    /// This is a child of a fork: its first record starts a thread of its own. What the parent's thread has is left as it
    /// is, since that may have been in the middle of anything.
    pub(crate) fn was_forked(&self) {
        std::mem::forget(self.running.swap(None));
        if self.interval.is_some() {
            self.wanted.store(START, Ordering::SeqCst);
        }
    }

    /// Ends the thread.
    pub(crate) fn end(&self) {
        self.wanted.store(NOTHING, Ordering::SeqCst);
        let Some(running) = self.running.swap(None) else {
            return;
        };
        if running.process != std::process::id() {
            std::mem::forget(running);
            return;
        }
        running.ended.store(true, Ordering::SeqCst);
        running.thread.unpark();
        if let Ok(is_there) = running.is_there.lock() {
            let _ = is_there.recv_timeout(PATIENCE);
        }
    }

    fn source_of(&self, py: Python<'_>) -> SourceFqn {
        match &self.source {
            Some(source) => source.clone(),
            None => source::of_process(py, i64::from(std::process::id())),
        }
    }

    fn start(self: &Arc<Self>, py: Python<'_>) {
        let Some(interval) = self.interval else {
            return;
        };
        if exit::is_finalizing(py) {
            return;
        }
        collections::read(py);
        let source = self.source_of(py);
        let ended = Arc::new(AtomicBool::new(false));
        let (there, is_there) = mpsc::channel();
        let (watch, is_ended) = (Arc::clone(self), Arc::clone(&ended));
        let started = std::thread::Builder::new()
            .name("tnt4-process".to_owned())
            .spawn(move || {
                watch.run(interval, &source, &is_ended);
                drop(watch);
                drop(there);
            });
        if let Ok(started) = started {
            self.running.store(Some(Arc::new(Running {
                process: std::process::id(),
                ended,
                thread: started.thread().clone(),
                is_there: Mutex::new(is_there),
            })));
        }
    }

    fn run(&self, interval: Duration, source: &SourceFqn, ended: &AtomicBool) {
        let grace = GRACE.min(interval / 4);
        let mut due = Instant::now();
        loop {
            due += interval;
            if !slept(due, ended) {
                return;
            }
            self.wanted.store(MEASURE, Ordering::SeqCst);
            if !slept(due + grace, ended) {
                return;
            }
            // A process that was stopped for long has one to report, and not one for each interval.
            let now = Instant::now();
            due = due.max(now.checked_sub(interval).unwrap_or(now));
            if let Some(reading) = Reading::by_proc()
                && self.wanted.swap(NOTHING, Ordering::SeqCst) == MEASURE
            {
                let heard = collections::last();
                let made = snapshot(&reading, &self.base, heard.as_deref());
                self.send(made.source(source.clone()));
            }
        }
    }

    fn send(&self, snapshot: Snapshot) {
        let _ = match &self.topic {
            Some(topic) => self.stream.send_to(topic.clone(), snapshot),
            None => self.stream.send(snapshot),
        };
    }
}

/// Sleeps until then; `false` as soon as it is to end.
fn slept(until: Instant, ended: &AtomicBool) -> bool {
    loop {
        if ended.load(Ordering::SeqCst) {
            return false;
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        std::thread::park_timeout(left);
    }
}
