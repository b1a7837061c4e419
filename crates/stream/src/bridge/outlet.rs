//! Where a bridge's records go.
//!
//! A bridge is global as a rule, holds its stream for ever, and so cannot end it: the [`Guard`](super::Guard) does. What is
//! logged after that, by statics at the end of the process, or all of it where the guard was dropped by mistake, goes to
//! a second stream of the same configuration, which nobody ends: on disk it survives until the next start, in memory it
//! is delivered unless the process ends before. A stream that the application has built and given is the application's: the
//! guard does not end it, and once closed it stays so.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tnt4_model::{Event, Operation, SourceFqn, Value};

use super::fields::LOSSY;
use super::{InitError, text};
use crate::record::Draft;
use crate::redaction::Names;
use crate::{Builder, Dropped, Flushed, Stream, own_thread, source};

/// So many events may be logged within one another, by the `Debug` of their values; others are left out, as there may be
/// no end to it.
const DEPTH: u8 = 4;

/// The longest text of an event that would be too long otherwise, and how many properties it may have.
const TIGHT_MESSAGE: usize = 48 << 10;
const TIGHT_VALUE: usize = 1 << 10;
const TIGHT_PROPERTIES: usize = 64;

thread_local! {
    static ENTERED: Cell<u8> = const { Cell::new(0) };
}

/// Where a bridge gets its stream.
pub(crate) enum Origin {
    /// The environment says it.
    Environment,
    /// From this configuration.
    Builder(Box<Builder>),
    /// The application has it.
    Given(Stream),
}

/// How a bridge makes records, whatever is logged.
pub(crate) struct Manner {
    /// Tells it from others.
    pub(crate) number: u64,
    /// What is hidden.
    pub(crate) names: Names,
    source: Option<SourceFqn>,
}

impl Manner {
    pub(crate) fn new(names: Names, source: Option<SourceFqn>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Manner {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            names,
            source,
        }
    }

    /// The same for somebody else.
    pub(crate) fn again(&self) -> Self {
        Self::new(self.names.clone(), self.source.clone())
    }

    /// Where records come from: the process by default.
    pub(crate) fn source(&self) -> SourceFqn {
        self.source.clone().unwrap_or_else(source::of_process)
    }
}

/// Where a bridge's records go.
pub(crate) struct Outlet {
    stream: Stream,
    is_given: bool,
    /// What comes after the end.
    second: ArcSwapOption<Stream>,
}

/// While this lives, its thread handles something that was logged.
#[must_use = "it ends when it is dropped"]
pub(crate) struct Entered(());

impl Outlet {
    /// # Errors
    /// [`InitError`], where there is no stream to be had.
    pub(crate) fn open(origin: Origin) -> Result<Arc<Self>, InitError> {
        let (stream, is_given) = match origin {
            Origin::Environment => (Builder::from_env()?.build()?, false),
            Origin::Builder(builder) => (builder.build()?, false),
            Origin::Given(stream) => (stream, true),
        };
        Ok(Arc::new(Outlet {
            stream,
            is_given,
            second: ArcSwapOption::empty(),
        }))
    }

    /// Begins to handle what was logged; `None` where it is not to be handled: a stream's own thread has logged it, or
    /// too many are under way in this thread.
    pub(crate) fn enter() -> Option<Entered> {
        if own_thread::is_own() || ENTERED.get() >= DEPTH {
            return None;
        }
        ENTERED.set(ENTERED.get() + 1);
        Some(Entered(()))
    }

    /// Hands an event to the stream; one that is too long is shortened. What becomes of it is in the stream's books.
    pub(crate) fn send_event(&self, event: &mut Event) {
        let mut draft = Draft::encode_event(event);
        if matches!(draft, Err(Dropped::RecordTooLarge)) {
            shorten(&mut event.operation);
            draft = Draft::encode_event(event);
        }
        self.send_draft(&draft);
    }

    /// The same for an activity.
    #[cfg(feature = "tracing")]
    pub(crate) fn send_activity(&self, activity: &mut tnt4_model::Activity) {
        let mut draft = Draft::encode_activity(activity);
        if matches!(draft, Err(Dropped::RecordTooLarge)) {
            shorten(&mut activity.operation);
            draft = Draft::encode_activity(activity);
        }
        self.send_draft(&draft);
    }

    pub(crate) fn stream(&self) -> &Stream {
        &self.stream
    }

    /// Waits until everything that was accepted before is settled.
    pub(crate) fn flush(&self, timeout: Duration) -> Flushed {
        match &*self.second.load() {
            // The first one has been closed.
            Some(second) => second.flush(timeout),
            None => self.stream.flush(timeout),
        }
    }

    /// Ends the stream, if it is the bridge's own; otherwise everything that was accepted before has its time.
    pub(crate) fn close(&self, timeout: Duration) -> Flushed {
        if self.is_given {
            return self.stream.flush(timeout);
        }
        self.stream.close(timeout)
    }

    fn send_draft(&self, draft: &Result<Draft, Dropped>) {
        let outcome = self.stream.offer(draft);
        if outcome == Err(Dropped::Closed) {
            self.send_late(draft);
        }
    }

    #[cold]
    fn send_late(&self, draft: &Result<Draft, Dropped>) {
        // It is counted there, in any case.
        let _ = match self.second() {
            Some(second) => second.accept(draft),
            None => self.stream.accept(draft),
        };
    }

    /// What comes after the end; `None` where nothing can.
    fn second(&self) -> Option<Arc<Stream>> {
        if self.is_given {
            return None;
        }
        if let Some(second) = self.second.load_full() {
            return Some(second);
        }
        // It does nothing until its first record, so two threads may both make one.
        let made = Arc::new(self.stream.anew()?);
        let none: Option<Arc<Stream>> = None;
        let found = self.second.compare_and_swap(&none, Some(Arc::clone(&made)));
        match &*found {
            None => Some(made),
            Some(other) => Some(Arc::clone(other)),
        }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        ENTERED.set(ENTERED.get().saturating_sub(1));
    }
}

/// Cuts down to what fits into a record in any case.
#[cold]
fn shorten(operation: &mut Operation) {
    for text in [&mut operation.message.text, &mut operation.exception]
        .into_iter()
        .flatten()
    {
        text::cut(text, 0, TIGHT_MESSAGE);
    }
    text::cut(&mut operation.name, 0, TIGHT_VALUE);
    operation.properties.truncate(TIGHT_PROPERTIES);
    for property in &mut operation.properties {
        text::cut(property.name.to_mut(), 0, TIGHT_VALUE);
        if let Value::String(text) = &mut property.value
            && text::cut(text, 0, TIGHT_VALUE)
        {
            property.hint = Some(LOSSY.to_owned());
        }
    }
    operation.correlators.truncate(TIGHT_PROPERTIES);
    for correlator in &mut operation.correlators {
        text::cut(correlator, 0, TIGHT_VALUE);
    }
}
