//! What keeps a bridge's stream until the program ends.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Outlet;
use crate::{Flushed, Stream};

/// How long the drop may take.
const TIME_TO_DROP: Duration = Duration::from_secs(2);

/// Keeps the stream of a bridge until the program ends: bind it to a name in `main`, as `let _guard = …`.
///
/// When it is dropped, which happens also where `main` panics, it [closes](Stream::close) the stream, and takes up to 2 s
/// while records are pending. It blocks its thread for that and needs no runtime, so it may be dropped inside of async code. A
/// stream that the application has given to the bridge is only flushed: its end is the application's affair.
///
/// What happens otherwise, where records wait [on disk](crate::Spool) as on Linux by default: **nothing is lost.** After
/// `std::process::exit`, a panic that aborts, `kill -9`, or where the guard was leaked, what had not been delivered goes with
/// the next start. Where records wait in memory, those are lost that were pending at such an end.
///
/// What is logged after the guard was dropped, or always where it was dropped at once by mistake (`let _ = …`), goes to
/// a second stream of the same configuration: on disk it survives, too.
#[must_use = "the stream is closed as soon as the guard is dropped: write `let _guard = …` in `main`"]
pub struct Guard {
    outlet: Arc<Outlet>,
    is_closed: bool,
}

impl Guard {
    pub(crate) fn new(outlet: Arc<Outlet>) -> Self {
        Guard {
            outlet,
            is_closed: false,
        }
    }

    /// Waits until everything that was logged before is settled, at most for `timeout`, and says what became of it; see
    /// [`Stream::flush`].
    pub fn flush(&self, timeout: Duration) -> Flushed {
        self.outlet.flush(timeout)
    }

    /// The stream, for events and activities by hand, metrics and its books.
    #[must_use]
    pub fn stream(&self) -> &Stream {
        self.outlet.stream()
    }

    /// Ends the stream within `timeout`, instead of the drop's 2 s, and says what became of the records; see
    /// [`Stream::close`]. A given stream is flushed.
    pub fn close(mut self, timeout: Duration) -> Flushed {
        self.is_closed = true;
        self.outlet.close(timeout)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !self.is_closed {
            let _ = self.outlet.close(TIME_TO_DROP);
        }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(self.stream()).finish()
    }
}
