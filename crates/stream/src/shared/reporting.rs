//! What metrics hold is reported by the worker at the latest: an observation that no other one follows waits no longer than its
//! interval, while the server is there.

use std::time::Duration;

use super::{Shared, Worker};
use crate::record::Draft;

impl Shared {
    /// Something that metrics hold is to be reported then, unless somebody has done so.
    pub(crate) fn report_by(&self, time: Duration) {
        let mut state = self.lock();
        if state.report_at.is_some_and(|earlier| earlier <= time) {
            return;
        }
        state.report_at = Some(time);
        if state.worker == Worker::Idle {
            self.work.notify_one();
        }
    }

    /// Reports what metrics hold, as far as it is due.
    pub(crate) fn report_due(&self) {
        let now = self.now();
        if self.lock().report_at.take_if(|at| *at <= now).is_none() {
            return;
        }
        let others_wait = self.held.reporting();
        let (snapshots, next) = self.held.take_due(now);
        for snapshot in snapshots {
            let draft = Draft::encode(&snapshot.into());
            let frame = draft.as_ref().map_err(|reason| *reason).and_then(Draft::frame);
            let mut state = self.lock();
            if let Err(reason) = frame.and_then(|frame| self.append(&mut state, &frame)) {
                state.ledger.refuse(reason);
            }
        }
        drop(others_wait);
        if let Some(next) = next {
            self.report_by(next);
        }
    }
}
