//! Where a handler's events go: a stream that it shares with others of the same settings.
//!
//! A handler that was closed and is used again, which happens at exit, opens its stream anew, as long as the
//! interpreter may start threads. What is sent once the interpreter ends is waited for, within the time that is left then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use pyo3::prelude::*;
use tnt4::{Item, Stream, Topic};

use crate::manner::Manner;
use crate::process::Watch;
use crate::settings::{Settings, Topics};
use crate::{exit, registry};

/// Where a handler's events go.
pub(crate) struct Outlet {
    pub(crate) manner: Manner,
    pub(crate) settings: Settings,
    stream: ArcSwapOption<Stream>,
    /// What watches the process for the stream, where anything does.
    watch: Option<ArcSwapOption<Watch>>,
    may_wait: bool,
    topics: Topics,
    /// The last logger's name, and its topic.
    topic: ArcSwapOption<(String, Option<Topic>)>,
    /// Whether the stream has its folder. Its first record waits for that.
    is_warm: AtomicBool,
    /// Whether it was opened again after the interpreter had begun to end.
    is_late: AtomicBool,
}

impl Outlet {
    pub(crate) fn new(settings: Settings) -> PyResult<Self> {
        let manner = settings.manner()?;
        let stream = registry::hold(&settings)?;
        let watch = registry::watch(&settings);
        Ok(Outlet {
            manner,
            watch: watch.map(|watch| ArcSwapOption::new(Some(watch))),
            may_wait: settings.may_wait(),
            topics: settings.topics(),
            topic: ArcSwapOption::empty(),
            settings,
            stream: ArcSwapOption::new(Some(stream)),
            is_warm: AtomicBool::new(false),
            is_late: AtomicBool::new(false),
        })
    }

    /// Hands an item to the stream, for the topic of its logger where it is to go to that. What becomes of it is in the
    /// stream's books.
    pub(crate) fn send(&self, py: Python<'_>, item: impl Into<Item>, logger: &str) {
        let item = item.into();
        let topic = self.topic_of(logger);
        let send = |stream: &Stream| {
            let _ = match topic {
                Some(topic) => stream.send_to(topic, item),
                None => stream.send(item),
            };
        };
        let stream = self.stream.load();
        match &*stream {
            Some(stream) if !self.may_wait && self.is_warm.load(Ordering::Relaxed) => send(stream),
            Some(stream) => {
                let stream = Arc::clone(stream);
                self.is_warm.store(true, Ordering::Relaxed);
                py.detach(|| send(&stream));
            }
            None => {
                drop(stream);
                if let Some(stream) = self.opened_again(py) {
                    py.detach(|| send(&stream));
                }
            }
        }
        if self.is_late.load(Ordering::Relaxed) {
            let _ = self.flush(py, Duration::MAX);
        }
    }

    /// The topic of this logger's records. Each bears its own, also where it is that of all: who delivers what this
    /// process leaves may have another.
    fn topic_of(&self, logger: &str) -> Option<Topic> {
        match &self.topics {
            Topics::None => return None,
            Topics::One(topic) => return Some(topic.clone()),
            Topics::OfLoggers => {}
        }
        let last = self.topic.load();
        if let Some(last) = &*last
            && last.0 == logger
        {
            return last.1.clone();
        }
        let made = self.settings.topic(logger);
        self.topic
            .store(Some(Arc::new((logger.to_owned(), made.clone()))));
        made
    }

    /// What watches the process for the stream.
    pub(crate) fn watch(&self) -> Option<Arc<Watch>> {
        self.watch.as_ref()?.load_full()
    }

    /// The stream, if it is open.
    pub(crate) fn stream(&self) -> Option<Arc<Stream>> {
        self.stream.load_full()
    }

    /// The stream, opened if it was closed; `None` where the interpreter may no longer start threads.
    pub(crate) fn opened_again(&self, py: Python<'_>) -> Option<Arc<Stream>> {
        if let Some(stream) = self.stream.load_full() {
            return Some(stream);
        }
        if exit::is_finalizing(py) {
            return None;
        }
        let stream = registry::hold(&self.settings).ok()?;
        if let Some(watch) = &self.watch {
            watch.store(registry::watch(&self.settings));
        }
        self.is_late.store(exit::has_begun(), Ordering::Relaxed);
        let none: Option<Arc<Stream>> = None;
        let found = self.stream.compare_and_swap(&none, Some(Arc::clone(&stream)));
        match &*found {
            None => Some(stream),
            // Another thread was faster.
            Some(other) => {
                let _ = registry::release(&self.settings);
                Some(Arc::clone(other))
            }
        }
    }

    /// Waits until what was sent has arrived, and says whether all has.
    pub(crate) fn flush(&self, py: Python<'_>, timeout: Duration) -> PyResult<bool> {
        let Some(stream) = self.stream.load_full() else {
            return Ok(true);
        };
        let mut rejected = false;
        let outcome = exit::waiting(py, exit::granted(timeout), |time| {
            let flushed = stream.flush(time);
            rejected |= flushed.rejected() > 0;
            let pending = flushed.unacknowledged() - flushed.rejected();
            (pending == 0).then_some(())
        })?;
        Ok(outcome.is_some() && !rejected)
    }

    /// Gives up the stream. Who was the last to hold it waits up to `timeout` for what is pending; Ctrl-C ends that.
    pub(crate) fn close(&self, py: Python<'_>, timeout: Duration) -> PyResult<()> {
        let Some(own) = self.stream.swap(None) else {
            return Ok(());
        };
        drop(own);
        if let Some(watch) = &self.watch {
            watch.store(None);
        }
        self.is_warm.store(false, Ordering::Relaxed);
        let Some(stream) = registry::release(&self.settings) else {
            return Ok(());
        };
        let timeout = exit::granted(timeout);
        let (closed, is_closed) = mpsc::channel::<()>();
        let shared = stream.clone();
        let closing = std::thread::Builder::new()
            .name("tnt4-close".to_owned())
            .spawn(move || {
                let _ = stream.close(timeout);
                drop(stream);
                let _ = closed.send(());
            });
        if closing.is_err() {
            py.detach(|| {
                let _ = shared.close(timeout);
            });
            return Ok(());
        }
        let is_closed = std::sync::Mutex::new(is_closed);
        // A disk that hangs may take a second more.
        let outcome = exit::waiting(py, timeout + Duration::from_millis(1_500), |time| {
            let is_closed = is_closed.lock().ok()?;
            is_closed.recv_timeout(time).ok()
        });
        // Without waiting for it: its thread has it.
        std::mem::forget(shared);
        outcome.map(|_| ())
    }
}

/// A handler that nobody closed, and nobody has any more. Its stream is closed in the background.
impl Drop for Outlet {
    fn drop(&mut self) {
        if self.stream.swap(None).is_none() {
            return;
        }
        let Some(stream) = registry::release(&self.settings) else {
            return;
        };
        if exit::has_begun() {
            // What is on disk goes with the next start; the rest has had its time.
            let _ = stream.close(Duration::ZERO);
            return;
        }
        let _ = std::thread::Builder::new()
            .name("tnt4-close".to_owned())
            .spawn(move || {
                let _ = stream.close(Duration::from_secs(2));
            });
    }
}
