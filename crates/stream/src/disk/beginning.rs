//! How a stream comes by its place on disk: with its first record, by the hand of the keeper.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Disk, Estate, lock, seal};
use crate::keeper;
use crate::queue::Next;
use crate::segment::{self, Identity, Writer};
use crate::shared::Shared;
use crate::spool::{self, Folder, SpoolError, StateFolder};

/// How long the first caller waits for the first segment. A disk that is slower than this, or hangs, gets its records
/// from memory when it can.
const TIME_TO_BEGIN: Duration = Duration::from_millis(250);

impl Disk {
    /// Starts the keeper, once, and waits until it has made the first segment, but not for long.
    pub(crate) fn begin(self: &Arc<Self>, shared: &Arc<Shared>) {
        if self.begun.load(Ordering::Acquire) {
            return;
        }
        let mut state = shared.lock();
        if state.is_closing() {
            return;
        }
        if !std::mem::replace(&mut state.beginning, true) {
            keeper::start(shared, self, &mut state);
        }
        shared.wait_begun(state, TIME_TO_BEGIN);
        self.begun.store(true, Ordering::Release);
    }

    /// Claims a folder and makes the first segment.
    pub(crate) fn make_first(&self, shared: &Shared) -> (Next, u64) {
        match self.claim(shared) {
            Ok(()) => self.make_next(shared, 0),
            Err(error) => {
                self.say(&format!("records are kept in memory only: {error}"));
                (Next::Failed, 0)
            }
        }
    }

    /// The stream was closed while this was made.
    pub(crate) fn take_back(&self, next: Next) {
        if let Next::Ready { writer, .. } = next {
            seal(writer);
        }
        // Until it has ended, whoever closes needs the folder, and gives it up.
        if self.ended.load(Ordering::SeqCst) {
            self.give_up_folder();
        }
    }

    /// Claims a folder, where there is none yet.
    pub(crate) fn claim(&self, shared: &Shared) -> Result<(), SpoolError> {
        if self.estate.get().is_some() {
            return Ok(());
        }
        let path = match &self.spool.state_folder {
            Some(path) => path.clone(),
            None => spool::find(|name| std::env::var_os(name))?,
        };
        let state_folder = StateFolder::open(&path)?;
        let secrets: Vec<&str> = self.secrets.iter().map(String::as_str).collect();
        let destination = state_folder.destination(&self.address, &secrets)?;
        let folder = destination.claim()?;
        let place = folder.path().to_owned();
        let reserve = Arc::new(folder.reserve());
        let bridges = Arc::clone(&reserve);
        let bridge = move |identity: &Identity, capacity| {
            let path = Folder::segment_path_in(&place, identity.number);
            let writer = Writer::create_sparse(&path, identity, capacity).ok()?;
            bridges.taken(capacity);
            Some(writer)
        };
        shared.lock().queue.settle_down(folder.id(), Box::new(bridge));
        *lock(&self.dead_letters) = Some(folder.dead_letters(self.dead_letters_limit()));
        let medium = self
            .spool
            .medium
            .unwrap_or_else(|| segment::medium_for(folder.path()));
        let _ = self.estate.set(Estate {
            medium,
            destination,
            reserve,
            folder: Mutex::new(Some(Arc::new(folder))),
        });
        Ok(())
    }
}
