//! The instruments of a stream in this process, so that its flush and its close can report what they hold.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tnt4_model::Snapshot;

/// Something that may hold observations that were not reported.
pub(crate) trait Held: Send + Sync {
    /// What it holds, which counts as reported from now on.
    fn take(&self) -> Option<Snapshot>;
}

/// The instruments of a stream in this process. It keeps none of them alive.
#[derive(Default)]
pub(crate) struct Registry {
    known: Mutex<Known>,
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

    /// What all of them hold.
    pub(crate) fn take(&self) -> Vec<Snapshot> {
        let all: Vec<Arc<dyn Held>> = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.all.iter().filter_map(Weak::upgrade).collect()
        };
        all.iter().filter_map(|held| held.take()).collect()
    }
}
