//! The syncer: the thread that has the disk write everything down, once a second or as soon as somebody waits for it.
//!
//! One thread a stream with a spool, named `tnt4-sync`. A record that is in a file survives the process without it;
//! this is for power cuts. On a busy disk a sync takes as long as a second, so it is nobody else's affair.

use std::ops::RangeInclusive;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::disk::Disk;
use crate::keeper;
use crate::segment::Segment;
use crate::shared::{Keeper, Shared, State};

/// How often the disk is told to write everything down.
const SECOND: Duration = Duration::from_secs(1);
/// How soon to look again where somebody waits for what the keeper has not brought to the disk yet.
const SOON: Duration = Duration::from_millis(1);
/// How long to sleep where nothing is to be written down.
const LONG: Duration = Duration::from_secs(3600);
/// How much is kept ready for writing in front of the writer: twice what was written in the last second, within these
/// bounds. What is ready is written down with the rest, so a stream with little to say must not have much ready.
const AHEAD: RangeInclusive<u64> = 8 << 10..=2 << 20;

/// The segments that the disk has written down, each to its end at that time. Those that are done with are not held: a
/// file that is removed takes room as long as it is open.
type Synced = Vec<(Weak<Segment>, u64)>;

/// Starts the syncer.
pub(crate) fn start(shared: &Arc<Shared>, disk: &Arc<Disk>, state: &mut State) {
    let (at_work, place) = (Arc::clone(shared), Arc::clone(disk));
    let spawned = std::thread::Builder::new()
        .name("tnt4-sync".to_owned())
        .spawn(move || {
            let _ended = Ended(&at_work);
            run(&at_work, &place);
        });
    match spawned {
        Ok(_) => state.syncer = Keeper::Busy,
        Err(error) => disk.say(&format!(
            "nothing is written down for power cuts: no thread could be started for the disk ({error}); raise the \
             limit of processes and threads"
        )),
    }
}

/// Also where the syncer panics, nobody waits for it.
struct Ended<'a>(&'a Shared);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.syncer_ended();
    }
}

fn run(shared: &Shared, disk: &Disk) {
    let mut synced = Synced::default();
    let mut ticked: Option<Instant> = None;
    loop {
        let left = ticked.map_or(Duration::ZERO, |ticked| SECOND.saturating_sub(ticked.elapsed()));
        let state = shared.lock();
        if state.is_abandoned() {
            return;
        }
        let due = state.is_unsynced() && left.is_zero();
        if !due && !state.is_sync_wanted() {
            let sleep = if state.is_unsynced() { left } else { LONG };
            drop(shared.sleep_syncer(state, sleep));
            continue;
        }
        drop(state);
        ticked = Some(Instant::now());
        if !sync(shared, disk, &mut synced) {
            // What somebody waits for is still on its way from memory.
            drop(shared.sleep_syncer(shared.lock(), SOON));
        }
    }
}

/// Has the disk write down all that was accepted so far; false where that confirmed nothing new.
fn sync(shared: &Shared, disk: &Disk, synced: &mut Synced) -> bool {
    let (before, ends) = shared.begin_sync();
    for (segment, end) in &ends {
        let known = synced
            .iter()
            .find(|(other, _)| std::ptr::eq(other.as_ptr(), Arc::as_ptr(segment)));
        let until = known.map_or(0, |(_, until)| *until);
        if until == *end {
            continue;
        }
        let written = match known {
            Some(_) => segment.sync_data(),
            // Its name, too, is to survive a power cut.
            None => segment.sync_creation(),
        };
        if let Err(error) = written {
            // To try again would not help: the system has forgotten what it could not write.
            disk.say_once(&format!(
                "the disk does not confirm records, which a power cut may take: {error}"
            ));
        }
        // Writing a page down makes it read-only until it is touched again: that is not for producers to do.
        let ahead = (2 * (end - until)).clamp(*AHEAD.start(), *AHEAD.end());
        segment.populate(*end..*end + ahead);
    }
    *synced = ends
        .iter()
        .map(|(segment, end)| (Arc::downgrade(segment), *end))
        .collect();
    drop(ends);
    keeper::move_out(shared, disk);
    shared.confirm(before)
}
