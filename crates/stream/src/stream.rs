//! The handle that an application holds.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tnt4_model::Item;

use crate::clock::Wait;
use crate::diagnostics::Diagnostics;
use crate::record::Draft;
use crate::shared::{Shared, Worker};
use crate::{Builder, Dropped, Flushed, Stats, worker};

/// How long the drop of the last handle may take.
const TIME_TO_DROP: Duration = Duration::from_secs(2);

/// Where an application sends its records. Clones are handles of the same stream, for any thread.
///
/// Sending never blocks, never panics and touches no network: a thread of the stream's own does that, from
/// the first record on. Dropping the last handle [closes](Self::close) the stream and takes up to 2 s when
/// records are pending; close it before with a time of your choice, and look at the outcome.
#[derive(Clone)]
pub struct Stream {
    handle: Arc<Handle>,
}

/// What all clones share. The worker holds no handle, so that the last one can be dropped.
struct Handle {
    shared: Arc<Shared>,
    diagnostics: Diagnostics,
    destination: String,
}

impl Stream {
    /// Begins a stream's configuration.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn new(shared: Arc<Shared>, diagnostics: Diagnostics, destination: String) -> Self {
        Stream {
            handle: Arc::new(Handle {
                shared,
                diagnostics,
                destination,
            }),
        }
    }

    /// Encodes the item, under a new record identity, and queues it. Never blocks.
    ///
    /// # Errors
    /// [`Dropped`], where it was not accepted: [`QueueFull`](Dropped::QueueFull) (a tenth of the queue is kept
    /// for `ERROR` and above), [`RecordTooLarge`](Dropped::RecordTooLarge) (more than 1 MiB of JSON, or than
    /// the queue), [`Closed`](Dropped::Closed). It is counted in [`stats`](Self::stats), so it may be ignored.
    pub fn send(&self, item: impl Into<Item>) -> Result<(), Dropped> {
        self.handle.append(Draft::encode(&item.into()), Duration::ZERO)
    }

    /// As [`send`](Self::send), but waits up to `timeout` for room: for pipes, which can wait.
    ///
    /// # Errors
    /// As [`send`](Self::send); [`QueueFull`](Dropped::QueueFull) only when the time is up.
    pub fn send_waiting(&self, item: impl Into<Item>, timeout: Duration) -> Result<(), Dropped> {
        self.handle.append(Draft::encode(&item.into()), timeout)
    }

    /// Waits until everything that was accepted before is settled, at most for `timeout`, and says what became
    /// of it. Batches that linger go at once; a wait between two attempts is not cut short.
    ///
    /// On a closed stream it says what [`close`](Self::close) said.
    pub fn flush(&self, timeout: Duration) -> Flushed {
        let shared = &self.handle.shared;
        let until = shared.now().saturating_add(timeout);
        let mut state = shared.lock();
        if let Some(outcome) = &state.closed {
            return outcome.clone();
        }
        worker::ensure(shared, &mut state, &self.handle.diagnostics);
        let before = shared.hurry(&mut state);
        let watch = state.ledger.watch(before);
        let mut in_time = true;
        while in_time && state.queue.settled_before() < before {
            (state, in_time) = shared.wait_settled(state, Wait::Flush, until);
        }
        let pending = state.queue.pending_before(before);
        let state = &mut *state;
        state.ledger.tell(watch, pending, state.setback.as_deref())
    }

    /// Accepts nothing more, tries to deliver what is pending, and ends the stream's thread, at most within
    /// `timeout`. A thread that waits between two attempts tries once more at once.
    ///
    /// What is then unacknowledged counts as [`LeftAtClose`](Dropped::LeftAtClose); the server may have got
    /// it without having said so yet. Further calls return the same outcome.
    pub fn close(&self, timeout: Duration) -> Flushed {
        self.handle.close(timeout)
    }

    /// What became of the records so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.handle.shared.stats()
    }
}

impl Handle {
    fn append(&self, draft: Result<Draft, Dropped>, timeout: Duration) -> Result<(), Dropped> {
        let shared = &self.shared;
        let mut state = shared.lock();
        let draft = match draft {
            Ok(draft) => draft,
            Err(reason) => {
                state.ledger.refuse(reason);
                return Err(reason);
            }
        };
        if !timeout.is_zero() {
            let until = shared.now().saturating_add(timeout);
            let mut in_time = true;
            while in_time && !state.is_closing() && state.queue.admits(&draft) == Err(Dropped::QueueFull) {
                (state, in_time) = shared.wait_room(state, until);
            }
        }
        let outcome = shared.append(&mut state, draft);
        match outcome {
            Ok(()) if worker::should_ensure(&state) => {
                worker::ensure(shared, &mut state, &self.diagnostics);
            }
            Ok(()) => {}
            Err(reason) => state.ledger.refuse(reason),
        }
        outcome
    }

    fn close(&self, timeout: Duration) -> Flushed {
        let shared = &self.shared;
        let until = shared.now().saturating_add(timeout);
        let mut state = shared.lock();
        if let Some(outcome) = &state.closed {
            return outcome.clone();
        }
        worker::ensure(shared, &mut state, &self.diagnostics);
        shared.begin_closing(&mut state, until);
        let before = state.queue.next_sequence();
        let watch = state.ledger.watch(before);
        let mut in_time = true;
        while in_time && state.worker != Worker::Absent && state.closed.is_none() {
            (state, in_time) = shared.wait_settled(state, Wait::Close, until);
        }
        // Another thread may have closed it in the meantime.
        if let Some(outcome) = &state.closed {
            return outcome.clone();
        }
        let setback = state.setback.clone();
        shared.abandon(&mut state);
        let outcome = state.ledger.tell(watch, 0, setback.as_deref());
        state.closed = Some(outcome.clone());
        drop(state);
        if !outcome.is_complete() {
            self.diagnostics
                .say(&format!("{}: closed; {outcome}", self.destination));
        }
        outcome
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let _ = self.close(TIME_TO_DROP);
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("destination", &self.handle.destination)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
