//! A stream's place on disk: claimed with the first record, given up when the stream is closed.
//!
//! What is done here is done without the queue's lock, by the keeper, the worker, or whoever closes; only the
//! first record of a stream waits for it. Where the disk refuses, the stream goes on in memory, and the keeper
//! tries again.

mod beginning;
mod claiming;
mod ending;
mod making;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwapOption;

use crate::Dropped;
use crate::calendar::Calendar;
use crate::diagnostics::Diagnostics;
use crate::lane::Run;
use crate::record::Record;
use crate::segment::{Medium, Segment, Writer};
use crate::shared::{Shared, State};
use crate::spool::{Address, DeadLetters, Destination, Folder, Names, Orphans, Reserve, Spool, SpoolError};

/// The largest segment.
const LARGEST_SEGMENT: u64 = 8 << 20;
/// The part of the bound that gaps between segments may be bridged with at most, and what a stream begins with.
const BRIDGES: u64 = 16;
const LEAST_BRIDGES: u64 = 2 << 20;
/// How long to wait for others who add up sizes.
const PATIENCE: Duration = Duration::from_secs(1);

/// A stream's place on disk.
pub(crate) struct Disk {
    spool: Spool,
    address: Address,
    /// The token and the query string: what only a digest may show of.
    secrets: Vec<String>,
    diagnostics: Diagnostics,
    destination: String,
    begun: AtomicBool,
    estate: ArcSwapOption<Estate>,
    dead_letters: Mutex<Option<DeadLetters>>,
    refused: AtomicBool,
    /// How many segments were made since the last one of the smallest size.
    grown: AtomicU32,
    ended: AtomicBool,
    said: Mutex<HashSet<String>>,
    calendar: Calendar,
}

/// What was claimed.
struct Estate {
    destination: Destination,
    /// With what gaps may be bridged.
    reserve: Arc<Reserve>,
    /// `None` once the stream is closed.
    folder: Mutex<Option<Arc<Folder>>>,
    names: Names,
    medium: Medium,
}

impl Disk {
    pub(crate) fn new(
        spool: Spool,
        address: Address,
        secrets: Vec<String>,
        diagnostics: Diagnostics,
        destination: String,
    ) -> Self {
        Disk {
            spool,
            address,
            secrets,
            diagnostics,
            destination,
            begun: AtomicBool::new(false),
            estate: ArcSwapOption::empty(),
            dead_letters: Mutex::new(None),
            refused: AtomicBool::new(false),
            grown: AtomicU32::new(0),
            ended: AtomicBool::new(false),
            said: Mutex::default(),
            calendar: Calendar::new(),
        }
    }

    pub(crate) fn is_synchronous(&self) -> bool {
        self.spool.is_synchronous()
    }

    /// Folders of the dead, one by one.
    pub(crate) fn orphans(&self) -> Option<Orphans> {
        Some(self.estate.load_full()?.destination.orphans())
    }

    /// Removes what people have not looked at for as long as records are kept.
    pub(crate) fn expire(&self) {
        if let Some(estate) = self.estate.load_full() {
            let _ = estate.destination.expire(self.spool.age, SystemTime::now());
        }
    }

    /// Whether what is in a segment is to be kept no longer.
    pub(crate) fn is_too_old(&self, segment: &Segment) -> bool {
        segment
            .identity()
            .is_some_and(|identity| self.calendar.is_over(identity.created_at, self.spool.age))
    }

    /// Drops what waits for the worker and is too old.
    pub(crate) fn drop_expired(&self, shared: &Shared, state: &mut State) {
        let expired = state.queue.lane.expire(|segment| self.is_too_old(segment));
        for range in &expired {
            let count = range.end - range.start;
            state.ledger.lose_many(range.start, count, Dropped::Expired);
        }
        if !expired.is_empty() {
            shared.ring_settled(state);
        }
    }

    /// For how long records are kept.
    pub(crate) fn age(&self) -> Duration {
        self.spool.age
    }

    /// After how long a segment is followed by another, so that what expires with it is of about one age.
    pub(crate) fn turnover(&self) -> Duration {
        self.spool.age / 100
    }

    /// Keeps what the server rejected.
    pub(crate) fn bury(&self, reason: &str, record: &Record) {
        if let Some(letters) = lock(&self.dead_letters).as_mut() {
            // It is counted in any case.
            if let Err(error) =
                letters.append(SystemTime::now(), reason, record.routing_key(), record.bytes())
            {
                self.say_once(&format!("a rejected record is not kept: {error}"));
            }
        }
    }

    /// Has the disk write down the names of the folders, once: without them it would have files, and nobody find them.
    pub(crate) fn sync_names(&self) -> Result<(), SpoolError> {
        let Some(estate) = self.estate.load_full() else {
            return Ok(());
        };
        match estate.names.sync() {
            // It was given up meanwhile, and removed.
            Err(_) if lock(&estate.folder).is_none() => Ok(()),
            outcome => outcome,
        }
    }

    /// Removes segments of the stream's own that are not needed any more.
    pub(crate) fn discard(&self, runs: Vec<Run>) {
        if let Some((_, folder)) = self.estate() {
            self.discard_in(&folder, runs);
        }
    }

    /// Removes segments of a folder that are not needed any more; what was found damaged is put aside.
    pub(crate) fn discard_in(&self, folder: &Folder, runs: Vec<Run>) {
        for run in runs {
            match run.segment.path() {
                Some(path)
                    if run.damaged && run.segment.is_in_place() && self.quarantine_in(folder, path) => {}
                _ => {
                    if run.segment.remove().is_err() {
                        // Whoever finds it again then finds nothing in it to deliver.
                        let _ = run.segment.acknowledge(run.acknowledged());
                    }
                }
            }
        }
    }

    /// Puts a damaged segment aside; false where it still lies where it lay.
    fn quarantine_in(&self, folder: &Folder, path: &Path) -> bool {
        let number = folder.segments().ok().and_then(|files| {
            files
                .iter()
                .map(|file| file.number)
                .find(|number| folder.segment_path(*number) == path)
        });
        let Some(number) = number else {
            return false;
        };
        let outcome = folder.quarantine(number, self.spool.bytes / 10);
        if let Err(error) = &outcome {
            self.say_once(&error.to_string());
        }
        outcome.is_ok()
    }

    /// The server does not let this token in: another may deliver what it left, should this process end.
    pub(crate) fn mark_refused(&self, refused: bool) {
        if self.refused.swap(refused, Ordering::Relaxed) == refused {
            return;
        }
        if let Some((_, folder)) = self.estate() {
            let _ = match refused {
                true => folder.mark_refused(),
                false => folder.clear_refused(),
            };
        }
    }

    /// The folder of the destination, where it has been claimed.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        Some(self.estate.load().as_ref()?.destination.path().to_owned())
    }

    /// Where records were left, in words.
    pub(crate) fn place(&self) -> String {
        match self.folder() {
            Some(folder) => format!("; they lie in {}", folder.display()),
            None => String::new(),
        }
    }

    pub(crate) fn say(&self, text: &str) {
        self.diagnostics.say(&format!("{}: {text}", self.destination));
    }

    /// Says what would else be said again with every attempt.
    pub(crate) fn say_once(&self, text: &str) {
        let mut said = lock(&self.said);
        // Enough to be quiet about what stays as it is, and no more than that.
        if said.len() >= 64 {
            said.clear();
        }
        if said.insert(text.to_owned()) {
            self.say(text);
        }
    }

    fn estate(&self) -> Option<(Arc<Estate>, Arc<Folder>)> {
        let estate = self.estate.load_full()?;
        let folder = lock(&estate.folder).clone()?;
        Some((estate, folder))
    }
}

/// Ends appending to a segment. One that nothing was appended to is not left behind.
pub(crate) fn seal(writer: Writer) {
    let segment = (writer.count() == 0).then(|| Arc::clone(writer.segment()));
    // A file that cannot be cut off is as good, and longer.
    let _ = writer.seal();
    if let Some(segment) = segment {
        let _ = segment.remove();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
