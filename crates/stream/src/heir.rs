//! What the dead left, as the worker sees it: one folder after the other, one segment after the other.
//!
//! A segment is read twice, to count and to deliver, and only one is open at a time: a backlog of any size costs
//! the memory of one batch. What a successor finds is counted as adopted when its segment is opened.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::path::PathBuf;

use crate::batch::Desk;
use crate::disk::Disk;
use crate::lane::{Lane, Run, Settled};
use crate::own::Acknowledgements;
use crate::reading::{self, Outcome};
use crate::record::Record;
use crate::segment::{self, Found, Opened, Scanner};
use crate::shared::Shared;
use crate::spool::Folder;
use crate::transport::{Setback, Verdict};
use crate::worker::Source;
use crate::{Dropped, crash};

/// What the dead left, as the worker sees it.
pub(crate) struct Heir<'a> {
    shared: &'a Shared,
    disk: Option<&'a Disk>,
    estate: RefCell<Estate>,
    acknowledgements: Acknowledgements,
    /// How often in a row the disk could not be read.
    in_vain: Cell<u32>,
    /// For reading.
    memory: RefCell<Vec<u8>>,
}

/// The folder that is being delivered.
#[derive(Default)]
struct Estate {
    folder: Option<Folder>,
    segments: VecDeque<PathBuf>,
    lane: Lane,
    /// Whether something in it cannot be read here, and stays.
    left_alone: bool,
}

impl<'a> Heir<'a> {
    pub(crate) fn new(shared: &'a Shared, disk: Option<&'a Disk>) -> Self {
        Heir {
            shared,
            disk,
            estate: RefCell::default(),
            acknowledgements: Acknowledgements::default(),
            in_vain: Cell::default(),
            memory: RefCell::default(),
        }
    }

    /// Whether there is more than what the inbox holds.
    pub(crate) fn has_work(&self) -> bool {
        let estate = self.estate.borrow();
        estate.folder.is_some() || estate.lane.first_waiting().is_some()
    }

    /// Opens the next segment that holds records; false where there is none.
    fn open_next(&self, disk: &Disk) -> bool {
        loop {
            let mut estate = self.estate.borrow_mut();
            if let Some(path) = estate.segments.pop_front() {
                match segment::open(&path) {
                    Ok(opened) => {
                        if self.take_over(&mut estate, &opened, disk) {
                            return true;
                        }
                    }
                    Err(error) => {
                        estate.left_alone = true;
                        disk.say_once(&error.to_string());
                    }
                }
                continue;
            }
            match estate.folder.take() {
                Some(folder) if estate.left_alone => self.shared.lock().left_alone.push(folder.id()),
                // Where something else lies in it, it stays for people.
                Some(folder) => drop(folder.finish()),
                None => {}
            }
            let mut state = self.shared.lock();
            let next = state.inbox.pop_front();
            state.inheriting = next.is_some();
            self.shared.ring_leaver(&state);
            let Some(folder) = next else {
                return false;
            };
            self.shared.ring_keeper(&mut state);
            drop(state);
            estate.left_alone = false;
            match folder.segments() {
                Ok(segments) => {
                    let paths = segments.iter().map(|file| folder.segment_path(file.number));
                    estate.segments = paths.collect();
                }
                Err(error) => {
                    disk.say_once(&error.to_string());
                    estate.left_alone = true;
                }
            }
            estate.folder = Some(folder);
        }
    }

    /// Counts what a segment holds; false where that is nothing to deliver.
    fn take_over(&self, estate: &mut Estate, opened: &Opened, disk: &Disk) -> bool {
        let segment = &opened.segment;
        let start = segment.acknowledged();
        let Ok(end) = segment.length() else {
            estate.left_alone = true;
            return false;
        };
        let (mut records, mut lost) = (0, 0);
        let memory = self.memory.take();
        let mut scanner = Scanner::in_memory(&**segment, start, end, memory);
        loop {
            match scanner.next() {
                Ok(Some(Found::Record(_))) => records += 1,
                Ok(Some(Found::Damage(damage))) => lost += damage.records,
                Ok(None) => break,
                Err(error) => {
                    disk.say_once(&format!("cannot read what a stream left behind: {error}"));
                    estate.left_alone = true;
                    return false;
                }
            }
        }
        self.memory.replace(scanner.into_memory());
        let found = records + lost;
        let expired = disk.is_too_old(segment);
        let mut state = self.shared.lock();
        state.ledger.inherit(found);
        if expired {
            state.ledger.lose_inherited(found, Dropped::Expired);
        }
        drop(state);
        if lost > 0 && !expired {
            disk.say(&format!(
                "{lost} records that a stream left behind are damaged; its segment goes to the folder quarantine"
            ));
        }
        crash::point("inherited");
        estate.lane.push(segment.clone(), start, end, found);
        estate.lane.seal();
        if opened.damage.is_some() {
            estate.lane.damage_last();
        }
        if found == 0 || expired {
            let mut runs = estate.lane.abandon();
            // Who was killed while making it left nothing to look at.
            let blank = segment.is_blank().unwrap_or(false);
            runs.iter_mut().for_each(|run| run.damaged &= !blank);
            self.discard(estate.folder.as_ref(), runs);
            return false;
        }
        true
    }

    /// Drops what is too old by now, however often it was tried.
    fn expire(&self, disk: &Disk) {
        let settled = {
            let mut estate = self.estate.borrow_mut();
            let expired = estate.lane.expire(|segment| disk.is_too_old(segment));
            let expired = expired.iter().map(|range| range.end - range.start).sum();
            self.shared
                .lock()
                .ledger
                .lose_inherited(expired, Dropped::Expired);
            estate.lane.collect()
        };
        self.clear_away(settled);
    }

    fn discard(&self, folder: Option<&Folder>, runs: Vec<Run>) {
        let (Some(folder), Some(disk)) = (folder, self.disk) else {
            return;
        };
        if runs.is_empty() {
            return;
        }
        disk.discard_in(folder, runs);
        let mut state = self.shared.lock();
        state.queue.look_again(0);
        self.shared.ring_keeper(&mut state);
    }

    fn clear_away(&self, settled: Settled) {
        self.acknowledgements.note(settled.acknowledged);
        let estate = self.estate.borrow();
        self.discard(estate.folder.as_ref(), settled.finished);
    }
}

/// The worker ends: what was delivered is noted, and a folder that was the last to need somebody is not left empty.
impl Drop for Heir<'_> {
    fn drop(&mut self) {
        self.acknowledgements.write();
        let estate = self.estate.get_mut();
        let is_done = estate.segments.is_empty() && estate.lane.pending() == 0 && !estate.left_alone;
        if let Some(folder) = estate.folder.take().filter(|_| is_done) {
            let _ = folder.finish();
        }
    }
}

impl Desk for Heir<'_> {
    fn settle(&self, verdicts: &[(&Record, Verdict)]) {
        for (record, verdict) in verdicts {
            let news = self.estate.borrow_mut().lane.settle(record.sequence);
            if !news {
                continue;
            }
            if let (Some(disk), Verdict::Rejected(reason)) = (self.disk, verdict) {
                disk.bury(reason, record);
            }
            let mut state = self.shared.lock();
            match verdict {
                Verdict::Done => {
                    state.ledger.acknowledge_inherited();
                    state.setback = None;
                }
                Verdict::Rejected(_) => state.ledger.lose_inherited(1, Dropped::Rejected),
            }
            self.shared.ring_leaver(&state);
        }
        let settled = self.estate.borrow_mut().lane.collect();
        self.clear_away(settled);
    }

    /// A stream that closes has time for its own records only.
    fn is_abandoned(&self) -> bool {
        self.shared.lock().is_closing()
    }
}

impl Source for Heir<'_> {
    fn load(&self) -> Result<Vec<Record>, Setback> {
        let Some(disk) = self.disk else {
            return Ok(Vec::new());
        };
        let limits = *self.shared.lock().queue.limits();
        self.expire(disk);
        loop {
            let returned = {
                let mut estate = self.estate.borrow_mut();
                estate
                    .lane
                    .take_returned(limits.batch_records, limits.batch_bytes)
            };
            if !returned.is_empty() {
                return Ok(returned);
            }
            let plan = self.estate.borrow_mut().lane.plan();
            let Some(plan) = plan else {
                if !self.open_next(disk) {
                    return Ok(Vec::new());
                }
                continue;
            };
            let reading = reading::read(&plan, &limits, &mut self.memory.borrow_mut());
            let settled = {
                let mut estate = self.estate.borrow_mut();
                let mut lost = estate.lane.loaded(&plan, &reading.reads).unwrap_or(0);
                match reading.outcome(&plan, &self.in_vain) {
                    Outcome::Found => {}
                    Outcome::Later(setback) => return Err(setback),
                    Outcome::Lost => lost += estate.lane.lose_rest(&plan),
                }
                if lost > 0 {
                    self.shared.lock().ledger.lose_inherited(lost, Dropped::Damaged);
                }
                estate.lane.collect()
            };
            self.clear_away(settled);
            if !reading.records.is_empty() {
                return Ok(reading.records);
            }
        }
    }

    fn give_back(&self, unsettled: Vec<Record>, setback: Option<&Setback>) {
        self.estate.borrow_mut().lane.give_back(unsettled.into_iter());
        if let Some(setback) = setback {
            let mut state = self.shared.lock();
            state.setback = Some(setback.clone());
            self.shared.ring_leaver(&state);
        }
        self.acknowledgements.write();
        if let Some(folder) = &self.estate.borrow().folder {
            // Whoever comes next with another token is to find it.
            let _ = match setback {
                Some(Setback::Refused { .. }) => folder.mark_refused(),
                None => folder.clear_refused(),
                Some(_) => Ok(()),
            };
        }
    }
}
