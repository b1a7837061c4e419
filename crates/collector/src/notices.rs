//! What the operator is told of what no client could be told.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How often the same kind of trouble is told.
const PERIOD: Duration = Duration::from_secs(60);

/// Tells the operator, by a line now and then, of records that were lost without an answer to anyone.
pub(crate) struct Notices {
    tell: Box<dyn Fn(&str) + Send + Sync>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    lost: usize,
    told: Option<Instant>,
}

impl Notices {
    pub(crate) fn new(tell: Box<dyn Fn(&str) + Send + Sync>) -> Self {
        Notices {
            tell,
            state: Mutex::default(),
        }
    }

    /// Counts records that came with `Pragma: no-response` and could not be taken.
    pub(crate) fn lost(&self, count: usize, why: &str) {
        // A count is right after a panic elsewhere, too.
        let mut state = self
            .state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        state.lost += count;
        if state.told.is_some_and(|told| told.elapsed() < PERIOD) {
            return;
        }
        state.told = Some(Instant::now());
        let lost = std::mem::take(&mut state.lost);
        drop(state);
        // The reason may quote what was sent; a terminal must not obey it.
        let why: String = why.chars().filter(|character| !character.is_control()).collect();
        (self.tell)(&format!(
            "{lost} records of a client that reads no answers were refused, the last because: {why}"
        ));
    }
}
