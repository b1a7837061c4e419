//! A stream's place on disk: claimed with the first record, given up when the stream is closed.
//!
//! What is done here is done without the queue's lock, by the keeper, the worker, or whoever closes; only the
//! first record of a stream waits for it. Where the disk refuses, the stream goes on in memory, and the keeper
//! tries again.

mod making;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, mpsc};
use std::time::{Duration, SystemTime};

use crate::diagnostics::Diagnostics;
use crate::lane::Run;
use crate::queue::{self, Next};
use crate::segment::{self, Identity, Medium, Segment, Writer};
use crate::shared::Shared;
use crate::spool::{
    self, Address, DeadLetters, Destination, Folder, Orphans, Reserve, Spool, SpoolError, StateFolder,
};
use crate::{crash, keeper};

/// The largest segment.
const LARGEST_SEGMENT: u64 = 8 << 20;
/// The part of the bound that gaps between segments may be bridged with at most, and what a stream begins with.
const BRIDGES: u64 = 16;
const LEAST_BRIDGES: u64 = 2 << 20;
/// How long to wait for others who add up sizes.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a close waits for the disk to write down what stays there.
const TIME_TO_WRITE_DOWN: Duration = Duration::from_secs(1);

/// A stream's place on disk.
pub(crate) struct Disk {
    spool: Spool,
    address: Address,
    /// The token and the query string: what only a digest may show of.
    secrets: Vec<String>,
    diagnostics: Diagnostics,
    destination: String,
    begun: AtomicBool,
    beginning: Mutex<()>,
    estate: OnceLock<Estate>,
    dead_letters: Mutex<Option<DeadLetters>>,
    refused: AtomicBool,
    /// How many segments were made since the last one of the smallest size.
    grown: AtomicU32,
    ended: AtomicBool,
    said: Mutex<HashSet<String>>,
}

/// What was claimed.
struct Estate {
    destination: Destination,
    /// With what gaps may be bridged.
    reserve: Arc<Reserve>,
    /// `None` once the stream is closed.
    folder: Mutex<Option<Arc<Folder>>>,
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
            beginning: Mutex::new(()),
            estate: OnceLock::new(),
            dead_letters: Mutex::new(None),
            refused: AtomicBool::new(false),
            grown: AtomicU32::new(0),
            ended: AtomicBool::new(false),
            said: Mutex::default(),
        }
    }

    pub(crate) fn is_synchronous(&self) -> bool {
        self.spool.is_synchronous()
    }

    /// Claims the folder and makes the first segment, once; the first caller does it, others wait for that.
    pub(crate) fn begin(self: &Arc<Self>, shared: &Arc<Shared>) {
        if self.begun.load(Ordering::Acquire) {
            return;
        }
        let _beginning = lock(&self.beginning);
        if self.begun.load(Ordering::Acquire) {
            return;
        }
        if shared.lock().is_closing() {
            return;
        }
        let (next, bridges) = self.claim(shared).map_or_else(
            |error| {
                self.say(&format!("records are kept in memory only: {error}"));
                (Next::Failed, 0)
            },
            |()| self.make_next(shared, 0),
        );
        let mut state = shared.lock();
        if state.is_abandoned() {
            drop(state);
            self.take_back(next);
        } else {
            state.queue.provide(next, bridges);
            keeper::start(shared, self, &mut state);
        }
        self.begun.store(true, Ordering::Release);
    }

    /// The stream was closed while this was made.
    pub(crate) fn take_back(&self, next: Next) {
        if let Next::Ready { writer, .. } = next {
            seal(writer);
        }
        // Until it has ended, whoever closes needs the folder, and gives it up.
        if self.ended.load(Ordering::SeqCst) {
            self.give_up_folder();
        }
    }

    /// Claims a folder, where there is none yet.
    pub(crate) fn claim(&self, shared: &Shared) -> Result<(), SpoolError> {
        if self.estate.get().is_some() {
            return Ok(());
        }
        let path = match &self.spool.state_folder {
            Some(path) => path.clone(),
            None => spool::find(|name| std::env::var_os(name))?,
        };
        let state_folder = StateFolder::open(&path)?;
        let secrets: Vec<&str> = self.secrets.iter().map(String::as_str).collect();
        let destination = state_folder.destination(&self.address, &secrets)?;
        let folder = destination.claim()?;
        let place = folder.path().to_owned();
        let reserve = Arc::new(folder.reserve());
        let bridges = Arc::clone(&reserve);
        let bridge = move |identity: &Identity, capacity| {
            let path = Folder::segment_path_in(&place, identity.number);
            let writer = Writer::create_sparse(&path, identity, capacity).ok()?;
            bridges.taken(capacity);
            Some(writer)
        };
        shared.lock().queue.settle_down(folder.id(), Box::new(bridge));
        *lock(&self.dead_letters) = Some(folder.dead_letters(self.dead_letters_limit()));
        let medium = self
            .spool
            .medium
            .unwrap_or_else(|| segment::medium_for(folder.path()));
        let _ = self.estate.set(Estate {
            medium,
            destination,
            reserve,
            folder: Mutex::new(Some(Arc::new(folder))),
        });
        Ok(())
    }

    /// Folders of the dead, one by one.
    pub(crate) fn orphans(&self) -> Option<Orphans<'_>> {
        Some(self.estate.get()?.destination.orphans())
    }

    /// Removes what people have not looked at for as long as records are kept.
    pub(crate) fn expire(&self) {
        if let Some(estate) = self.estate.get() {
            let _ = estate.destination.expire(self.spool.age, SystemTime::now());
        }
    }

    /// Whether a segment that was created then is to be kept no longer.
    pub(crate) fn is_expired(&self, created_at: u64) -> bool {
        let age = u64::try_from(self.spool.age.as_millis()).unwrap_or(u64::MAX);
        created_at.saturating_add(age) < queue::now()
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
    pub(crate) fn bury(&self, reason: &str, record: &[u8]) {
        if let Some(letters) = lock(&self.dead_letters).as_mut() {
            // It is counted in any case.
            if let Err(error) = letters.append(SystemTime::now(), reason, record) {
                self.say_once(&format!("a rejected record is not kept: {error}"));
            }
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
                Some(path) if run.damaged && self.quarantine_in(folder, path) => {}
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

    /// Ends the stream's life on disk: removes what is acknowledged, leaves the rest to a successor. Returns how many
    /// unsettled records that is; the others are lost.
    pub(crate) fn end(&self, runs: Vec<Run>, retired: Vec<Writer>) -> u64 {
        crash::point("close-begun");
        for writer in retired {
            seal(writer);
        }
        let (mut kept, mut left) = (0, Vec::new());
        let (done, runs): (Vec<Run>, Vec<Run>) = runs.into_iter().partition(|run| run.unsettled() == 0);
        self.discard(done);
        for run in runs {
            let unsettled = run.unsettled();
            let on_disk = match run.segment.is_memory() {
                false => Some(Arc::clone(&run.segment)),
                true => self.spill(&run.segment),
            };
            if let Some(segment) = on_disk {
                let _ = segment.acknowledge(run.acknowledged());
                left.push(segment);
                kept += unsettled;
            }
        }
        crash::point("close-kept");
        let names = self.estate().filter(|_| kept > 0).map(|(_, folder)| folder);
        write_down(left, names);
        self.give_up_folder();
        self.ended.store(true, Ordering::SeqCst);
        // It may have been claimed in between.
        self.give_up_folder();
        crash::point("close-done");
        kept
    }

    fn give_up_folder(&self) {
        let folder = self.estate.get().and_then(|estate| lock(&estate.folder).take());
        if let Some(folder) = folder {
            let _ = folder.reserve().add(0);
            // The keeper may be holding it for a moment more; then the folder is left, empty, to a successor.
            if let Ok(folder) = Arc::try_unwrap(folder) {
                let _ = folder.finish();
            }
        }
    }

    /// The folder of the destination, where it has been claimed.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        Some(self.estate.get()?.destination.path().to_owned())
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

    fn estate(&self) -> Option<(&Estate, Arc<Folder>)> {
        let estate = self.estate.get()?;
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

/// Has the disk write these down, but waits no longer than a program that ends can.
fn write_down(segments: Vec<Arc<Segment>>, names: Option<Arc<Folder>>) {
    if segments.is_empty() {
        return;
    }
    let (done, waiting) = mpsc::channel();
    let written = std::thread::Builder::new().spawn(move || {
        for segment in segments {
            let _ = segment.sync_data();
        }
        if let Some(folder) = names {
            let _ = folder.sync();
        }
        let _ = done.send(());
    });
    if written.is_ok() {
        let _ = waiting.recv_timeout(TIME_TO_WRITE_DOWN);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
