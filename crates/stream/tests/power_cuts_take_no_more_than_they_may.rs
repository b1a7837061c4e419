//! The power fails at any moment. With `Spool::synchronous` everything is there that `send` has returned for; by default
//! everything that was accepted before the last sync, of which there is one each second.
//!
//! No power is cut: a model of the disk is told of each sync, and knows what would survive. After the cut a new stream
//! finds exactly that, or that and any part of the rest. `TNT4_POWER_CUTS=1000` tries more.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![cfg(unix)]

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use support::chance::Chance;
use support::platter::{Cut, Platter};
use support::world::{World, message};
use support::{
    AFTER_OUTAGE, Spoken, assert_adds_up, named, on_disk, temporary_folder, wait_until, without_back_off,
};
use tnt4::{Diagnostics, Spool, Stream, durable};

/// What happens before the power fails.
#[derive(Debug, Clone)]
enum Action {
    /// So many are sent by each thread.
    Send(u64),
    Down(bool),
    Flush,
    /// The disk takes nothing while so many are sent, and then it does again.
    Outage(u64),
    /// The stream is closed, and another one begins.
    Reopen,
}

#[derive(Debug, Clone)]
struct Story {
    actions: Vec<Action>,
    /// The power fails after so many syncs, or at the end.
    syncs: u64,
    /// What survives of that which was not synced; nothing where there is no number.
    rest: Option<u64>,
}

fn stories(most_actions: usize, most_syncs: u64) -> impl Strategy<Value = Story> {
    let action = prop_oneof![
        8 => (1_u64..60).prop_map(Action::Send),
        2 => any::<bool>().prop_map(Action::Down),
        1 => Just(Action::Flush),
        1 => (1_u64..300).prop_map(Action::Outage),
        1 => Just(Action::Reopen),
    ];
    let actions = proptest::collection::vec(action, 1..most_actions);
    let rest = proptest::option::of(any::<u64>());
    (actions, 0..most_syncs, rest).prop_map(|(actions, syncs, rest)| Story { actions, syncs, rest })
}

fn cases(few: u32) -> ProptestConfig {
    let wanted = std::env::var("TNT4_POWER_CUTS").ok();
    ProptestConfig {
        cases: wanted.and_then(|count| count.parse().ok()).unwrap_or(few),
        max_shrink_iters: 50,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn what_send_has_returned_for_is_there(story in stories(12, 120)) {
        let cut = play(&story, &Spool::synchronous(), 3);
        assert_survive(&cut, &cut.accepted, story.rest);
    }
}

proptest! {
    // Each waits for a sync, and so about a second.
    #![proptest_config(cases(4))]

    #[test]
    fn by_default_what_the_last_sync_was_for(story in stories(12, 12)) {
        let cut = play(&story, &Spool::disk(), 1);
        let confirmed = cut.accepted.iter().take(cut.confirmed as usize).copied();
        assert_survive(&cut, &confirmed.collect(), story.rest);
    }
}

#[test]
fn a_disk_that_does_not_confirm_keeps_nobody_waiting() {
    let (root, world) = (temporary_folder(), Arc::new(World::default()));
    let (platter, spoken) = (Platter::below(root.path(), &world), Spoken::new("worn-out"));
    let _watch = durable::watch(root.path(), Arc::clone(&platter) as _);
    world.down.store(true, Ordering::SeqCst);
    let stream = open(root.path(), &Spool::synchronous(), &world, spoken.diagnostics());
    let send = |numbers: std::ops::Range<usize>| {
        for number in numbers {
            stream
                .send(named(number).message(message(number as u64)))
                .unwrap();
        }
    };
    let said = || {
        let lines = spoken.lines();
        let count = |what: &str| lines.iter().filter(|line| line.contains(what)).count();
        (count("does not confirm"), count("confirms records again"))
    };
    // The disk is well when the folder is made.
    send(0..1);
    for round in 0..2 {
        platter.fail(true);
        let (syncs, confirmed) = (platter.syncs(), platter.confirmed());
        send(round * 30 + 1..round * 30 + 11);
        assert!(platter.syncs() > syncs, "it was tried");
        assert_eq!(platter.confirmed(), confirmed);
        assert_eq!(said(), (round + 1, round));
        platter.fail(false);
        send(round * 30 + 11..round * 30 + 31);
        wait_until("it says so", || said() == (round + 1, round + 1));
    }
    world.down.store(false, Ordering::SeqCst);
    assert!(stream.close(AFTER_OUTAGE).is_complete());
    assert_eq!(world.taken.lock().unwrap().len(), 61);
}

fn open(state: &Path, spool: &Spool, world: &Arc<World>, diagnostics: Diagnostics) -> Stream {
    let spool = spool.clone().state_folder(state).bytes(4 << 20);
    let builder = on_disk(state).spool(spool).transport(Box::new(world.line()));
    let builder = builder.batch(20, 64 << 10, Duration::ZERO);
    without_back_off(builder)
        .diagnostics(diagnostics)
        .build()
        .unwrap()
}

/// What there is when the power fails.
fn play(story: &Story, spool: &Spool, threads: u64) -> Cut {
    let world = Arc::new(World::default());
    let root = temporary_folder();
    // Which the stream makes, and the folder above it.
    let state = root.path().join("home/state");
    let platter = Platter::below(root.path(), &world);
    let _watch = durable::watch(root.path(), Arc::clone(&platter) as _);
    let mut stream = open(&state, spool, &world, Diagnostics::off());
    let next = AtomicU64::new(0);
    let send = |stream: &Stream, count: u64| {
        for _ in 0..count {
            let number = next.fetch_add(1, Ordering::SeqCst);
            if stream
                .send(named(number as usize).message(message(number)))
                .is_ok()
            {
                platter.accept(number);
            }
        }
    };
    platter.cut_after(story.syncs);
    for action in &story.actions {
        match action {
            Action::Send(count) => std::thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| send(&stream, *count));
                }
            }),
            Action::Down(down) => world.down.store(*down, Ordering::SeqCst),
            Action::Flush if world.down.load(Ordering::SeqCst) => {}
            Action::Flush => drop(stream.flush(AFTER_OUTAGE)),
            // How many are confirmed is said of one stream.
            Action::Reopen | Action::Outage(_) if threads == 1 => {}
            Action::Outage(count) => {
                // Its folder is made with the first.
                send(&stream, 1);
                let first = next.load(Ordering::SeqCst);
                break_disk(&state, true);
                for number in first..first + count {
                    let _ = stream.send(named(number as usize).message(message(number)));
                }
                break_disk(&state, false);
                wait_until("memory is in files", || stream.stats().in_memory == 0);
                next.fetch_add(*count, Ordering::SeqCst);
                // Who waits for this one waits for those before.
                send(&stream, 1);
                (first..first + count).for_each(|number| platter.accept(number));
            }
            Action::Reopen => {
                let _ = stream.close(Duration::ZERO);
                stream = open(&state, spool, &world, Diagnostics::off());
            }
        }
        assert_adds_up(&stream.stats());
    }
    if threads == 1 {
        send(&stream, 1);
        let sent = next.load(Ordering::SeqCst);
        wait_until("the disk is told within a while", || platter.confirmed() >= sent);
        // What comes now is not confirmed, and may be lost.
        send(&stream, 5);
    }
    let cut = platter.cut();
    world.down.store(true, Ordering::SeqCst);
    let _ = stream.close(Duration::ZERO);
    cut
}

/// A disk that takes nothing new: the lock, without which nothing is made, cannot be had.
fn break_disk(state: &Path, broken: bool) {
    let spool = std::fs::read_dir(state.join("spool")).unwrap().next();
    let lock = spool.unwrap().unwrap().path().join("lock");
    if broken {
        // Whoever needs it next makes it again.
        let _ = std::fs::remove_file(&lock);
        std::fs::create_dir(&lock).unwrap();
    } else {
        std::fs::remove_dir(&lock).unwrap();
    }
}

/// A new stream delivers all of these that had not been delivered before.
#[track_caller]
fn assert_survive(cut: &Cut, owed: &BTreeSet<u64>, rest: Option<u64>) {
    let mut chance = rest.map(Chance);
    let survivors = cut.survivors(chance.as_mut());
    let world = Arc::new(World::default());
    let state = survivors.path().join("home/state");
    let stream = open(&state, &Spool::disk(), &world, Diagnostics::off());
    stream.start();
    wait_until("what is left is delivered", || {
        let stats = stream.stats();
        stats.pending == 0 && !stats.inherited.more
    });
    assert!(stream.close(AFTER_OUTAGE).is_complete());
    assert_adds_up(&stream.stats());
    let taken = world.taken.lock().unwrap();
    let arrived = |number: &&u64| cut.taken.contains(number) || taken.contains_key(number);
    let lost: Vec<_> = owed.iter().filter(|number| !arrived(number)).collect();
    assert!(lost.is_empty(), "{lost:?} of {} are lost", owed.len());
}
