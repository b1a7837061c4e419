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
    /// Whether there is something in it.
    is_holding: bool,
}

/// When something is to be reported.
pub(crate) enum Due<T> {
    /// Now, by whoever is told so.
    Now(T),
    /// At this time, by the stream's clock.
    At(Duration),
    /// There is nothing, or it is known already.
    Never,
}

impl<W: Window> Cell<W> {
    pub(crate) fn new(window: W) -> Self {
        Cell {
            state: Mutex::new(State {
                window,
                due: Duration::ZERO,
                is_holding: false,
            }),
        }
    }

    /// Adds an observation that is made now. Where it is time to report, the next time is so much later; the first that has
    /// to wait is told for how long.
    pub(crate) fn observe(
        &self,
        observation: W::Observation,
        now: Duration,
        interval: Duration,
    ) -> Due<(Timestamp, W::Reading)> {
        let mut state = self.lock();
        state.window.add(observation);
        let is_first = !std::mem::replace(&mut state.is_holding, true);
        // Without an interval each goes at once, also where another thread has asked for the time later and came before.
        if now < state.due && !interval.is_zero() {
            return match is_first {
                true => Due::At(state.due),
                false => Due::Never,
            };
        }
        state.due = now.saturating_add(interval);
        state.take().map_or(Due::Never, Due::Now)
    }

    /// What was observed and not reported, if it is time for that.
    pub(crate) fn take_due(&self, now: Duration, interval: Duration) -> Due<(Timestamp, W::Reading)> {
        let mut state = self.lock();
        if !state.is_holding {
            return Due::Never;
        }
        if now < state.due {
            return Due::At(state.due);
        }
        state.due = now.saturating_add(interval);
        state.take().map_or(Due::Never, Due::Now)
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
        self.is_holding = false;
        let reading = self.window.take()?;
        Some((Timestamp::now(), reading))
    }
}
