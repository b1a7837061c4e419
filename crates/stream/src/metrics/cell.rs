//! What the threads that observe share: a window, and when it is to be reported.
//!
//! One lock of the instrument's own, held for an addition; whoever finds that it is time takes the window out under the same
//! lock and reports it outside. So each observation is in one report and in no other, and the time of a report, which
//! is read under the lock too, is in the order of what it tells.

use std::sync::PoisonError;
use std::time::Duration;

use tnt4_model::Timestamp;

use super::window::Window;
use crate::sync::{Mutex, MutexGuard};

/// A window that many threads observe into.
pub(crate) struct Cell<W> {
    state: Mutex<State<W>>,
}

struct State<W> {
    window: W,
    /// When it may be reported.
    due: Duration,
}

impl<W: Window> Cell<W> {
    pub(crate) fn new(window: W) -> Self {
        Cell {
            state: Mutex::new(State {
                window,
                due: Duration::ZERO,
            }),
        }
    }

    /// Adds an observation that is made now. Returns what is to be reported, where it is time for that, and the next
    /// time is then so much later.
    pub(crate) fn observe(
        &self,
        observation: W::Observation,
        now: Duration,
        interval: Duration,
    ) -> Option<(Timestamp, W::Reading)> {
        let mut state = self.lock();
        state.window.add(observation);
        // Without an interval each goes at once, also where another thread has asked for the time later and came before.
        if now < state.due && !interval.is_zero() {
            return None;
        }
        state.due = now.saturating_add(interval);
        state.take()
    }

    /// What was observed and not reported, which counts as reported from now on.
    pub(crate) fn take(&self) -> Option<(Timestamp, W::Reading)> {
        self.lock().take()
    }

    fn lock(&self) -> MutexGuard<'_, State<W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W: Window> State<W> {
    fn take(&mut self) -> Option<(Timestamp, W::Reading)> {
        let reading = self.window.take()?;
        Some((Timestamp::now(), reading))
    }
}
