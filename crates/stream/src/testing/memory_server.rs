//! A server in memory, and the transport to it.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::{Batch, ProblemKind, Setback, Transport, Verdict};

/// How long [`MemoryServer::wait_offered`] and a held record wait, in real time.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a held transport looks whether its stream has been closed.
const LOOK: Duration = Duration::from_millis(5);

/// A server in memory. It takes everything, unless a script says otherwise; clones are the same server.
#[derive(Debug, Clone, Default)]
pub struct MemoryServer {
    inner: Arc<Inner>,
}

/// What the server does with the next record that it is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Takes it.
    Take,
    /// Rejects it, for this reason.
    Reject(String),
    /// Cannot take it now; the attempt ends. It may say for how long.
    Retry(Option<Duration>),
    /// Does not let the stream in; the attempt ends.
    Refuse,
    /// Lets it wait until [`MemoryServer::release`], then takes it.
    Hold,
}

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    script: VecDeque<Step>,
    offered: Vec<String>,
    taken: Vec<String>,
    released: u64,
    is_down: bool,
}

impl MemoryServer {
    /// A server that takes everything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A transport to this server.
    #[must_use]
    pub fn transport(&self) -> Box<dyn Transport> {
        Box::new(MemoryTransport(self.clone()))
    }

    /// Adds steps to the end of the script: one for each time that a record is offered. After the last, every
    /// record is taken.
    pub fn script(&self, steps: impl IntoIterator<Item = Step>) {
        self.lock().script.extend(steps);
    }

    /// While it is down, every attempt ends in vain after a moment, and the script stands still.
    pub fn set_down(&self, down: bool) {
        self.lock().is_down = down;
        self.inner.changed.notify_all();
    }

    /// The records that were offered, in order, as often as they were.
    #[must_use]
    pub fn offered(&self) -> Vec<String> {
        self.lock().offered.clone()
    }

    /// The records that were taken, in order.
    #[must_use]
    pub fn taken(&self) -> Vec<String> {
        self.lock().taken.clone()
    }

    /// Lets one held record go, now or when it comes.
    pub fn release(&self) {
        self.lock().released += 1;
        self.inner.changed.notify_all();
    }

    /// Waits until so many records were offered in all; false where they were not within 30 s.
    #[must_use]
    pub fn wait_offered(&self, count: usize) -> bool {
        let (state, _) = self
            .inner
            .changed
            .wait_timeout_while(self.lock(), PATIENCE, |state| state.offered.len() < count)
            .unwrap_or_else(PoisonError::into_inner);
        state.offered.len() >= count
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is down, and still is after a moment: whoever tries again and again is not to be busy with it.
    fn is_down(&self) -> bool {
        let (state, _) = self
            .inner
            .changed
            .wait_timeout_while(self.lock(), LOOK, |state| state.is_down)
            .unwrap_or_else(PoisonError::into_inner);
        state.is_down
    }

    /// Waits for a release, and uses it up; false where the stream has been closed or patience ends.
    fn hold(&self, batch: &Batch<'_>) -> bool {
        let until = Instant::now() + PATIENCE;
        let mut state = self.lock();
        while state.released == 0 {
            if batch.is_abandoned() || Instant::now() > until {
                return false;
            }
            (state, _) = self
                .inner
                .changed
                .wait_timeout(state, LOOK)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.released -= 1;
        true
    }
}

/// The transport to a [`MemoryServer`].
struct MemoryTransport(MemoryServer);

impl Transport for MemoryTransport {
    fn deliver(&mut self, batch: &mut Batch<'_>) -> Result<(), Setback> {
        while let Some((index, record)) = batch.first_unsettled() {
            if self.0.is_down() {
                return Err(Setback::retry("the server is down"));
            }
            // The stream may have been closed while it was down.
            if batch.is_abandoned() {
                break;
            }
            let text = String::from_utf8_lossy(record.bytes()).into_owned();
            let step = {
                let mut state = self.0.lock();
                state.offered.push(text.clone());
                state.script.pop_front().unwrap_or(Step::Take)
            };
            self.0.inner.changed.notify_all();
            match step {
                Step::Reject(reason) => {
                    batch.settle(index, Verdict::Rejected(reason));
                    continue;
                }
                Step::Retry(after) => {
                    return Err(Setback::Retry {
                        after,
                        kind: ProblemKind::Unreachable,
                        why: "the server cannot now".to_owned(),
                    });
                }
                Step::Refuse => {
                    return Err(Setback::Refused {
                        why: "unauthorized: no such token".to_owned(),
                    });
                }
                Step::Hold if !self.0.hold(batch) => return Err(Setback::retry("held for too long")),
                Step::Take | Step::Hold => {}
            }
            self.0.lock().taken.push(text);
            batch.settle(index, Verdict::Done);
        }
        Ok(())
    }

    fn destination(&self) -> String {
        "memory".to_owned()
    }
}
