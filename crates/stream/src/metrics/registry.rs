//! The instruments of a stream in this process, so that its flush, its close and its worker can report what they hold.

use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use tnt4_model::Snapshot;

use super::cell::Due;
use crate::sync::{Mutex, MutexGuard};

/// Something that may hold observations that were not reported.
pub(crate) trait Held: Send + Sync {
    /// What it holds, which counts as reported from now on.
    fn take(&self) -> Option<Snapshot>;

    /// The same, if it is time for that.
    fn take_due(&self, now: Duration) -> Due<Snapshot>;
}

/// The instruments of a stream in this process. It keeps none of them alive.
#[derive(Default)]
pub(crate) struct Registry {
    known: Mutex<Known>,
    reporting: Mutex<()>,
}

#[derive(Default)]
struct Known {
    all: Vec<Weak<dyn Held>>,
    /// At this number those that are gone are left out.
    many: usize,
}

/// So many are never looked through for those that are gone.
const FEW: usize = 32;

impl Registry {
    pub(crate) fn add(&self, held: Weak<dyn Held>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.all.len() >= known.many {
            known.all.retain(|held| held.strong_count() > 0);
            known.many = FEW.max(2 * known.all.len());
        }
        known.all.push(held);
    }

    /// To be kept from the taking of snapshots until they are accepted: so a flush or a close does not overlook what the worker
    /// has just taken.
    pub(crate) fn reporting(&self) -> MutexGuard<'_, ()> {
        self.reporting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What all of them hold.
    pub(crate) fn take(&self) -> Vec<Snapshot> {
        self.all().iter().filter_map(|held| held.take()).collect()
    }

    /// What they hold and is due, and when something else is.
    pub(crate) fn take_due(&self, now: Duration) -> (Vec<Snapshot>, Option<Duration>) {
        let (mut taken, mut next) = (Vec::new(), None);
        for held in self.all() {
            match held.take_due(now) {
                Due::Now(snapshot) => taken.push(snapshot),
                Due::At(time) => next = Some(next.map_or(time, |next: Duration| next.min(time))),
                Due::Never => {}
            }
        }
        (taken, next)
    }

    /// Without the lock: they have locks of their own.
    fn all(&self) -> Vec<Arc<dyn Held>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.all.iter().filter_map(Weak::upgrade).collect()
    }
}
