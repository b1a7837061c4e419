//! What a flush, or a close, can honestly say.

use std::fmt;

use crate::ProblemKind;

/// What became of the records that had been accepted before [`flush`](crate::Stream::flush) or
/// [`close`](crate::Stream::close) was called.
///
/// *Before* goes by the records' order of acceptance, not by a moment in which the queue is empty: what
/// other threads send meanwhile neither delays the answer nor falsifies it. A rejected record makes the
/// outcome incomplete, for it will not arrive. It is told once: by the first flush to end after it and all
/// that overlap with that one, so that a loss of yesterday does not spoil today's answer. (The sum over the
/// stream's life is in [`Stats`](crate::Stats).) Records that `send` refused were never accepted, and do not
/// count here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use = "only the outcome says whether the records arrived"]
pub struct Flushed {
    pub(crate) unacknowledged: u64,
    pub(crate) rejected: u64,
    pub(crate) kept: u64,
    pub(crate) problem: Option<String>,
    pub(crate) problem_kind: Option<ProblemKind>,
}

impl Flushed {
    /// Whether every one of the records was acknowledged by the server.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unacknowledged == 0
    }

    /// How many records were not acknowledged: those still pending, those rejected and, after a close, those
    /// left behind.
    #[must_use]
    pub fn unacknowledged(&self) -> u64 {
        self.unacknowledged
    }

    /// How many of the unacknowledged were rejected by the server.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.rejected
    }

    /// How many of the unacknowledged a [`close`](crate::Stream::close) has left on disk, where the next stream
    /// to the same destination finds and delivers them.
    #[must_use]
    pub fn kept(&self) -> u64 {
        self.kept
    }

    /// What stood in the way last, in words; `None` where the outcome is complete.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// What kind of problem stood in the way last; `None` where the outcome is complete.
    #[must_use]
    pub fn problem_kind(&self) -> Option<ProblemKind> {
        self.problem_kind
    }
}

impl fmt::Display for Flushed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_complete() {
            return f.write_str("all records were acknowledged");
        }
        let plural = if self.unacknowledged == 1 {
            "record was"
        } else {
            "records were"
        };
        write!(f, "{} {plural} not acknowledged", self.unacknowledged)?;
        let fates = [
            (self.rejected, "rejected"),
            (self.kept, "kept on disk for the next start"),
        ];
        let mut separator = " (";
        for (count, fate) in fates.iter().filter(|(count, _)| *count > 0) {
            write!(f, "{separator}{count} {fate}")?;
            separator = ", ";
        }
        if separator == ", " {
            f.write_str(")")?;
        }
        match &self.problem {
            Some(problem) => write!(f, ": {problem}"),
            None => Ok(()),
        }
    }
}
