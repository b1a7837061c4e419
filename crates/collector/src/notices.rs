//! What the operator is told of what no client, or not every client, could be told.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often the same kind of trouble is told.
const PERIOD: Duration = Duration::from_secs(60);

/// Tells the operator, by a line now and then, of records that were lost without an answer, and of a store
/// that fails.
pub(crate) struct Notices {
    tell: Box<dyn Fn(&str) + Send + Sync>,
    lost: Mutex<Count>,
    refused: Mutex<Count>,
    failed: Mutex<Count>,
}

struct Count {
    /// What happened to them.
    fate: &'static str,
    records: usize,
    why: String,
    told: Option<Instant>,
}

impl Notices {
    pub(crate) fn new(tell: Box<dyn Fn(&str) + Send + Sync>) -> Self {
        let count = |fate| {
            Mutex::new(Count {
                fate,
                records: 0,
                why: String::new(),
                told: None,
            })
        };
        Notices {
            tell,
            lost: count("of clients that read no answers were refused"),
            refused: count("that came over MQTT were refused, and their senders cannot be told"),
            failed: count("could not be stored"),
        }
    }

    /// Says this at once.
    pub(crate) fn say(&self, line: &str) {
        (self.tell)(&plain(line));
    }

    /// Counts records that came with `Pragma: no-response` and could not be taken.
    pub(crate) fn lost(&self, records: usize, why: &str) {
        self.count(&self.lost, records, why);
    }

    /// Counts messages of MQTT that could not be taken, where the protocol has no word for that.
    pub(crate) fn refused(&self, records: usize, why: &str) {
        self.count(&self.refused, records, why);
    }

    /// Counts records that could not be stored. Clients that wait for answers were told, and send again.
    pub(crate) fn failed(&self, records: usize, why: &str) {
        self.count(&self.failed, records, why);
    }

    /// Tells what has been counted and not been told, whenever that was.
    pub(crate) fn tell_the_rest(&self) {
        for count in [&self.lost, &self.refused, &self.failed] {
            self.tell_of(lock(count));
        }
    }

    fn count(&self, count: &Mutex<Count>, records: usize, why: &str) {
        let mut state = lock(count);
        state.records += records;
        state.why = plain(why);
        if state.told.is_none_or(|told| told.elapsed() >= PERIOD) {
            self.tell_of(state);
        }
    }

    fn tell_of(&self, mut state: MutexGuard<'_, Count>) {
        if state.records == 0 {
            return;
        }
        state.told = Some(Instant::now());
        let (fate, records) = (state.fate, std::mem::take(&mut state.records));
        let why = std::mem::take(&mut state.why);
        drop(state);
        (self.tell)(&format!("{records} records {fate}, the last because: {why}"));
    }
}

/// A reason may quote what was sent; a terminal must not obey it.
fn plain(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
}

/// A count is right after a panic elsewhere, too.
fn lock(count: &Mutex<Count>) -> MutexGuard<'_, Count> {
    count.lock().unwrap_or_else(PoisonError::into_inner)
}
