//! A stream over a real spool, and everything that happens to one, in any order: kills, damage, outages, disks that
//! take nothing. What was accepted arrives, whole, the same in every copy; or its loss has a reason.
//!
//! `TNT4_SPOOL_ACTIONS=1000000` does more; `TNT4_SPOOL_SEED=…` does again what failed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use support::chance::Chance;
use support::harm::{self, Harm};
use support::world::{World, message};
use support::{
    AFTER_OUTAGE, assert_adds_up, assert_within, bytes_in, named, on_disk, segments, temporary_folder,
    wait_until, without_back_off,
};
use tempfile::TempDir;
use tnt4::{Dropped, Severity, Spool, Stream};

const BOUND: u64 = 1 << 20;

#[test]
fn in_any_order() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|value| value.parse::<u64>().ok())
    };
    let actions = number("TNT4_SPOOL_ACTIONS").unwrap_or(1500);
    let seed = number("TNT4_SPOOL_SEED")
        .unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64);
    // Stories end, so that the counts are looked at now and then.
    for story in 0..actions.div_ceil(500) {
        let seed = seed + story;
        println!("TNT4_SPOOL_SEED={seed}");
        Story::begin(seed).go_on(500).end();
    }
}

struct Story {
    chance: Chance,
    world: Arc<World>,
    folder: TempDir,
    stream: Stream,
    cut: Arc<AtomicBool>,
    sent: u64,
    accepted: BTreeSet<u64>,
    /// What damage may have taken.
    harmed: BTreeSet<u64>,
    /// How many may be missing besides: they were only in memory when the process ended.
    forgiven: u64,
    disk_broken: bool,
}

impl Story {
    fn begin(seed: u64) -> Self {
        let (world, folder) = (Arc::new(World::default()), temporary_folder());
        let (stream, cut) = open(&world, folder.path());
        Story {
            chance: Chance(seed),
            world,
            folder,
            stream,
            cut,
            sent: 0,
            accepted: BTreeSet::new(),
            harmed: BTreeSet::new(),
            forgiven: 0,
            disk_broken: false,
        }
    }

    fn go_on(mut self, actions: u64) -> Self {
        for _ in 0..actions {
            match self.chance.below(100) {
                0..70 => self.send(),
                70..77 => self.flush(),
                77..83 => self.world.down.store(true, Ordering::SeqCst),
                83..89 => self.world.down.store(false, Ordering::SeqCst),
                89 => drop(self.world.to_reject.fetch_add(1, Ordering::SeqCst)),
                90 => self.break_disk(true),
                91..94 => self.break_disk(false),
                94 => self.close_and_open(),
                _ => self.kill_and_open(),
            }
            let stats = self.stream.stats();
            assert_adds_up(&stats);
            assert_within(&self.folder.path().join("spool"), BOUND);
        }
        self
    }

    fn send(&mut self) {
        for _ in 0..1 + self.chance.below(20) {
            let number = self.sent;
            self.sent += 1;
            let severity = if self.chance.one_in(5) {
                Severity::Error
            } else {
                Severity::Info
            };
            let event = named(number as usize).message(message(number)).severity(severity);
            match self.stream.send(event) {
                Ok(()) => drop(self.accepted.insert(number)),
                Err(reason) => assert_eq!(reason, Dropped::QueueFull),
            }
        }
    }

    fn flush(&mut self) {
        if self.world.down.load(Ordering::SeqCst) {
            let _ = self.stream.flush(Duration::ZERO);
            return;
        }
        let outcome = self.stream.flush(AFTER_OUTAGE);
        assert_eq!(outcome.unacknowledged(), outcome.rejected(), "{outcome}");
    }

    /// A disk that takes nothing new: the lock, without which nothing is made, cannot be had.
    fn break_disk(&mut self, broken: bool) {
        let spool = self.folder.path().join("spool");
        let Some(Ok(destination)) = std::fs::read_dir(spool).into_iter().flatten().next() else {
            return;
        };
        let lock = destination.path().join("lock");
        if broken {
            let _ = std::fs::remove_file(&lock);
            let _ = std::fs::create_dir(&lock);
        } else {
            let _ = std::fs::remove_dir(&lock);
        }
        self.disk_broken = broken;
    }

    fn close_and_open(&mut self) {
        let in_memory = self.stream.stats().in_memory;
        let up = !self.world.down.load(Ordering::SeqCst) && self.chance.one_in(2);
        let outcome = self.stream.close(if up { AFTER_OUTAGE } else { Duration::ZERO });
        let stats = self.stream.stats();
        assert_adds_up(&stats);
        let left = stats.dropped.by(Dropped::LeftAtClose);
        assert!(
            left <= in_memory,
            "{left} of {in_memory}: what is in a file stays"
        );
        assert_eq!(
            stats.pending,
            outcome.kept() + stats.inherited.pending,
            "{outcome}"
        );
        self.forgiven += left;
        (self.stream, self.cut) = open(&self.world, self.folder.path());
    }

    /// What a `kill -9` leaves is found elsewhere by another process, after something has happened to it.
    fn kill_and_open(&mut self) {
        if !self.disk_broken && self.chance.one_in(2) {
            let stream = &self.stream;
            // Where the folder is full, memory keeps what it has taken.
            wait_until("what memory has bridged is in files", || {
                let stats = stream.stats();
                stats.in_memory == 0 || bytes_in(self.folder.path()) > BOUND / 2
            });
        }
        // It can only become less, as nothing is sent.
        self.forgiven += self.stream.stats().in_memory;
        let folder = temporary_folder();
        harm::copy(self.folder.path(), folder.path());
        self.cut.store(true, Ordering::SeqCst);
        let _ = self.stream.close(Duration::ZERO);
        self.folder = folder;
        if self.chance.one_in(2) {
            self.harm();
        }
        (self.stream, self.cut) = open(&self.world, self.folder.path());
        if self.chance.one_in(2) {
            self.stream.start();
        }
    }

    fn harm(&mut self) {
        let files = orphans(self.folder.path());
        if files.is_empty() {
            return;
        }
        let file = &files[self.chance.below(files.len() as u64) as usize];
        let kind = [Harm::Flip, Harm::Truncate, Harm::Zeros][self.chance.below(3) as usize];
        let (at, length) = (self.chance.below(1 << 20), self.chance.below(5000));
        // Half of the harm is done where records are.
        let used = file.metadata().unwrap().len().clamp(1, 20_000);
        let at = if self.chance.one_in(2) { at % used } else { at };
        self.harmed
            .extend(harm::harm(file, kind, at as usize, length as usize));
    }

    /// All is well again: everything is delivered, nothing is left.
    fn end(mut self) {
        self.break_disk(false);
        self.world.down.store(false, Ordering::SeqCst);
        self.world.to_reject.store(0, Ordering::SeqCst);
        let folder = self.folder.path().to_owned();
        let mut begun = Instant::now();
        self.stream.start();
        wait_until("only the stream's own folder is left", || {
            // A thread of the stream before may have held one when this one began, which looks again in a minute.
            if begun.elapsed() > Duration::from_secs(3) {
                begun = Instant::now();
                self.close_and_open();
                self.stream.start();
            }
            stream_folders(&folder).len() <= 1
        });
        let outcome = self.stream.flush(AFTER_OUTAGE);
        assert_eq!(outcome.unacknowledged(), outcome.rejected(), "{outcome}");
        // After the fault a fresh one gets through.
        let fresh = self.sent;
        wait_until("there is room", || {
            self.stream
                .send(named(fresh as usize).message(message(fresh)))
                .is_ok()
        });
        self.accepted.insert(fresh);
        let outcome = self.stream.close(AFTER_OUTAGE);
        assert!(outcome.is_complete(), "{outcome}");
        let stats = self.stream.stats();
        assert_adds_up(&stats);
        assert_eq!(stats.pending, 0);
        assert_eq!(orphans(&folder), Vec::<PathBuf>::new());
        assert_eq!(stream_folders(&folder), Vec::<PathBuf>::new());

        let taken: BTreeSet<u64> = self.world.taken.lock().unwrap().keys().copied().collect();
        let rejected = self.world.rejected.lock().unwrap();
        let invented: Vec<_> = taken
            .union(&rejected)
            .filter(|number| !self.accepted.contains(number))
            .collect();
        assert!(invented.is_empty(), "nobody sent {invented:?}");
        let missing = self
            .accepted
            .difference(&taken)
            .filter(|number| !rejected.contains(number));
        let unexplained: Vec<_> = missing.filter(|number| !self.harmed.contains(number)).collect();
        assert!(
            unexplained.len() as u64 <= self.forgiven,
            "{} of {} are missing, and {} may be: {unexplained:?}",
            unexplained.len(),
            self.accepted.len(),
            self.forgiven
        );
        println!(
            "{} sent, {} accepted, {} taken, {} rejected; {} perhaps damaged, {} only in memory at an end, {} missing",
            self.sent,
            self.accepted.len(),
            taken.len(),
            rejected.len(),
            self.harmed.len(),
            self.forgiven,
            unexplained.len()
        );
    }
}

fn open(world: &Arc<World>, folder: &Path) -> (Stream, Arc<AtomicBool>) {
    let line = world.line();
    let cut = Arc::clone(&line.cut);
    let spool = Spool::disk().state_folder(folder).bytes(BOUND);
    let builder = on_disk(folder)
        .spool(spool)
        .queue_bytes(512 << 10)
        .batch(50, 64 << 10, Duration::ZERO);
    let stream = without_back_off(builder.transport(Box::new(line)))
        .build()
        .unwrap();
    (stream, cut)
}

/// The segments that wait for somebody to deliver them.
fn orphans(folder: &Path) -> Vec<PathBuf> {
    let mut segments = segments(folder);
    segments.retain(|path| !path.parent().unwrap().ends_with("quarantine"));
    segments
}

/// The folders of streams.
fn stream_folders(folder: &Path) -> Vec<PathBuf> {
    let folders = |path: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries
            .map(|entry| entry.path())
            .filter(|path| path.is_dir())
            .collect()
    };
    let mut streams: Vec<PathBuf> = folders(&folder.join("spool"))
        .iter()
        .flat_map(|path| folders(path))
        .collect();
    streams.retain(|path| {
        !["quarantine", "dead-letters"]
            .iter()
            .any(|name| path.ends_with(name))
    });
    streams
}
