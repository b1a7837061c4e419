//! The worker: takes a batch, lets the transport deliver it, does as the verdicts say.
//!
//! One thread a stream, named `tnt4-stream`, started by the first record. It knows neither the protocol nor
//! the application; it holds no lock while the transport works, and nothing that it does can log.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::back_off::BackOff;
use crate::batch::{Account, Batch, Desk};
use crate::diagnostics::Diagnostics;
use crate::disk::Disk;
use crate::heir::Heir;
use crate::own::Own;
use crate::record::Record;
use crate::report::Report;
use crate::shared::{Rest, Shared, State, Turn, Worker};
use crate::transport::{Setback, Transport};
use crate::{ProblemKind, own_thread};

/// Where no thread could be started, the next one of so many records tries again.
const TRY_AGAIN_EVERY: u64 = 256;

/// Where batches come from, and where their verdicts go.
pub(crate) trait Source: Desk {
    /// The next records; none where there was only damage, or nothing.
    ///
    /// # Errors
    /// [`Setback`] where they cannot be read at present.
    fn load(&self) -> Result<Vec<Record>, Setback>;

    /// Takes back what an attempt left unsettled; `setback` says why.
    fn give_back(&self, unsettled: Vec<Record>, setback: Option<&Setback>);
}

/// Starts the worker where it is needed and absent.
pub(crate) fn ensure(
    shared: &Arc<Shared>,
    disk: Option<&Arc<Disk>>,
    state: &mut State,
    diagnostics: &Diagnostics,
    tells_drops: bool,
) {
    let needed = state.queue.lane.pending() > 0 || state.started;
    if state.worker != Worker::Absent || !needed {
        return;
    }
    let (at_work, voice, disk) = (Arc::clone(shared), diagnostics.clone(), disk.cloned());
    let spawned = own_thread::spawn("tnt4-stream", move || {
        run(&at_work, disk.as_deref(), voice, tells_drops);
    });
    match spawned {
        Ok(_) => state.worker = Worker::Busy,
        Err(error) => {
            let why =
                format!("no thread could be started: {error}; raise the limit of processes and threads");
            state.setback = Some(Setback::retry_of(ProblemKind::Local, why));
        }
    }
}

/// Whether this record should see to it that the worker runs.
pub(crate) fn should_ensure(state: &State) -> bool {
    state.worker == Worker::Absent
        && (state.setback.is_none() || state.queue.lane.next_sequence().is_multiple_of(TRY_AGAIN_EVERY))
}

fn run(shared: &Shared, disk: Option<&Disk>, diagnostics: Diagnostics, tells_drops: bool) {
    let _ended = shared.at_the_end(Shared::worker_ended);
    // It stays here, and not in the thread's closure, until the thread exists.
    let transport = shared.lock().transport.take();
    if let Some(mut transport) = transport {
        let mut report = Report::new(diagnostics, transport.destination(), tells_drops);
        work(shared, disk, transport.as_mut(), &mut report);
    }
}

fn work(shared: &Shared, disk: Option<&Disk>, transport: &mut dyn Transport, report: &mut Report) {
    let mut back_off = BackOff::default();
    let (own, heir) = (Own::new(shared, disk), Heir::new(shared, disk));
    let mut rest = Rest::Unasked;
    while let Some(turn) = shared.next_turn(heir.has_work(), rest) {
        let source: &dyn Source = match turn {
            Turn::Own => &own,
            Turn::Inherited => &heir,
            Turn::Nobody => {
                // The first visit after a batch comes at once: that is no quiet time yet.
                if rest != Rest::Unasked {
                    report.look_at(shared);
                }
                rest = Rest::For(idle(transport));
                continue;
            }
            Turn::Metrics => {
                shared.report_due();
                continue;
            }
        };
        let records = match source.load() {
            Ok(records) => records,
            Err(setback) => {
                report.setback(&setback);
                shared.back_off(back_off.next(None));
                continue;
            }
        };
        if records.is_empty() {
            continue;
        }
        let (account, setback) = attempt(source, transport, &records);
        // Whoever closed the stream has said how it ended; nothing that comes later is news.
        if own.is_abandoned() && account.unsettled > 0 {
            return;
        }
        let progress = account.unsettled < records.len();
        let settled = account.settled.into_iter();
        let unsettled: Vec<Record> = records
            .into_iter()
            .zip(settled)
            .filter(|(_, settled)| !settled)
            .map(|(record, _)| record)
            .collect();
        source.give_back(unsettled, setback.as_ref());

        if let Some(reason) = &account.last_rejection {
            report.rejection(reason);
        }
        if progress {
            back_off.reset();
        }
        match &setback {
            None => report.success(),
            Some(setback) => report.setback(setback),
        }
        report.look_at(shared);
        shared.report_due();
        if let Some(setback) = setback {
            let asked = match setback {
                Setback::Retry { after, .. } => after,
                Setback::Refused { .. } | Setback::Blocked { .. } => None,
            };
            shared.back_off(back_off.next(asked));
        }
        rest = Rest::Unasked;
    }
}

/// When the transport wants to be asked again while there is nothing to send.
fn idle(transport: &mut dyn Transport) -> Option<Duration> {
    catch_unwind(AssertUnwindSafe(|| transport.idle())).unwrap_or_default()
}

/// One attempt at a batch. There is a setback exactly where something remains unsettled.
fn attempt(
    source: &dyn Source,
    transport: &mut dyn Transport,
    records: &[Record],
) -> (Account, Option<Setback>) {
    let mut batch = Batch::new(records, source);
    let outcome = catch_unwind(AssertUnwindSafe(|| transport.deliver(&mut batch)));
    let account = batch.into_account();
    if account.unsettled == 0 {
        return (account, None);
    }
    let setback = match outcome {
        Ok(Err(setback)) => setback,
        Ok(Ok(())) => Setback::retry_of(
            ProblemKind::Local,
            "the transport gave no answer for some records",
        ),
        Err(_) => Setback::retry_of(ProblemKind::Local, "the transport panicked: please report this"),
    };
    (account, Some(setback))
}
