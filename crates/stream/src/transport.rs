//! What carries records to one kind of server, and what it says about them.
//!
//! A transport owns its connections and knows its protocol; it does not wait between attempts, count, or
//! tell people. The worker does that, and knows no status code and no packet identifier.

use std::time::Duration;

use crate::{Batch, ProblemKind};

/// What carries records to one kind of server.
///
/// # Contract
/// * [`deliver`](Self::deliver) offers the records to the server in their order, all that are not
///   [settled](Batch::settle) yet, each as the bytes that it is.
/// * Each record's verdict is given as soon as it is known, by [`Batch::settle`]: a caller of `flush` is
///   waiting for it. Verdicts may come in any order (acknowledgements of packets do). A record is `Done` only
///   when the server has said so, not when it was written.
/// * When it returns, what was not settled will be offered again, in the same order. `Err` says why it is not
///   settled and when another attempt makes sense; an `Ok` that leaves records unsettled counts as a setback
///   without a cause.
/// * A call takes bounded time: what the server does not read or answer within a timeout is a setback. A long record
///   over a slow link may have a timeout for each part of it, within a bound for the whole. Where a call
///   makes several round trips it looks at [`Batch::is_abandoned`] in between.
/// * A connection that the server closed while nothing was on its way is renewed within the call, without a
///   setback, once.
/// * It writes nothing to standard output, does not log, and no text that it returns contains a secret.
///
/// It is called from one thread at a time, for as long as the stream lives. Should it panic, the stream
/// takes that for a setback and calls it again.
pub trait Transport: Send {
    /// Offers the batch's unsettled records to the server.
    ///
    /// # Errors
    /// [`Setback`] where some remain unsettled.
    fn deliver(&mut self, batch: &mut Batch<'_>) -> Result<(), Setback>;

    /// Where the records go, as it is shown to people: without secrets.
    fn destination(&self) -> String;

    /// There is nothing to send. Keeps alive what the transport has open, without waiting, and says after how long it wants
    /// to be asked again, unless records come before; `None` for not at all.
    fn idle(&mut self) -> Option<Duration> {
        None
    }
}

/// What the server has said about one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It has it.
    Done,
    /// It will never take it, for this reason.
    Rejected(String),
}

/// Why records remain unsettled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setback {
    /// The server could not be reached, or was not able to take them: try again.
    Retry {
        /// The least time that the server asked to be left in peace, where it did.
        after: Option<Duration>,
        /// What kind of problem it is.
        kind: ProblemKind,
        /// What happened, in words.
        why: String,
    },
    /// The server does not accept who we are. Everything is kept until it does, and a successor that is somebody else
    /// may deliver it.
    Refused {
        /// What it said, in words.
        why: String,
    },
    /// Something else that only people can mend is in the way: an address, a file, a proxy. Everything is kept.
    Blocked {
        /// What happened, in words.
        why: String,
    },
}

impl Setback {
    /// A retry at the stream's own pace, of a server that cannot be reached.
    #[must_use]
    pub fn retry(why: impl Into<String>) -> Self {
        Self::retry_of(ProblemKind::Unreachable, why)
    }

    /// A retry at the stream's own pace, for a problem of this kind.
    #[must_use]
    pub fn retry_of(kind: ProblemKind, why: impl Into<String>) -> Self {
        Setback::Retry {
            after: None,
            kind,
            why: why.into(),
        }
    }

    /// What kind of problem it is.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        match self {
            Setback::Retry { kind, .. } => *kind,
            Setback::Refused { .. } => ProblemKind::Unauthorized,
            Setback::Blocked { .. } => ProblemKind::Blocked,
        }
    }

    /// What happened, in words.
    #[must_use]
    pub fn why(&self) -> &str {
        match self {
            Setback::Retry { why, .. } | Setback::Refused { why } | Setback::Blocked { why } => why,
        }
    }
}

/// The transport of a stream that cannot have one.
pub(crate) struct Absent;

impl Transport for Absent {
    fn deliver(&mut self, _batch: &mut Batch<'_>) -> Result<(), Setback> {
        Err(Setback::retry_of(
            ProblemKind::Local,
            "this stream is another process's",
        ))
    }

    fn destination(&self) -> String {
        "nowhere".to_owned()
    }
}
