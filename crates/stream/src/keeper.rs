//! The keeper: the thread that waits for the disk, so that nobody else has to.
//!
//! One thread a stream with a spool, named `tnt4-spool`. It makes the next segment before the open one is full,
//! gives up the maps of full ones, writes to files what had to be taken into memory, tells the disk to write
//! everything down once a second (or as soon as somebody waits for that), makes room from what has expired, and
//! looks for the folders of the dead, first of all and then every minute.
//!
//! It goes by real time, also where a test drives the stream's clock: disks know no other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Dropped;
use crate::disk::{self, Disk};
use crate::queue::Next;
use crate::segment::{Segment, Writer};
use crate::shared::{Keeper, Shared, State};

/// How often the disk is told to write everything down, and what failed is tried again.
const SECOND: Duration = Duration::from_secs(1);
/// How often to look for the folders of the dead.
const MINUTE: Duration = Duration::from_secs(60);
/// How much is kept ready for writing in front of the writer: twice what was written in the last second, within these
/// bounds. What is ready is written down with the rest, so a stream with little to say must not have much ready.
const AHEAD: std::ops::RangeInclusive<u64> = 8 << 10..=2 << 20;
/// So many folders of the dead are held at once.
const INBOX: usize = 4;

/// Starts the keeper.
pub(crate) fn start(shared: &Arc<Shared>, disk: &Arc<Disk>, state: &mut State) {
    let (at_work, place) = (Arc::clone(shared), Arc::clone(disk));
    let spawned = std::thread::Builder::new()
        .name("tnt4-spool".to_owned())
        .spawn(move || {
            run(&at_work, &place);
            drop(place);
            at_work.keeper_ended();
        });
    match spawned {
        Ok(_) => state.keeper = Keeper::Busy,
        Err(error) => disk.say(&format!(
            "no thread could be started for the disk: {error}; raise the limit of processes and threads"
        )),
    }
}

/// What the lock was taken for.
struct Tasks {
    retired: Vec<Writer>,
    wanted: Option<u64>,
    in_memory: Vec<Arc<Segment>>,
    sync_wanted: bool,
    inbox_has_room: bool,
}

fn run(shared: &Shared, disk: &Disk) {
    let mut synced = Synced::default();
    let mut ticked: Option<Instant> = None;
    let mut looked: Option<Instant> = None;
    let mut more = true;
    loop {
        let look = looked.is_none_or(|looked| looked.elapsed() >= MINUTE);
        let tick = ticked.is_none_or(|ticked| ticked.elapsed() >= SECOND);
        if tick {
            ticked = Some(Instant::now());
            shared.lock().queue.try_disk_again();
        }
        let tasks = collect(shared);
        let idle = tasks.wanted.is_none() && tasks.retired.is_empty();
        tasks.retired.into_iter().for_each(disk::seal);
        if let Some(room) = tasks.wanted {
            provide(shared, disk, room);
        }
        for segment in &tasks.in_memory {
            spill(shared, disk, segment);
        }
        if tick || tasks.sync_wanted {
            sync(shared, &mut synced);
        }
        if look {
            looked = Some(Instant::now());
            disk.expire();
            more = true;
        }
        if more && tasks.inbox_has_room {
            more = adopt(shared, disk);
        }
        if tick || look {
            expire(shared, disk);
        }
        let state = shared.lock();
        if state.is_abandoned() {
            return;
        }
        if idle && !state.is_sync_wanted() && state.queue.wanted().is_none() {
            let until = |since: Option<Instant>, period: Duration| {
                since.map_or(Duration::ZERO, |since| period.saturating_sub(since.elapsed()))
            };
            let left = match state.queue.needs_disk() || state.is_unsynced() {
                true => until(ticked, SECOND),
                false => until(looked, MINUTE),
            };
            drop(shared.sleep_keeper(state, left.max(Duration::from_millis(1))));
        }
    }
}

fn collect(shared: &Shared) -> Tasks {
    let mut state = shared.lock();
    Tasks {
        retired: state.queue.take_retired(),
        wanted: state.queue.wanted(),
        in_memory: match state.queue.disk_failed() {
            true => Vec::new(),
            false => state.queue.lane.sealed_in_memory().cloned().collect(),
        },
        sync_wanted: state.is_sync_wanted(),
        inbox_has_room: state.inbox.len() < INBOX,
    }
}

fn provide(shared: &Shared, disk: &Disk, room: u64) {
    // A disk that was missing in the beginning may be there by now.
    let next = match disk.claim(shared) {
        Ok(()) => disk.make_next(shared, room),
        Err(_) => Next::Failed,
    };
    let mut state = shared.lock();
    if state.is_abandoned() {
        drop(state);
        if let Next::Ready { writer, .. } = next {
            disk::seal(writer);
        }
        return;
    }
    let ready = matches!(next, Next::Ready { .. });
    let recovered = state.queue.provide(next);
    if ready {
        shared.ring_room(&state);
    }
    drop(state);
    if recovered {
        disk.say("the disk takes records again");
    }
}

/// What is in memory only goes to a file, now that there is one.
fn spill(shared: &Shared, disk: &Disk, segment: &Arc<Segment>) {
    let Some(file) = disk.spill(segment) else {
        return;
    };
    let mut state = shared.lock();
    let replaced = state.queue.lane.replace(segment, &file);
    shared.ring_room(&state);
    drop(state);
    if !replaced {
        // All of it has been acknowledged meanwhile.
        let _ = file.remove();
    }
}

/// The segments that the disk has written down, each to its end at that time.
type Synced = Vec<(Arc<Segment>, u64)>;

/// Has the disk write down all that was accepted so far.
fn sync(shared: &Shared, synced: &mut Synced) {
    let (before, ends) = shared.begin_sync();
    for (segment, end) in &ends {
        let until = synced
            .iter()
            .find(|(other, _)| Arc::ptr_eq(other, segment))
            .map_or(0, |(_, until)| *until);
        if until != *end && segment.sync_data().is_ok() {
            // Writing a page down makes it read-only until it is touched again: that is not for producers to do.
            let ahead = (2 * (end - until)).clamp(*AHEAD.start(), *AHEAD.end());
            segment.populate(*end..*end + ahead);
        }
    }
    *synced = ends;
    let mut state = shared.lock();
    shared.confirm(&mut state, before);
}

/// Takes over folders of the dead, as many as are wanted; false where there are no more.
fn adopt(shared: &Shared, disk: &Disk) -> bool {
    let Some(orphans) = disk.orphans() else {
        return true;
    };
    for orphan in orphans {
        match orphan {
            Ok(folder) => {
                let mut state = shared.lock();
                state.inbox.push_back(folder);
                let full = state.inbox.len() >= INBOX;
                shared.ring_heir(&mut state);
                if full {
                    return true;
                }
            }
            Err(error) => disk.say(&error.to_string()),
        }
    }
    false
}

/// Drops what is too old, and follows up segments that are getting old.
fn expire(shared: &Shared, disk: &Disk) {
    let mut state = shared.lock();
    let first = state.queue.lane.first_unread();
    let expired = state.queue.lane.expire(|segment| {
        segment
            .identity()
            .is_some_and(|identity| disk.is_expired(identity.created_at))
    });
    if expired > 0 {
        state.ledger.lose_many(first, expired, Dropped::Expired);
        shared.ring_settled(&state);
    }
    let turnover = u64::try_from(disk.turnover().as_millis()).unwrap_or(u64::MAX);
    state.queue.turn_over(turnover);
}
