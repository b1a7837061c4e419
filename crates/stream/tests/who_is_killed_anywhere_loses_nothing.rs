//! A process that is killed at any of the places that matter, again and again, loses nothing that `send` had
//! accepted and that was on disk; whoever comes after it starts, delivers it, and leaves no files behind.
//!
//! The processes are this very program, which says line by line what it has done, and dies where
//! `TNT4_CRASH_POINT` says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![cfg(unix)]

mod support;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::harm::{self, Harm};
use support::world::{message, number_in};
use support::{AFTER_OUTAGE, files, named, on_disk, segments, wait_until, without_back_off};
use tnt4::{Batch, Setback, Spool, Transport, Verdict};

const STATE: &str = "TNT4_TEST_STATE";
const FIRST: &str = "TNT4_TEST_FIRST";
const ROLE: &str = "TNT4_TEST_ROLE";
/// A process is killed so often at each place, at these of the times that it comes there.
type Times = [u64; 5];
const SELDOM: Times = [1, 1, 2, 1, 3];
const OFTEN: Times = [1, 90, 170, 290, 340];

#[test]
fn while_a_folder_and_its_segments_are_made() {
    assert_nothing_is_lost(
        "sender",
        SELDOM,
        &[
            "folder-made",
            "folder-locked",
            "folder-named",
            "segment-created",
            "segment-allocated",
            "segment-headed",
        ],
    );
}

#[test]
fn while_a_record_is_written() {
    assert_nothing_is_lost("sender", OFTEN, &["record-begun", "record-appended"]);
    assert_nothing_is_lost("writer", OFTEN, &["record-begun"]);
    assert_nothing_is_lost("sender", SELDOM, &["segment-unmapped"]);
}

#[test]
fn while_it_is_acknowledged_and_removed() {
    assert_nothing_is_lost(
        "sender",
        SELDOM,
        &[
            "acknowledging",
            "acknowledged",
            "segment-unlinking",
            "segment-unlinked",
        ],
    );
}

#[test]
fn while_it_is_taken_over() {
    assert_nothing_is_lost(
        "sender",
        SELDOM,
        &["adopted", "inherited", "folder-emptied", "folder-given-up"],
    );
}

#[test]
fn while_the_stream_is_closed() {
    assert_nothing_is_lost("sender", SELDOM, &["close-begun", "close-kept", "close-done"]);
}

#[test]
fn while_memory_is_written_to_files() {
    assert_nothing_is_lost("spiller", SELDOM, &["spill-begun", "spill-copied", "spilled"]);
}

#[test]
fn while_damage_is_put_aside() {
    assert_nothing_is_lost("damaged", SELDOM, &["quarantine-begun", "quarantined"]);
}

/// What a process has said.
#[derive(Default)]
struct Said {
    accepted: BTreeSet<u64>,
    taken: BTreeSet<u64>,
    /// All that were accepted before were on disk at one time after this one.
    safe: Option<u64>,
}

#[track_caller]
fn assert_nothing_is_lost(role: &str, times: Times, points: &[&str]) {
    for point in points {
        let folder = if Path::new("/dev/shm").is_dir() {
            tempfile::tempdir_in("/dev/shm").unwrap()
        } else {
            tempfile::tempdir().unwrap()
        };
        let (mut owed, mut taken, mut killed) = (BTreeSet::new(), BTreeSet::new(), 0);
        let mut harmed = BTreeSet::new();
        for (nth, time) in times.iter().enumerate() {
            if role == "damaged" {
                let (_, said) = run(
                    "sender",
                    folder.path(),
                    nth as u64 * 2000 + 1000,
                    Some("close-done"),
                );
                owed.extend(said.accepted);
                taken.extend(said.taken);
                if let Some(orphan) = orphans(folder.path()).first() {
                    // In the last of its records, which is not acknowledged.
                    let end = orphan.metadata().unwrap().len() as usize;
                    harmed.extend(harm::harm(orphan, Harm::Flip, end - 100, 3));
                }
            }
            let point = format!("{point}:{time}");
            let (ended_well, said) = run(role, folder.path(), nth as u64 * 2000, Some(&point));
            killed += u64::from(!ended_well);
            let safe = said.safe;
            owed.extend(
                said.accepted
                    .into_iter()
                    .filter(|number| safe.is_some_and(|safe| *number <= safe)),
            );
            taken.extend(said.taken);
        }
        assert!(killed >= 2, "{point} was come to {killed} times only");

        let (ended_well, said) = run("successor", folder.path(), 0, None);
        assert!(ended_well, "{point}: the successor did not end well");
        taken.extend(said.taken);
        let lost: Vec<_> = owed
            .difference(&taken)
            .filter(|number| !harmed.contains(number))
            .collect();
        assert!(owed.len() > 10, "{point}: only {} were owed", owed.len());
        assert!(lost.is_empty(), "{point}: {lost:?} of {} are lost", owed.len());
        let mut left = files(folder.path());
        left.retain(|path| {
            !["salt", "destination", "lock"]
                .iter()
                .any(|name| path.ends_with(name))
        });
        let is_aside = |path: &PathBuf| path.parent().unwrap().ends_with("quarantine");
        let aside = left.iter().filter(|path| is_aside(path)).count() as u64;
        left.retain(|path| !is_aside(path));
        assert!(left.is_empty(), "{point}: {left:?}");
        // A record that another thread was writing at that moment looks like damage, and is kept for people.
        assert!(aside <= killed, "{point}: {aside} segments put aside");
    }
}

/// Runs a process that may die. Whether it ended well, and what it said.
fn run(role: &str, state: &Path, first: u64, point: Option<&str>) -> (bool, Said) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "a_process_of_its_own",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]);
    command
        .env(ROLE, role)
        .env(STATE, state)
        .env(FIRST, first.to_string());
    command.env("TNT4_CRASH_POINT", point.unwrap_or(""));
    let output = command.output().unwrap();
    let killed = output.status.signal() == Some(9);
    assert!(
        killed || output.status.success(),
        "{role} at {point:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut said = Said::default();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let mut words = line.split(' ');
        let (Some(word), Some(Ok(number))) = (words.next(), words.next().map(str::parse)) else {
            continue;
        };
        match word {
            "accepted" => drop(said.accepted.insert(number)),
            "taken" => drop(said.taken.insert(number)),
            "safe" => said.safe = Some(number),
            _ => {}
        }
    }
    (!killed, said)
}

/// Says a line with one write, so that it is said although the process dies.
fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    output.write_all(format!("{line}\n").as_bytes()).unwrap();
    output.flush().unwrap();
}

/// A server in the process itself.
struct Within(Arc<AtomicBool>, Arc<Mutex<BTreeSet<u64>>>);

impl Transport for Within {
    fn deliver(&mut self, batch: &mut Batch<'_>) -> Result<(), Setback> {
        while let Some((index, record)) = batch.first_unsettled() {
            if self.0.load(Ordering::SeqCst) || batch.is_abandoned() {
                std::thread::sleep(Duration::from_micros(500));
                return Err(Setback::retry("the server is down"));
            }
            let number = number_in(record.bytes()).unwrap();
            assert!(String::from_utf8_lossy(record.bytes()).contains(&message(number)));
            say(&format!("taken {number}"));
            self.1.lock().unwrap().insert(number);
            batch.settle(index, Verdict::Done);
        }
        Ok(())
    }

    fn destination(&self) -> String {
        "within".to_owned()
    }
}

/// What the other processes do.
#[test]
#[ignore = "the other processes of the tests here"]
fn a_process_of_its_own() {
    let Some(state) = std::env::var_os(STATE).map(PathBuf::from) else {
        return;
    };
    // The test program has begun a line.
    say("");
    let role = std::env::var(ROLE).unwrap();
    let first: u64 = std::env::var(FIRST).unwrap().parse().unwrap();
    let (down, taken) = (Arc::new(AtomicBool::new(false)), Arc::default());
    let mut spool = Spool::disk().state_folder(&state).bytes(4 << 20);
    if role == "writer" {
        spool = spool.by_system_calls();
    }
    let transport = Box::new(Within(Arc::clone(&down), Arc::clone(&taken)));
    let builder = on_disk(&state)
        .spool(spool)
        .transport(transport)
        .batch(20, 64 << 10, Duration::ZERO);
    let stream = without_back_off(builder).build().unwrap();
    let send = |range: std::ops::Range<u64>| {
        for number in range {
            stream
                .send(named(number as usize).message(message(number)))
                .unwrap();
            say(&format!("accepted {number}"));
            if stream.stats().in_memory == 0 {
                say(&format!("safe {number}"));
            }
        }
    };
    if role == "successor" {
        stream.start();
        wait_until("all is delivered", || {
            orphans(&state).iter().all(|path| !is_anothers(path, &state))
        });
        assert!(stream.close(AFTER_OUTAGE).is_complete());
        wait_until("all is gone", || segments_left(&state) == 0);
        return;
    }
    // Enough for a segment to be full, and to leave.
    send(first..first + 150);
    assert!(stream.flush(AFTER_OUTAGE).is_complete());
    wait_until("what others left is delivered", || {
        let stats = stream.stats();
        stats.inherited.pending == 0 && !stats.inherited.more
    });
    down.store(true, Ordering::SeqCst);
    if role == "spiller" {
        let lock = find(&state, "lock");
        std::fs::remove_file(&lock).unwrap();
        std::fs::create_dir(&lock).unwrap();
        send(first + 150..first + 900);
        std::fs::remove_dir(&lock).unwrap();
        wait_until("all is in files", || stream.stats().in_memory == 0);
        say(&format!("safe {}", first + 899));
    }
    send(first + 900..first + 1000);
    let _ = stream.close(Duration::ZERO);
}

fn find(state: &Path, name: &str) -> PathBuf {
    files(state)
        .into_iter()
        .find(|path| path.ends_with(name))
        .unwrap()
}

fn orphans(state: &Path) -> Vec<PathBuf> {
    let mut segments = segments(state);
    segments.retain(|path| !path.parent().unwrap().ends_with("quarantine"));
    segments
}

fn segments_left(state: &Path) -> usize {
    orphans(state).len()
}

/// Whether the segment lies in a folder other than the newest one, which is this process's own.
fn is_anothers(segment: &Path, state: &Path) -> bool {
    let newest = files(state)
        .into_iter()
        .filter(|path| path.ends_with("owner"))
        .max();
    segment.parent() != newest.as_deref().and_then(Path::parent)
}
