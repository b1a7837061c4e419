//! Sizes come from the files, and bounds hold over all who share them.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, SystemTime};

use super::*;

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn usage_is_what_the_files_say() {
    let state = tempfile::tempdir().unwrap();
    let destination = open(state.path());
    let label = destination.usage().unwrap();
    assert_eq!(
        label,
        fs::metadata(destination.path().join("destination"))
            .unwrap()
            .len()
    );
    let dead = claim_with_segment(&destination, 1_000);
    let living = claim_with_segment(&destination, 200);
    let mut letters = dead.dead_letters(1 << 20);
    letters.append(SystemTime::now(), "why", "", b"{}").unwrap();
    let letters = fs::read_dir(destination.path().join("dead-letters")).unwrap();
    let letters: u64 = letters
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    drop(dead);

    // Another process, another day.
    let again = open(state.path());
    assert_eq!(again.usage().unwrap(), label + letters + 1_200);
    assert_eq!(
        again.with_guard(PATIENCE, |usage| usage).unwrap(),
        label + letters + 1_200
    );
    living.remove_segment(1).unwrap();
    assert_eq!(again.usage().unwrap(), label + letters + 1_000);
}

#[test]
fn a_bound_under_the_guard_is_exact() {
    let state = tempfile::tempdir().unwrap();
    let first = open(state.path());
    let bound = first.usage().unwrap() + 10 * 1_000;
    let start = Barrier::new(4);
    let created: usize = thread::scope(|scope| {
        let create = || {
            let destination = open(state.path());
            let folder = destination.claim().unwrap();
            start.wait();
            let within = |usage: u64| {
                let fits = usage + 1_000 <= bound;
                if fits {
                    fs::write(folder.segment_path(folder.next_number()), [7; 1_000]).unwrap();
                }
                fits
            };
            (0..10)
                .filter(|_| destination.with_guard(PATIENCE, within).unwrap())
                .count()
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(create)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(created, 10);
    assert_eq!(first.usage().unwrap(), bound);
}

#[test]
fn nobody_waits_for_ever() {
    let state = tempfile::tempdir().unwrap();
    let destination = open(state.path());
    let inner = destination.with_guard(PATIENCE, |_| {
        destination.with_guard(Duration::from_millis(5), |_| ())
    });
    let error = inner.unwrap().unwrap_err();
    assert!(matches!(error, SpoolError::Busy { .. }), "{error}");
    destination.with_guard(Duration::ZERO, |_| ()).unwrap();
}

#[test]
fn a_lock_that_was_removed_by_hand_is_made_again() {
    let state = tempfile::tempdir().unwrap();
    let destination = open(state.path());
    fs::remove_file(destination.path().join("lock")).unwrap();
    destination.with_guard(Duration::ZERO, |_| ()).unwrap_err();
    destination.with_guard(PATIENCE, |_| ()).unwrap();
}

/// Sets back a file's time of modification by so many days.
fn age(path: &Path, days: u64) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(days * 86_400))
        .unwrap();
}

#[test]
fn the_oldest_of_the_quarantine_makes_room() {
    let state = tempfile::tempdir().unwrap();
    let destination = open(state.path());
    let folder = destination.claim().unwrap();
    let quarantine = |number: u64, bytes: usize, days: u64| {
        fs::write(folder.segment_path(number), vec![7; bytes]).unwrap();
        age(&folder.segment_path(number), days);
        folder.quarantine(number, 1_000).unwrap()
    };
    let kept = |number: u64| {
        let name = format!("{}-{number:010}.segment", folder.id());
        Quarantined::Kept(destination.path().join("quarantine").join(name))
    };
    assert_eq!(quarantine(1, 400, 3), kept(1));
    assert_eq!(quarantine(2, 400, 5), kept(2));
    assert_eq!(quarantine(3, 600, 9), kept(3));
    assert_eq!(quarantine(4, 1_001, 1), Quarantined::TooLong);
    let left = names_in(&destination.path().join("quarantine"));
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left[0].ends_with("-0000000001.segment") && left[1].ends_with("-0000000003.segment"));
    assert_eq!(folder.segments().unwrap(), []);
}

#[test]
fn what_is_kept_for_people_expires() {
    let state = tempfile::tempdir().unwrap();
    let destination = open(state.path());
    let folder = claim_with_segment(&destination, 10);
    let spent = folder.segment_path(1);
    age(&spent, 100);
    for (number, days) in [(2, 8), (3, 6)] {
        fs::write(folder.segment_path(number), [7; 100]).unwrap();
        age(&folder.segment_path(number), days);
        folder.quarantine(number, 1_000).unwrap();
    }
    folder
        .dead_letters(1_000)
        .append(SystemTime::now(), "why", "", b"{}")
        .unwrap();
    let old = destination.path().join("dead-letters/old.ndjson");
    fs::write(&old, [7; 11]).unwrap();
    age(&old, 8);

    let expired = destination
        .expire(Duration::from_secs(7 * 86_400), SystemTime::now())
        .unwrap();
    assert_eq!(expired, Expired { files: 2, bytes: 111 });
    assert!(spent.exists(), "records that wait do not expire here");
    assert_eq!(names_in(&destination.path().join("dead-letters")).len(), 1);
    assert_eq!(names_in(&destination.path().join("quarantine")).len(), 1);
    assert_eq!(
        destination.expire(Duration::MAX, SystemTime::now()).unwrap(),
        Expired::default()
    );
}
