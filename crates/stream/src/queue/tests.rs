//! What the queue does where a whole stream would need luck to come by it.

use std::sync::Arc;

use super::*;
use crate::record::Draft;
use crate::segment::{Medium, Segment};
use crate::{Event, Severity};

const LIMITS: Limits = Limits {
    queue_bytes: 1 << 20,
    batch_records: 100,
    batch_bytes: 1 << 20,
    overflow: Overflow::DropNewest,
};

fn draft(length: usize, severity: Severity) -> Draft {
    let event = Event::new("x").message("y".repeat(length)).severity(severity);
    Draft::encode(&event.into()).unwrap()
}

fn info(length: usize) -> Draft {
    draft(length, Severity::Info)
}

/// A segment on disk with so much room.
fn ready(queue: &mut Queue, folder: &std::path::Path, room: u64, reserved: bool) -> Next {
    let identity = queue.identity();
    let path = folder.join(identity.number.to_string());
    let writer = Writer::create(&path, &identity, RECORDS + room, Medium::Written).unwrap();
    Next::Ready { writer, reserved }
}

#[track_caller]
fn accept(queue: &mut Queue, draft: &Draft) {
    assert_eq!(queue.append(&draft.frame().unwrap()).refused, None);
}

/// Reads and settles everything; what is left of the segments.
fn deliver(queue: &mut Queue) -> Vec<std::sync::Weak<Segment>> {
    let mut seen = Vec::new();
    while let Some(plan) = queue.lane.plan() {
        seen.push(Arc::downgrade(&plan.segment));
        let reading = crate::reading::read(&plan, &LIMITS, &mut Vec::new());
        assert!(queue.lane.loaded(&plan, &reading.reads).is_some());
        for record in &reading.records {
            assert!(queue.lane.settle(record.sequence));
        }
    }
    drop(queue.lane.collect());
    seen
}

#[test]
fn a_usual_segment_in_memory_is_as_long_as_the_spare_one() {
    let limits = Limits {
        queue_bytes: 32 << 20,
        ..LIMITS
    };
    assert_eq!(
        RECORDS + limits.memory_segment(),
        crate::segment::USUAL_MEMORY as u64
    );
}

#[test]
fn memory_that_is_not_needed_is_given_back() {
    let mut queue = Queue::new(LIMITS, false);
    let mut seen = Vec::new();
    for _ in 0..200 {
        (0..20).for_each(|_| accept(&mut queue, &info(1000)));
        seen.extend(deliver(&mut queue));
    }
    let left = seen.iter().filter(|segment| segment.strong_count() > 0).count();
    // The open one, which was looked at twice.
    assert!(seen.len() > 100 && left <= 2, "{left} of {}", seen.len());
}

#[test]
fn a_segment_that_is_too_small_is_given_back_for_a_larger_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut queue = Queue::new(LIMITS, true);
    let next = ready(&mut queue, folder.path(), 4096, false);
    let _ = queue.provide(next, 0);
    accept(&mut queue, &info(100_000));
    assert!(queue.wanted().is_some_and(|room| room >= 100_000));
    let small = queue.take_retired();
    assert_eq!((small.len(), small[0].count()), (1, 0));
    // Memory bridges the gap, and is left as soon as there is a file.
    let next = ready(&mut queue, folder.path(), 200_000, false);
    let _ = queue.provide(next, 0);
    assert_eq!(queue.lane.sealed_in_memory().count(), 1);
    accept(&mut queue, &info(100_000));
    assert_eq!(queue.lane.ends().count(), 1);
}

#[test]
fn what_is_kept_for_errors_is_for_all_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let mut queue = Queue::new(LIMITS, true);
    let next = ready(&mut queue, folder.path(), 4096, true);
    let _ = queue.provide(next, 0);
    let refused = |queue: &mut Queue| queue.append(&info(10).frame().unwrap()).refused;
    assert_eq!(refused(&mut queue), Some(Dropped::QueueFull));
    accept(&mut queue, &draft(10, Severity::Error));
    assert_eq!(
        refused(&mut queue),
        Some(Dropped::QueueFull),
        "also once it is open"
    );
    assert_eq!(queue.lane.memory_bytes(), 0, "memory is not the place");
    assert!(!queue.take_doubt());
    queue.look_again(0);
    assert!(queue.take_doubt() && !queue.take_doubt());
    queue.open_to_all();
    accept(&mut queue, &info(10));
}

#[test]
fn nothing_comes_into_memory_while_the_keeper_looks_for_room() {
    let folder = tempfile::tempdir().unwrap();
    let mut queue = Queue::new(LIMITS, true);
    let _ = queue.provide(Next::Full, 0);
    queue.try_disk_again();
    assert_eq!(queue.wanted(), Some(0));
    assert_eq!(
        queue.append(&info(10).frame().unwrap()).refused,
        Some(Dropped::QueueFull)
    );
    let _ = queue.provide(Next::Full, 0);
    assert_eq!(queue.wanted(), None, "until it is to look again");
    queue.try_disk_again();
    let next = ready(&mut queue, folder.path(), 4096, false);
    let _ = queue.provide(next, 0);
    accept(&mut queue, &info(10));
    assert_eq!(queue.lane.memory_bytes(), 0);
}

#[test]
fn one_record_drops_no_more_of_the_oldest_than_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        overflow: Overflow::DropOldest,
        ..LIMITS
    };
    let mut queue = Queue::new(limits, true);
    for _ in 0..4 {
        let next = ready(&mut queue, folder.path(), 4096, false);
        let _ = queue.provide(next, 0);
        accept(&mut queue, &info(3000));
    }
    let _ = queue.provide(Next::Full, 0);
    let appended = queue.append(&info(3000).frame().unwrap());
    assert_eq!(
        (appended.refused, appended.evicted, appended.keeper),
        (None, 1, true)
    );
    // The keeper has not made room yet.
    assert_eq!(queue.take_dropped().len(), 1);
    let appended = queue.append(&info(3000).frame().unwrap());
    assert_eq!((appended.refused, appended.evicted), (None, 0));
}

#[test]
fn what_was_dropped_in_vain_is_told() {
    let limits = Limits {
        queue_bytes: 64 << 10,
        overflow: Overflow::DropOldest,
        ..LIMITS
    };
    let mut queue = Queue::new(limits, false);
    (0..20).for_each(|_| accept(&mut queue, &info(2500)));
    let appended = queue.append(&info(55_000).frame().unwrap());
    assert_eq!((appended.refused, appended.evicted), (None, 19));
    assert_eq!(queue.lane.pending(), 2);
    let appended = queue.append(&info(56_000).frame().unwrap());
    assert_eq!(
        (appended.refused, appended.evicted),
        (Some(Dropped::QueueFull), 1),
        "the open one stays"
    );
    assert_eq!(queue.lane.pending(), 1);
}
