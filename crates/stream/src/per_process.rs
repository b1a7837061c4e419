//! What belongs to one process: a child of a fork has one of its own, which is made when it is first wanted.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::fork;

/// A value of this process. A child makes its own, and leaves its parent's alone: the parent's threads have stopped in
/// the middle there, so that its locks may never open again, and it is not even dropped.
pub(crate) struct PerProcess<T> {
    live: ArcSwap<Of<T>>,
}

struct Of<T> {
    /// The process, by its number of forks.
    generation: u64,
    value: T,
}

impl<T> PerProcess<T> {
    /// The value of the process that makes it.
    pub(crate) fn new(value: T) -> Self {
        PerProcess {
            live: ArcSwap::from_pointee(Of::now(value)),
        }
    }

    /// Does something with the value of this process, which is made first where it is not there.
    pub(crate) fn with<R>(&self, make: impl FnOnce() -> T, action: impl FnOnce(&T) -> R) -> R {
        let live = self.live.load();
        if live.is_ours() {
            return action(&live.value);
        }
        let old = arc_swap::Guard::into_inner(live);
        let previous = self.live.compare_and_swap(&old, Arc::new(Of::now(make())));
        let ours = Arc::ptr_eq(&previous, &old);
        drop(previous);
        if ours {
            std::mem::forget(old);
        }
        action(&self.live.load().value)
    }

    /// Does something with the value of this process, if it has one.
    pub(crate) fn with_present<R>(&self, action: impl FnOnce(&T) -> R) -> Option<R> {
        let live = self.live.load();
        live.is_ours().then(|| action(&live.value))
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        let live = self.live.load_full();
        if !live.is_ours() {
            std::mem::forget(live);
        }
    }
}

impl<T> Of<T> {
    fn now(value: T) -> Self {
        Of {
            generation: fork::generation(),
            value,
        }
    }

    fn is_ours(&self) -> bool {
        self.generation == fork::generation()
    }
}
