//! The keeper: the thread that waits for the disk, so that nobody else has to.
//!
//! One thread a stream with a spool, named `tnt4-spool`. It makes the next segment before the open one is full,
//! gives up the maps of full ones, writes to files what had to be taken into memory, makes room from what has
//! expired, and looks for the folders of the dead, first of all and then every minute. Having the disk write
//! everything down takes longest, and would make the next segment late: that is the [syncer](crate::syncer)'s.
//!
//! It goes by real time, also where a test drives the stream's clock: disks know no other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::calendar::millis;
use crate::disk::{self, Disk};
use crate::lane::Run;
use crate::queue::Next;
use crate::segment::{Segment, Writer};
use crate::shared::{Keeper, Shared, State};
use crate::{crash, own_thread, syncer};

/// How often what failed is tried again.
const SECOND: Duration = Duration::from_secs(1);
/// How often to look for the folders of the dead.
const MINUTE: Duration = Duration::from_secs(60);
/// After how many such looks those are tried again that could not be read: it may have been for want of something.
const LOOKS: u32 = 10;
/// So many folders of the dead are held at once.
const INBOX: usize = 4;

/// Starts the keeper.
pub(crate) fn start(shared: &Arc<Shared>, disk: &Arc<Disk>, state: &mut State) {
    let (at_work, place) = (Arc::clone(shared), Arc::clone(disk));
    let spawned = own_thread::spawn("tnt4-spool", move || {
        let _ended = at_work.at_the_end(Shared::keeper_ended);
        run(&at_work, &place);
        drop(place);
    });
    match spawned {
        Ok(_) => {
            state.keeper = Keeper::Busy;
            state.looking = true;
            syncer::start(shared, disk, state);
        }
        Err(error) => {
            state.queue.give_up_disk();
            state.begun = true;
            disk.say(&format!(
                "records are kept in memory only: no thread could be started for the disk ({error}); raise the \
                 limit of processes and threads"
            ));
        }
    }
}

/// What the lock was taken for.
struct Tasks {
    retired: Vec<Writer>,
    dropped: Vec<Run>,
    wanted: Option<u64>,
    doubt: bool,
    inbox_has_room: bool,
}

fn run(shared: &Shared, disk: &Disk) {
    let mut ticked: Option<Instant> = None;
    let mut looked: Option<Instant> = None;
    let mut expired: Option<Instant> = None;
    // As exactly as records are to be kept.
    let exactly = disk.turnover().clamp(SECOND, MINUTE);
    let (mut more, mut looks) = (true, 0_u32);
    let (first, bridges) = disk.make_first(shared);
    hand_over(shared, disk, first, bridges);
    shared.begun();
    loop {
        let look = left(looked, MINUTE).is_zero();
        let tick = left(ticked, SECOND).is_zero();
        if left(expired, exactly).is_zero() {
            expired = Some(Instant::now());
            expire(shared, disk);
        }
        if tick {
            ticked = Some(Instant::now());
            shared.lock().queue.try_disk_again();
        }
        let tasks = collect(shared);
        // Room first: what is dropped makes some, and nothing else may be late.
        disk.discard(tasks.dropped);
        let moved = tasks.wanted.is_some_and(|room| provide(shared, disk, room));
        tasks.retired.into_iter().for_each(disk::seal);
        if moved {
            rescue(shared, disk);
        }
        if tasks.doubt {
            open_to_all(shared, disk);
        }
        spill(shared, disk);
        if look {
            looked = Some(Instant::now());
            looks += 1;
            if looks.is_multiple_of(LOOKS) {
                shared.lock().left_alone.clear();
            }
            disk.expire();
            more = true;
            move_out(shared, disk);
        }
        if more && tasks.inbox_has_room {
            more = adopt(shared, disk);
            // Without a place of its own on disk it has no predecessors there either.
            shared.looked(more && disk.folder().is_some());
        }
        let state = shared.lock();
        if state.is_abandoned() {
            return;
        }
        // The worker may have emptied the inbox while nobody slept whom it could have rung.
        let can_adopt = state.looking && state.inbox.len() < INBOX;
        if !state.queue.has_chores() && !can_adopt {
            let mut sleep = left(looked, MINUTE).min(left(expired, exactly));
            if state.queue.needs_disk() {
                sleep = sleep.min(left(ticked, SECOND));
            }
            drop(shared.sleep_keeper(state, sleep.max(Duration::from_millis(1))));
        }
    }
}

/// What is left of a period since then; nothing where it was never.
fn left(since: Option<Instant>, period: Duration) -> Duration {
    since.map_or(Duration::ZERO, |since| period.saturating_sub(since.elapsed()))
}

fn collect(shared: &Shared) -> Tasks {
    let mut state = shared.lock();
    Tasks {
        retired: state.queue.take_retired(),
        dropped: state.queue.take_dropped(),
        wanted: state.queue.wanted(),
        doubt: state.queue.take_doubt(),
        inbox_has_room: state.inbox.len() < INBOX,
    }
}

/// What was kept for errors and above is for all, where there is room again.
fn open_to_all(shared: &Shared, disk: &Disk) {
    if disk.has_room_for_all() {
        let mut state = shared.lock();
        state.queue.open_to_all();
        shared.ring_room(&state);
    }
}

/// Comes with the next segment. Whether that lies in a new folder, as somebody has removed the one before.
fn provide(shared: &Shared, disk: &Disk, room: u64) -> bool {
    let lost = disk.is_lost();
    // A disk that was missing in the beginning may be there by now.
    let (next, bridges) = match disk.claim(shared) {
        Ok(()) => match disk.make_next(shared, room) {
            // Where there is no room for one record that is long, there may be for others.
            (Next::Full, _) if room > 0 => disk.make_next(shared, 0),
            made => made,
        },
        Err(error) => {
            disk.say_unclaimed(&error);
            (Next::Failed, 0)
        }
    };
    hand_over(shared, disk, next, bridges) && lost
}

/// Puts the next segment where it is wanted; whether there is one.
fn hand_over(shared: &Shared, disk: &Disk, next: Next, bridges: u64) -> bool {
    let mut state = shared.lock();
    if state.is_abandoned() {
        drop(state);
        disk.take_back(next);
        return false;
    }
    let ready = matches!(next, Next::Ready { .. });
    let recovered = state.queue.provide(next, bridges);
    if ready {
        shared.ring_room(&state);
    }
    drop(state);
    if recovered {
        disk.say("the disk takes records again");
    }
    ready
}

/// Nothing more goes into the files of a folder that somebody has removed.
pub(crate) fn move_out(shared: &Shared, disk: &Disk) {
    if disk.is_lost() {
        let mut state = shared.lock();
        state.queue.leave_folder();
        shared.ring_keeper(&mut state);
    }
}

/// What lies in files without a name goes to new ones, as long as they are open.
fn rescue(shared: &Shared, disk: &Disk) {
    let (retired, files): (_, Vec<_>) = {
        let mut state = shared.lock();
        (state.queue.take_retired(), state.queue.lane.ends().collect())
    };
    retired.into_iter().for_each(disk::seal);
    for (segment, _) in files {
        if !segment.is_in_place() {
            bring_to_file(shared, disk, &segment);
        }
    }
}

/// What is in memory only goes to files, where the disk takes it.
fn spill(shared: &Shared, disk: &Disk) {
    let in_memory: Vec<Arc<Segment>> = {
        let state = shared.lock();
        match state.queue.disk_takes_nothing() {
            true => {
                drop(state);
                shared.lock().tried = Vec::new();
                return;
            }
            false => state.queue.lane.sealed_in_memory().cloned().collect(),
        }
    };
    let mut tried = Vec::new();
    for segment in in_memory {
        let state = shared.lock();
        // Whoever closes brings the rest there; and more would come into memory if the next one were late.
        if state.is_abandoned() || state.queue.wanted().is_some() {
            break;
        }
        drop(state);
        bring_to_file(shared, disk, &segment);
        tried.push(Arc::downgrade(&segment));
    }
    shared.lock().tried = tried;
}

/// Puts a new file in the place of a segment, where the disk takes it.
fn bring_to_file(shared: &Shared, disk: &Disk, segment: &Arc<Segment>) {
    let Some(file) = disk.spill(segment) else {
        return;
    };
    let mut state = shared.lock();
    let replaced = state.queue.lane.replace(segment, &file);
    crash::point("spilled");
    shared.ring_room(&state);
    let abandoned = state.is_abandoned();
    drop(state);
    // Where the stream is being closed, whoever does that may not have waited for this file: it stays.
    if !replaced && !abandoned {
        // All of it has been acknowledged meanwhile.
        let _ = file.remove();
    }
}

/// Takes over folders of the dead, as many as are wanted; false where there are no more.
fn adopt(shared: &Shared, disk: &Disk) -> bool {
    let Some(orphans) = disk.orphans() else {
        return true;
    };
    for orphan in orphans {
        match orphan {
            Ok(folder) => {
                crash::point("adopted");
                let mut state = shared.lock();
                if state.is_abandoned() {
                    return false;
                }
                if state.left_alone.contains(&folder.id()) {
                    continue;
                }
                state.inbox.push_back(folder);
                let full = state.inbox.len() >= INBOX;
                shared.ring_heir(&mut state);
                if full {
                    return true;
                }
            }
            Err(error) => disk.say_once(&error.to_string()),
        }
    }
    false
}

/// Drops what is too old, and follows up segments that are getting old.
fn expire(shared: &Shared, disk: &Disk) {
    let mut state = shared.lock();
    state.queue.seal_if_older(millis(disk.age()));
    disk.drop_expired(shared, &mut state);
    state.queue.turn_over(millis(disk.turnover()));
    let left = state.queue.lane.take_finished();
    if !left.is_empty() {
        state.queue.look_again(0);
        drop(state);
        disk.discard(left);
    }
}
