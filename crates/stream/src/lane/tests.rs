//! What holds for a lane, by example; `model` compares it with a naive one.

mod model;

use std::sync::Arc;

use uuid::Uuid;

use super::*;
use crate::segment::{Identity, Medium, RECORDS, Writer};

/// The length of each record, in bytes.
pub(super) const LENGTH: u64 = 40;

/// A segment in memory; what is in it does not matter here.
pub(super) fn memory(number: u64) -> Arc<Segment> {
    Writer::memory(&identity(number), RECORDS + 8)
        .unwrap()
        .segment()
        .clone()
}

pub(super) fn file(folder: &std::path::Path, number: u64) -> Arc<Segment> {
    let path = folder.join(number.to_string());
    let writer = Writer::create(&path, &identity(number), RECORDS + 8, Medium::Written).unwrap();
    writer.segment().clone()
}

fn identity(number: u64) -> Identity {
    Identity {
        number,
        stream: Uuid::nil(),
        created_at: number,
    }
}

/// A lane with a run for each number, of so many records.
fn lane(runs: &[u64]) -> Lane {
    let mut lane = Lane::default();
    for (number, count) in runs.iter().enumerate() {
        lane.push(memory(number as u64), Position::START, RECORDS, 0);
        append(&mut lane, *count);
    }
    lane
}

pub(super) fn append(lane: &mut Lane, count: u64) {
    for _ in 0..count {
        let end = lane.runs.back().unwrap().end;
        lane.appended(end + LENGTH);
    }
}

/// So many records, one after the other, as if they had been read after this plan.
pub(super) fn reads(plan: &Plan, count: u64) -> Vec<Read> {
    (1..=count)
        .map(|nth| Read {
            end: Position {
                offset: plan.from.offset + nth * LENGTH,
                index: plan.from.index + nth as u32,
            },
            records: 1,
            lost: false,
        })
        .collect()
}

/// Reads up to so many records of one run. Their sequence numbers.
fn load(lane: &mut Lane, count: u64) -> Vec<u64> {
    let Some(plan) = lane.plan() else {
        return Vec::new();
    };
    let count = count.min((plan.to - plan.from.offset) / LENGTH);
    assert_eq!(lane.loaded(&plan, &reads(&plan, count)), Some(0));
    (plan.first_sequence..plan.first_sequence + count).collect()
}

fn record(sequence: u64) -> Record {
    Record::alone(sequence, vec![b'x'; 10])
}

fn finished(settled: &Settled) -> Vec<u64> {
    settled
        .finished
        .iter()
        .map(|run| run.segment.identity().unwrap().number)
        .collect()
}

#[test]
fn records_come_in_their_order_over_all_runs() {
    let mut lane = lane(&[2, 0, 3]);
    assert_eq!((lane.pending(), lane.waiting()), (5, (5, 5 * LENGTH)));
    assert_eq!(load(&mut lane, 9), [0, 1]);
    assert_eq!(load(&mut lane, 1), [2]);
    assert_eq!(lane.first_waiting(), Some(3));
    assert_eq!(load(&mut lane, 9), [3, 4]);
    assert!(lane.plan().is_none());
    append(&mut lane, 1);
    assert_eq!(load(&mut lane, 9), [5]);
    assert_eq!((lane.pending(), lane.waiting()), (6, (0, 0)));
}

#[test]
fn what_is_settled_out_of_turn_is_acknowledged_in_turn() {
    let mut lane = lane(&[3]);
    let _ = load(&mut lane, 3);
    assert!(lane.settle(1) && !lane.settle(1) && !lane.settle(7));
    let settled = lane.collect();
    assert!(settled.acknowledged.is_none() && settled.finished.is_empty());
    assert_eq!(
        (lane.settled_before(), lane.pending_before(2), lane.pending()),
        (0, 1, 2)
    );
    assert!(lane.settle(0));
    let (_, position) = lane.collect().acknowledged.unwrap();
    assert_eq!((position.index, position.offset), (2, RECORDS + 2 * LENGTH));
    assert_eq!((lane.settled_before(), lane.pending()), (2, 1));
    // Asked again, it has nothing new to say.
    assert!(lane.collect().acknowledged.is_none());
}

#[test]
fn a_run_leaves_once_it_is_sealed_and_settled() {
    let mut lane = lane(&[1]);
    let _ = load(&mut lane, 1);
    lane.settle(0);
    let settled = lane.collect();
    assert!(settled.acknowledged.is_some() && settled.finished.is_empty());
    lane.seal();
    assert_eq!(finished(&lane.collect()), [0]);
    assert_eq!(lane.memory_bytes(), 0);
}

#[test]
fn a_run_leaves_although_one_before_it_stays() {
    let mut lane = lane(&[1, 1, 1]);
    (0..3).for_each(|_| drop(load(&mut lane, 1)));
    lane.settle(1);
    let settled = lane.collect();
    assert_eq!(finished(&settled), [1]);
    assert_eq!(settled.finished[0].acknowledged().index, 1);
    assert_eq!(lane.memory_bytes(), 2 * LENGTH);
    lane.settle(0);
    let settled = lane.collect();
    assert_eq!(finished(&settled), [0]);
    assert_eq!((lane.settled_before(), lane.memory_bytes()), (2, LENGTH));
}

#[test]
fn what_is_given_back_goes_first_and_in_its_order() {
    let mut lane = lane(&[6]);
    let _ = load(&mut lane, 4);
    lane.give_back([0, 1, 2, 3].map(record).into_iter());
    let taken = |lane: &mut Lane, records, bytes| {
        let taken = lane.take_returned(records, bytes);
        taken.iter().map(|record| record.sequence).collect::<Vec<_>>()
    };
    assert_eq!(lane.waiting(), (6, 2 * LENGTH + 40));
    assert_eq!(taken(&mut lane, 2, 1000), [0, 1]);
    lane.give_back([0].map(record).into_iter());
    assert_eq!(lane.first_waiting(), Some(0));
    assert_eq!(taken(&mut lane, 10, 20), [0, 2]);
    assert_eq!(taken(&mut lane, 0, 0), [3], "one in any case");
    assert!(taken(&mut lane, 10, 1000).is_empty());
    assert_eq!(load(&mut lane, 9), [4, 5]);
}

#[test]
fn a_plan_that_was_overtaken_does_not_hold() {
    let mut lane = lane(&[3, 3]);
    let plan = lane.plan().unwrap();
    assert_eq!(lane.evict(), 3);
    assert_eq!(lane.loaded(&plan, &reads(&plan, 3)), None);
    let plan = lane.plan().unwrap();
    let _ = lane.abandon();
    assert_eq!(lane.loaded(&plan, &reads(&plan, 3)), None);
    assert_eq!((lane.pending(), lane.lose_rest(&plan)), (0, 0));
}

#[test]
fn a_plan_holds_while_more_is_appended() {
    let mut lane = lane(&[2]);
    let plan = lane.plan().unwrap();
    append(&mut lane, 2);
    assert_eq!(lane.loaded(&plan, &reads(&plan, 2)), Some(0));
    assert_eq!(load(&mut lane, 9), [2, 3]);
}

#[test]
fn eviction_makes_room_at_once_behind_records_in_flight() {
    let mut lane = lane(&[4, 4, 4]);
    let _ = load(&mut lane, 2);
    assert_eq!(lane.evict(), 2);
    assert!(lane.take_finished().is_empty(), "two are in flight");
    assert_eq!(lane.evict(), 4);
    assert_eq!(lane.take_finished().len(), 1);
    assert_eq!(lane.memory_bytes(), 8 * LENGTH);
    assert_eq!(lane.evict(), 0, "the open one stays");
    assert_eq!((lane.pending(), lane.first_unread()), (6, 8));
    (0..2).for_each(|sequence| assert!(lane.settle(sequence)));
    let settled = lane.collect();
    assert_eq!(finished(&settled), [0]);
    assert!(!settled.finished[0].damaged);
    assert_eq!(lane.settled_before(), 8);
}

#[test]
fn what_is_too_old_is_dropped_from_the_front() {
    let mut lane = lane(&[1, 1, 1, 1]);
    let too_old = |segment: &Segment| segment.identity().unwrap().created_at != 2;
    assert_eq!(lane.expire(too_old), [0..1, 1..2]);
    assert_eq!(lane.take_finished().len(), 2);
    assert_eq!(
        (lane.settled_before(), lane.pending()),
        (2, 2),
        "nobody waits for what is gone"
    );
    let expired: Vec<u64> = lane.expire(|_| true).into_iter().flatten().collect();
    assert_eq!(expired, [2], "the open one stays");
}

#[test]
fn what_no_server_takes_is_dropped_when_it_is_too_old() {
    let mut lane = lane(&[3, 1]);
    let _ = load(&mut lane, 3);
    lane.settle(1);
    lane.give_back([0, 2].map(record).into_iter());
    let too_old = |segment: &Segment| segment.identity().unwrap().created_at == 0;
    assert_eq!(lane.expire(too_old), [0..1, 2..3]);
    assert_eq!(finished(&lane.collect()), [0]);
    assert_eq!((lane.settled_before(), lane.pending()), (3, 1));
    assert_eq!(lane.first_waiting(), Some(3));
}

#[test]
fn what_cannot_be_read_is_lost_and_its_run_damaged() {
    let mut lane = lane(&[4, 1]);
    let plan = lane.plan().unwrap();
    let mut some = reads(&plan, 2);
    some[1].lost = true;
    assert_eq!(lane.loaded(&plan, &some), Some(1));
    assert_eq!(lane.lose_rest(&plan), 2);
    assert_eq!((lane.pending(), lane.settled_before()), (2, 0));
    lane.settle(0);
    let settled = lane.collect();
    assert_eq!(finished(&settled), [0]);
    assert!(settled.finished[0].damaged);
    assert_eq!(load(&mut lane, 9), [4]);
}

#[test]
fn a_gap_counts_as_many_records_as_it_has_taken() {
    let mut lane = lane(&[5]);
    let plan = lane.plan().unwrap();
    let mut gap = reads(&plan, 4);
    gap.drain(..3);
    (gap[0].records, gap[0].lost) = (4, true);
    assert_eq!(lane.loaded(&plan, &gap), Some(4));
    assert_eq!((lane.pending(), lane.first_waiting()), (1, Some(4)));
    let (_, position) = lane.collect().acknowledged.unwrap();
    assert_eq!(position.index, 4);
    // And never more than there were.
    let plan = lane.plan().unwrap();
    gap[0].end.offset += 2 * LENGTH;
    assert_eq!(lane.loaded(&plan, &gap), Some(1));
    assert_eq!(
        (lane.pending(), lane.first_waiting(), lane.next_sequence()),
        (0, None, 5)
    );
}

#[test]
fn a_file_takes_the_place_of_memory() {
    let folder = tempfile::tempdir().unwrap();
    let mut lane = lane(&[2, 2]);
    assert_eq!(lane.first_in_memory(&[]), Some(0));
    let old = lane.sealed_in_memory().next().unwrap().clone();
    assert_eq!(lane.first_in_memory(&[Arc::downgrade(&old)]), Some(2));
    let plan = lane.plan().unwrap();
    assert!(lane.replace(&old, &file(folder.path(), 0)));
    assert!(
        !lane.replace(&old, &file(folder.path(), 9)),
        "it is there no more"
    );
    assert_eq!((lane.memory_bytes(), lane.ends().count()), (2 * LENGTH, 1));
    assert_eq!(lane.sealed_in_memory().count(), 0, "the open one is not sealed");
    assert_eq!(
        lane.loaded(&plan, &reads(&plan, 2)),
        Some(0),
        "what was read from memory is the same"
    );
    lane.settle(0);
    let (segment, _) = lane.collect().acknowledged.unwrap();
    assert!(!segment.is_memory());
    lane.settle(1);
    assert_eq!(finished(&lane.collect()), [0]);
    assert_eq!(lane.memory_bytes(), 2 * LENGTH);
}

#[test]
fn what_is_abandoned_is_told_run_by_run() {
    let mut lane = lane(&[2, 3, 1]);
    let _ = load(&mut lane, 2);
    let _ = load(&mut lane, 1);
    lane.settle(0);
    let _ = lane.collect();
    let runs = lane.abandon();
    let unsettled: Vec<u64> = runs.iter().map(Run::unsettled).collect();
    assert_eq!(unsettled, [1, 3, 1]);
    assert_eq!(runs[0].acknowledged().index, 1);
    assert_eq!(
        (lane.pending(), lane.memory_bytes(), lane.waiting()),
        (0, 0, (0, 0))
    );
    assert_eq!(lane.settled_before(), 6);
    assert!(!lane.settle(1), "the verdict comes too late");
    lane.push(memory(7), Position::START, RECORDS, 0);
    append(&mut lane, 1);
    assert_eq!(load(&mut lane, 1), [6]);
}
