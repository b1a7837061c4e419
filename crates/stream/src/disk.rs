//! A stream's place on disk: claimed with the first record, given up when the stream is closed.
//!
//! What is done here is done without the queue's lock, by the keeper, the worker, or whoever closes; only the
//! first record of a stream waits for it. Where the disk refuses, the stream goes on in memory, and the keeper
//! tries again.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, mpsc};
use std::time::{Duration, SystemTime};

use crate::diagnostics::Diagnostics;
use crate::keeper;
use crate::lane::Run;
use crate::queue::{self, Next, SMALLEST_SEGMENT};
use crate::segment::{self, Identity, Medium, RECORDS, Segment, Writer};
use crate::shared::Shared;
use crate::spool::{
    self, Address, DeadLetters, Destination, Folder, Orphans, Spool, SpoolError, StateFolder,
};

/// The largest segment.
const LARGEST_SEGMENT: u64 = 8 << 20;
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
}

/// What was claimed.
struct Estate {
    destination: Destination,
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
        let next = self.claim(shared).map_or_else(
            |error| {
                self.say(&format!("records are kept in memory only: {error}"));
                Next::Failed
            },
            |()| self.make_next(shared, 0),
        );
        let mut state = shared.lock();
        state.queue.provide(next);
        keeper::start(shared, self, &mut state);
        drop(state);
        self.begun.store(true, Ordering::Release);
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
        shared.lock().queue.name(folder.id());
        *lock(&self.dead_letters) = Some(folder.dead_letters(self.spool.bytes / 10));
        let medium = self
            .spool
            .medium
            .unwrap_or_else(|| segment::medium_for(folder.path()));
        let _ = self.estate.set(Estate {
            medium,
            destination,
            folder: Mutex::new(Some(Arc::new(folder))),
        });
        Ok(())
    }

    /// Makes the next segment, with this room at least. Growing from the smallest, within the bound that all
    /// streams to the destination share.
    pub(crate) fn make_next(&self, shared: &Shared, room: u64) -> Next {
        let Some((estate, folder)) = self.estate() else {
            return Next::Failed;
        };
        let identity = shared.lock().queue.identity();
        let wanted = self.capacity(identity.number).max(room + RECORDS);
        let bound = self.spool.bytes;
        let made = estate.destination.with_guard(PATIENCE, |usage| {
            let left = bound.saturating_sub(usage);
            let capacity = wanted
                .min(left / 2)
                .max(SMALLEST_SEGMENT.min(wanted))
                .max(room + RECORDS);
            if capacity > left {
                return Ok::<_, segment::CreateError>(Next::Full);
            }
            let reserved = usage + capacity > bound - bound / 10;
            let writer = self.make(estate, &folder, &identity, capacity)?;
            Ok(Next::Ready { writer, reserved })
        });
        match made {
            Ok(Ok(next)) => {
                if let Next::Ready { writer, .. } = &next {
                    // Its name, too, is to survive a power cut.
                    let _ = writer.segment().sync_creation();
                }
                next
            }
            Ok(Err(error)) => self.failed(shared, &error.to_string()),
            Err(error) => self.failed(shared, &error.to_string()),
        }
    }

    fn make(
        &self,
        estate: &Estate,
        folder: &Folder,
        identity: &Identity,
        capacity: u64,
    ) -> Result<Writer, segment::CreateError> {
        let path = folder.segment_path(identity.number);
        Writer::create(&path, identity, capacity, estate.medium)
    }

    /// Says once that the disk takes nothing.
    fn failed(&self, shared: &Shared, why: &str) -> Next {
        if !shared.lock().queue.disk_failed_before() {
            self.say(&format!(
                "records are kept in memory until the disk takes them: {why}"
            ));
        }
        Next::Failed
    }

    fn capacity(&self, number: u64) -> u64 {
        let doublings = u32::try_from(number.saturating_sub(1)).unwrap_or(u32::MAX).min(8);
        let largest = LARGEST_SEGMENT.min(self.spool.bytes / 16);
        (SMALLEST_SEGMENT << doublings).min(largest).max(64 << 10)
    }

    /// Writes a segment of memory to a file; `None` where the disk has no room for it.
    pub(crate) fn spill(&self, segment: &Segment) -> Option<Arc<Segment>> {
        let (estate, folder) = self.estate()?;
        let number = segment.identity()?.number;
        let path = folder.segment_path(number);
        let length = segment.length().ok()?;
        let bound = self.spool.bytes;
        let spilled = estate.destination.with_guard(PATIENCE, |usage| {
            let fits = usage + length <= bound;
            fits.then(|| segment.spill(&path).ok()).flatten()
        });
        spilled.ok().flatten()
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

    /// After how long a segment is followed by another, so that what expires with it is of about one age.
    pub(crate) fn turnover(&self) -> Duration {
        self.spool.age / 100
    }

    /// Keeps what the server rejected.
    pub(crate) fn bury(&self, reason: &str, record: &[u8]) {
        if let Some(letters) = lock(&self.dead_letters).as_mut() {
            // It is counted in any case, and its first failure has been told.
            let _ = letters.append(SystemTime::now(), reason, record);
        }
    }

    /// Puts a damaged segment of the stream's own aside.
    pub(crate) fn quarantine(&self, segment: &Segment) {
        if let (Some((_, folder)), Some(path)) = (self.estate(), segment.path()) {
            self.quarantine_in(&folder, path);
        }
    }

    /// Puts a damaged segment of a folder aside.
    pub(crate) fn quarantine_in(&self, folder: &Folder, path: &Path) {
        let number = folder.segments().ok().and_then(|files| {
            files
                .iter()
                .map(|file| file.number)
                .find(|number| folder.segment_path(*number) == path)
        });
        if let Some(number) = number
            && let Err(error) = folder.quarantine(number, self.spool.bytes / 10)
        {
            self.say(&error.to_string());
        }
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
    pub(crate) fn end(&self, runs: Vec<(Run, u64)>, retired: Vec<Writer>) -> u64 {
        for writer in retired {
            seal(writer);
        }
        let (mut kept, mut left) = (0, Vec::new());
        for (run, unsettled) in runs {
            if unsettled == 0 {
                let _ = run.segment.remove();
                continue;
            }
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
        write_down(left);
        let folder = self.estate.get().and_then(|estate| lock(&estate.folder).take());
        if let Some(folder) = folder {
            let _ = folder.sync();
            // The keeper may be holding it for a moment more; then the folder is left, empty, to a successor.
            if let Ok(folder) = Arc::try_unwrap(folder) {
                let _ = folder.finish();
            }
        }
        kept
    }

    /// Where records were left, in words.
    pub(crate) fn place(&self) -> String {
        match self.estate.get() {
            Some(estate) => format!("; they lie in {}", estate.destination.path().display()),
            None => String::new(),
        }
    }

    pub(crate) fn say(&self, text: &str) {
        self.diagnostics.say(&format!("{}: {text}", self.destination));
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
fn write_down(segments: Vec<Arc<Segment>>) {
    if segments.is_empty() {
        return;
    }
    let (done, waiting) = mpsc::channel();
    let written = std::thread::Builder::new().spawn(move || {
        for segment in segments {
            let _ = segment.sync_data();
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
