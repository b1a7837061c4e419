//! How a stream comes by its place on disk: with its first record, by the hand of the keeper.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{Disk, seal};
use crate::keeper;
use crate::queue::Next;
use crate::shared::Shared;

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
        if state.is_refusing() {
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
                self.say_unclaimed(&error);
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
}
