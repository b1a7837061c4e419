//! The syncer: the thread that has the disk write everything down, once a second or as soon as somebody waits for it.
//!
//! One thread a stream with a spool, named `tnt4-sync`. A record that is in a file survives the process without it;
//! this is for power cuts. On a busy disk a sync takes as long as a second, so it is nobody else's affair.
//!
//! The names of the folders are written down before anything is confirmed, and with each new segment its own. A sync
//! that fails confirms nothing, and is said once until one succeeds; who waits goes on all the same, as the record is
//! accepted and in its file, and the disk may never say more.

use std::ops::RangeInclusive;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::disk::Disk;
use crate::segment::{Segment, is_passing};
use crate::shared::{Keeper, Shared, State};
use crate::{durable, keeper, own_thread};

/// How often the disk is told to write everything down.
const SECOND: Duration = Duration::from_secs(1);
/// How soon to look again where somebody waits for what the keeper has not brought to the disk yet.
const SOON: Duration = Duration::from_millis(1);
/// How long to sleep where nothing is to be written down.
const LONG: Duration = Duration::from_secs(3600);
/// How much is kept ready for writing in front of the writer: twice what was written in the last second, within these
/// bounds. What is ready is written down with the rest, so a stream with little to say must not have much ready.
const AHEAD: RangeInclusive<u64> = 8 << 10..=2 << 20;

/// What the disk has been told to write down.
#[derive(Default)]
struct Synced {
    segments: Vec<Told>,
    /// Whether the last that was tried failed.
    failing: bool,
}

/// A segment that the disk has been told to write down. One that is done with is not held: a file that is removed takes
/// room as long as it is open.
struct Told {
    segment: Weak<Segment>,
    /// Its end at that time.
    until: u64,
    /// Whether that failed once. To try again would not help: the system has forgotten what it could not write.
    failed: bool,
}

/// Starts the syncer.
pub(crate) fn start(shared: &Arc<Shared>, disk: &Arc<Disk>, state: &mut State) {
    let (at_work, place) = (Arc::clone(shared), Arc::clone(disk));
    let spawned = own_thread::spawn("tnt4-sync", move || {
        let _ended = at_work.at_the_end(Shared::syncer_ended);
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
    let mut trouble = disk.sync_names().err().map(|error| error.to_string());
    let mut told = Vec::with_capacity(ends.len());
    let mut tried = false;
    for (segment, end) in &ends {
        let known = synced.of(segment);
        let until = known.map_or(0, |told| told.until);
        let mut failed = known.is_some_and(|told| told.failed);
        if until < *end {
            let written = match known {
                Some(_) => segment.sync_data(),
                // Its name, too, is to survive a power cut.
                None => segment.sync_creation(),
            };
            tried = true;
            if let Err(error) = written {
                // All of it may have arrived meanwhile, so that it was removed.
                if !shared.holds(segment) {
                    continue;
                }
                let passing = is_passing(&error);
                trouble.get_or_insert_with(|| error.to_string());
                if passing {
                    shared.sync_again();
                    continue;
                }
                failed = true;
            }
            // Writing a page down makes it read-only until it is touched again: that is not for producers to do.
            let ahead = (2 * (end - until)).clamp(*AHEAD.start(), *AHEAD.end());
            segment.populate(*end..*end + ahead);
        }
        told.push(Told {
            segment: Arc::downgrade(segment),
            until: *end,
            failed,
        });
    }
    synced.segments = told;
    drop(ends);
    keeper::move_out(shared, disk);
    let well = trouble.is_none();
    synced.say(disk, trouble, tried);
    if well
        && !synced.segments.iter().any(|told| told.failed)
        && let Some(folder) = disk.folder()
    {
        durable::confirmed(&folder, before);
    }
    shared.confirm(before)
}

impl Synced {
    fn of(&self, segment: &Arc<Segment>) -> Option<&Told> {
        self.segments
            .iter()
            .find(|told| std::ptr::eq(told.segment.as_ptr(), Arc::as_ptr(segment)))
    }

    /// Says what has changed about the disk.
    fn say(&mut self, disk: &Disk, trouble: Option<String>, tried: bool) {
        match trouble {
            // What there is to say of that is said elsewhere.
            Some(_) if disk.is_lost() => {}
            Some(trouble) if !self.failing => {
                self.failing = true;
                disk.say(&format!(
                    "the disk does not confirm records, which a power cut may take: {trouble}"
                ));
            }
            None if tried && self.failing => {
                self.failing = false;
                disk.say("the disk confirms records again");
            }
            _ => {}
        }
    }
}
