//! Sends the demo's items as any application would: through the library, by HTTP.

use std::path::Path;
use std::time::{Duration, Instant};

use tnt4::{Diagnostics, Item, Spool, Stream};

use crate::signals::Watch;
use crate::{Failure, Printer};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(25);

/// How often it looks for a signal.
const PACE: Duration = Duration::from_millis(100);

/// What was sent.
pub(super) struct Streamed {
    pub(super) records: u64,
    /// From the first record to the last acknowledgement.
    pub(super) millis: u64,
}

/// Sends the items, which wait in this folder meanwhile, and waits until all are acknowledged.
pub(super) fn stream(
    items: impl Iterator<Item = Item>,
    url: &str,
    folder: &Path,
    printer: &mut Printer,
    watch: &mut Watch,
) -> Result<Streamed, Failure> {
    let stream = Stream::builder()
        .url(url)
        .spool(Spool::disk().state_folder(folder))
        .diagnostics(Diagnostics::off())
        .build()
        .map_err(Failure::not_done)?;
    let begun = Instant::now();
    for item in items {
        stream.send_waiting(item, PATIENCE).map_err(Failure::not_done)?;
        let read = || format!("{} sent", stream.stats().enqueued);
        printer.progress(read);
        end_where_wanted(watch)?;
    }
    loop {
        let flushed = stream.flush(PACE);
        let stats = stream.stats();
        if stats.pending == 0 && stats.acknowledged == stats.enqueued {
            return Ok(Streamed {
                records: stats.acknowledged,
                millis: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            });
        }
        if stats.pending == 0 || begun.elapsed() > PATIENCE {
            return Err(Failure::not_done(flushed));
        }
        end_where_wanted(watch)?;
    }
}

fn end_where_wanted(watch: &mut Watch) -> Result<(), Failure> {
    match watch.poll() {
        Some(signal) => Err(Failure::new(signal.exit(), "ended before all was sent")),
        None => Ok(()),
    }
}
