//! The handle that an application holds.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tnt4_model::Item;
use tnt4_mqtt::Topic;

use crate::live::Live;
use crate::metrics::Held;
use crate::per_process::PerProcess;
use crate::recipe::{DiskRecipe, Recipe};
use crate::record::Draft;
use crate::{Builder, Dropped, Flushed, ProblemKind, Stats, Transport};

/// How long the drop of the last handle may take.
const TIME_TO_DROP: Duration = Duration::from_secs(2);

/// Where an application sends its records. Clones are handles of the same stream, for any thread.
///
/// Sending never blocks, never panics and touches no network: a thread of the stream's own does that, from
/// the first record on. Dropping the last handle [closes](Self::close) the stream and takes up to 2 s when
/// records are pending; close it before with a time of your choice, and look at the outcome.
///
/// After a fork, the child's handles are those of a new stream with the same configuration, which is empty and
/// begins with its first record; what the parent had accepted remains the parent's. A stream with a
/// [transport of its own](Builder::transport) cannot be made anew: in the child it is closed.
#[derive(Clone)]
pub struct Stream {
    handle: Arc<Handle>,
}

/// What all clones share. The worker holds no handle, so that the last one can be dropped.
struct Handle {
    live: PerProcess<Live>,
    recipe: Arc<Recipe>,
}

impl Stream {
    /// Begins a stream's configuration.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn new(recipe: Recipe) -> Self {
        let live = PerProcess::new(recipe.begin());
        Stream {
            handle: Arc::new(Handle {
                live,
                recipe: Arc::new(recipe),
            }),
        }
    }

    /// Encodes the item, under a new record identity, and appends it to the open segment. Never blocks, unless the
    /// stream was told to: by [`Overflow::Block`](crate::Overflow) or [`Spool::synchronous`](crate::Spool). The first record
    /// of a stream on disk waits until its folder is made, for a quarter of a second at most.
    ///
    /// # Errors
    /// [`Dropped`], where it was not accepted: [`QueueFull`](Dropped::QueueFull) (a tenth of the room is kept
    /// for `ERROR` and above), [`RecordTooLarge`](Dropped::RecordTooLarge) (more than 1 MiB of JSON, or than
    /// the queue), [`Closed`](Dropped::Closed). It is counted in [`stats`](Self::stats), so it may be ignored.
    pub fn send(&self, item: impl Into<Item>) -> Result<(), Dropped> {
        self.send_waiting(item, Duration::ZERO)
    }

    /// As [`send`](Self::send), but waits up to `timeout` for room: for pipes, which can wait.
    ///
    /// # Errors
    /// As [`send`](Self::send); [`QueueFull`](Dropped::QueueFull) only when the time is up.
    pub fn send_waiting(&self, item: impl Into<Item>, timeout: Duration) -> Result<(), Dropped> {
        let draft = Draft::encode(&item.into());
        self.handle.with(|live| live.append(&draft, timeout))
    }

    /// As [`send`](Self::send), for a topic of its own rather than the stream's, where records go by MQTT. Other
    /// transports know no topics.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_to(&self, topic: Topic, item: impl Into<Item>) -> Result<(), Dropped> {
        self.send_to_waiting(topic, item, Duration::ZERO)
    }

    /// As [`send_to`](Self::send_to), but waits up to `timeout` for room.
    ///
    /// # Errors
    /// As [`send_waiting`](Self::send_waiting).
    pub fn send_to_waiting(
        &self,
        topic: Topic,
        item: impl Into<Item>,
        timeout: Duration,
    ) -> Result<(), Dropped> {
        let draft = Draft::encode(&item.into()).map(|draft| draft.to(topic));
        self.handle.with(|live| live.append(&draft, timeout))
    }

    /// Sends a text that is no item, to a topic: by MQTT the message's payload is the text itself. It has no identity by
    /// which a receiver could tell that it has it already. Servers of HTTP take items only and reject it.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_text(&self, topic: Topic, text: &str) -> Result<(), Dropped> {
        self.send_text_waiting(topic, text, Duration::ZERO)
    }

    /// As [`send_text`](Self::send_text), but waits up to `timeout` for room.
    ///
    /// # Errors
    /// As [`send_waiting`](Self::send_waiting).
    pub fn send_text_waiting(&self, topic: Topic, text: &str, timeout: Duration) -> Result<(), Dropped> {
        let draft = Draft::text(text).map(|draft| draft.to(topic));
        self.handle.with(|live| live.append(&draft, timeout))
    }

    /// Begins to deliver what others to the same destination have left on disk, although nothing was sent yet; the
    /// first record does the same. Without a spool on disk it does nothing. Never blocks.
    pub fn start(&self) {
        self.handle.with(Live::start);
    }

    /// Waits until everything that was accepted before is settled, at most for `timeout`, and says what became
    /// of it. Batches that linger go at once; a wait between two attempts is not cut short. What was inherited
    /// from others is none of its business. [Metrics](crate::metrics) report before what they still hold, here and in
    /// [`close`](Self::close).
    ///
    /// On a closed stream it says what [`close`](Self::close) said.
    pub fn flush(&self, timeout: Duration) -> Flushed {
        self.handle.with(|live| live.flush(timeout))
    }

    /// Accepts nothing more, tries to deliver what is pending, and ends the stream's thread, at most within
    /// `timeout`. A thread that waits between two attempts tries once more at once.
    ///
    /// Once all of it has arrived, up to a second of what is left of the time is for what others have left on disk, so that
    /// programs deliver it, too, that never run for long. The outcome does not speak of that.
    ///
    /// What is then unacknowledged stays on disk where there is a spool ([`kept`](Flushed::kept)), and counts as
    /// [`LeftAtClose`](Dropped::LeftAtClose) where there is none; the server may have got it without having said
    /// so yet. A disk that hangs may take a second more. Further calls return the same outcome.
    pub fn close(&self, timeout: Duration) -> Flushed {
        self.handle.with(|live| live.close(timeout))
    }

    /// What became of the records so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.handle.with(Live::stats)
    }

    /// What stands in the way at present, in words: why the last attempt failed, be it at records of its own or at
    /// inherited ones. `None` where it did not.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        self.handle.with(Live::problem)
    }

    /// Of what kind that [`problem`](Self::problem) is.
    #[must_use]
    pub fn problem_kind(&self) -> Option<ProblemKind> {
        self.handle.with(Live::problem_kind)
    }

    /// The folder in which its records wait, beside those of all streams to the same destination. `None` where they
    /// wait in memory, and before the first record.
    #[must_use]
    pub fn folder(&self) -> Option<PathBuf> {
        self.handle.with(Live::folder)
    }

    /// Accepts a record. That the stream is closed does not count: who sends it knows where else it can go.
    #[cfg(any(feature = "log", feature = "tracing"))]
    pub(crate) fn offer(&self, draft: &Result<Draft, Dropped>) -> Result<(), Dropped> {
        self.handle.with(|live| live.offer(draft))
    }

    /// Accepts a record, without waiting.
    #[cfg(any(feature = "log", feature = "tracing"))]
    pub(crate) fn accept(&self, draft: &Result<Draft, Dropped>) -> Result<(), Dropped> {
        self.handle.with(|live| live.append(draft, Duration::ZERO))
    }

    /// A new stream of the same configuration; `None` where there can be only one.
    #[cfg(any(feature = "log", feature = "tracing"))]
    pub(crate) fn anew(&self) -> Option<Stream> {
        let recipe = &self.handle.recipe;
        recipe.maker.can_make_more().then(|| Stream {
            handle: Arc::new(Handle {
                live: PerProcess::new(recipe.begin()),
                recipe: Arc::clone(recipe),
            }),
        })
    }

    /// The time by its clock.
    pub(crate) fn now(&self) -> Duration {
        self.handle.recipe.clock.now()
    }

    /// Has what is held there reported by each flush, by the close, and by the worker at its time.
    pub(crate) fn reports(&self, held: Weak<dyn Held>) {
        self.handle.with(|live| live.reports(held));
    }

    /// Something that is held is to be reported then.
    pub(crate) fn report_by(&self, time: Duration) {
        self.handle.with(|live| live.report_by(time));
    }

    /// Reports what is held.
    pub(crate) fn report(&self) {
        self.handle.with(Live::report);
    }

    /// Where on disk it has its place.
    pub(crate) fn place_on_disk(&self) -> Option<&DiskRecipe> {
        self.handle.recipe.disk.as_ref()
    }

    /// One more transport to the same server; `None` where there can be only one.
    pub(crate) fn another_transport(&self) -> Option<Box<dyn Transport>> {
        self.handle.recipe.maker.make()
    }
}

impl Handle {
    /// Does something with the stream as it lives in this process.
    fn with<T>(&self, action: impl FnOnce(&Live) -> T) -> T {
        self.live.with(|| self.recipe.begin(), action)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // The parent's, where a child never used it, is the parent's to close.
        let _ = self.live.with_present(|live| live.close(TIME_TO_DROP));
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("destination", &self.handle.recipe.destination)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
