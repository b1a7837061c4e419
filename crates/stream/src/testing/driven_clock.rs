//! A clock that moves when a test says so.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use crate::clock::{Alarm, Clock, Wait};

/// How long [`DrivenClock::expect`] waits, in real time.
const PATIENCE: Duration = Duration::from_secs(30);

/// A clock that moves when a test says so.
///
/// [`expect`](Self::expect) waits until a thread of the stream begins to wait, and says for how long;
/// [`advance`](Self::advance) lets that time go by. So order comes from what happens, and no test sleeps.
///
/// When it is dropped, time is free: every wait is over at once, so that a stream that is dropped after its
/// clock (or because an assertion failed) cannot hang.
#[derive(Debug, Default)]
pub struct DrivenClock {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    now: Duration,
    free: bool,
    begun: Vec<(Wait, Duration)>,
    alarms: Vec<Weak<dyn Alarm>>,
}

impl DrivenClock {
    /// A clock that stands still.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The clock, for [`Builder::clock`](crate::Builder::clock).
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.inner) as Arc<dyn Clock>
    }

    /// Lets time go by.
    pub fn advance(&self, time: Duration) {
        self.inner.lock().now += time;
        self.inner.ring();
    }

    /// Waits until a thread begins to wait for this reason, and returns for how long it means to. Each
    /// beginning is returned once. `None` where none does within 30 s of real time.
    #[must_use]
    pub fn expect(&self, wait: Wait) -> Option<Duration> {
        let none_yet = |state: &mut State| !state.begun.iter().any(|(begun, _)| *begun == wait);
        let (mut state, _) = self
            .inner
            .changed
            .wait_timeout_while(self.inner.lock(), PATIENCE, none_yet)
            .unwrap_or_else(PoisonError::into_inner);
        let position = state.begun.iter().position(|(begun, _)| *begun == wait)?;
        Some(state.begun.remove(position).1)
    }
}

impl Drop for DrivenClock {
    fn drop(&mut self) {
        self.inner.lock().free = true;
        self.inner.ring();
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Without the lock: whoever is woken asks for the time.
    fn ring(&self) {
        let alarms = self.lock().alarms.clone();
        for alarm in alarms.iter().filter_map(Weak::upgrade) {
            alarm.ring();
        }
    }
}

impl Clock for Inner {
    fn now(&self) -> Duration {
        self.lock().now
    }

    fn wait_begins(&self, wait: Wait, left: Duration) -> Duration {
        let mut state = self.lock();
        if state.free {
            state.now = state.now.saturating_add(left);
            return Duration::ZERO;
        }
        state.begun.push((wait, left));
        drop(state);
        self.changed.notify_all();
        Duration::MAX
    }

    fn attach(&self, alarm: Weak<dyn Alarm>) {
        self.lock().alarms.push(alarm);
    }
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.lock().now)
    }
}
