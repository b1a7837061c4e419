//! The records of one attempt, and the desk at which their verdicts are handed in.
//!
//! A verdict counts from the moment it is handed in, not from the end of the attempt: with one round trip a
//! record, a batch may be on its way for long.

use crate::record::Record;
use crate::transport::Verdict;

/// The records of one attempt, in the order in which they were accepted.
pub struct Batch<'a> {
    records: &'a [Record],
    settled: Vec<bool>,
    unsettled: usize,
    last_rejection: Option<String>,
    desk: &'a dyn Desk,
}

/// Who takes the verdicts.
pub(crate) trait Desk {
    /// Takes verdicts about records that had none.
    fn settle(&self, verdicts: &[(&Record, Verdict)]);

    /// Whether nobody is interested any more.
    fn is_abandoned(&self) -> bool;
}

impl<'a> Batch<'a> {
    pub(crate) fn new(records: &'a [Record], desk: &'a dyn Desk) -> Self {
        let settled = vec![false; records.len()];
        Batch {
            records,
            settled,
            unsettled: records.len(),
            last_rejection: None,
            desk,
        }
    }

    /// The records that have no verdict yet, each with its index.
    pub fn unsettled(&self) -> impl Iterator<Item = (usize, &'a Record)> + '_ {
        let settled = self.settled.iter();
        self.records
            .iter()
            .enumerate()
            .zip(settled)
            .filter(|(_, settled)| !**settled)
            .map(|(entry, _)| entry)
    }

    /// The first record that has no verdict yet, with its index.
    #[must_use]
    pub fn first_unsettled(&self) -> Option<(usize, &'a Record)> {
        self.unsettled().next()
    }

    /// How many records have no verdict yet.
    #[must_use]
    pub fn unsettled_count(&self) -> usize {
        self.unsettled
    }

    /// Hands in the verdict about the record of this index. A second verdict about a record, and one about
    /// an index that does not exist, are ignored.
    pub fn settle(&mut self, index: usize, verdict: Verdict) {
        self.settle_each([(index, verdict)]);
    }

    /// Hands in several verdicts at once, as [`settle`](Self::settle) does one.
    pub fn settle_each(&mut self, verdicts: impl IntoIterator<Item = (usize, Verdict)>) {
        let mut news = Vec::new();
        for (index, verdict) in verdicts {
            let (Some(record), Some(settled)) = (self.records.get(index), self.settled.get_mut(index)) else {
                continue;
            };
            if std::mem::replace(settled, true) {
                continue;
            }
            self.unsettled -= 1;
            if let Verdict::Rejected(reason) = &verdict {
                self.last_rejection = Some(reason.clone());
            }
            news.push((record, verdict));
        }
        self.desk.settle(&news);
    }

    /// Whether the stream has been closed and its time is up: whatever is sent now counts as lost.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.desk.is_abandoned()
    }

    /// What the worker wants to know in the end.
    pub(crate) fn into_account(self) -> Account {
        Account {
            settled: self.settled,
            unsettled: self.unsettled,
            last_rejection: self.last_rejection,
        }
    }
}

/// How an attempt went.
pub(crate) struct Account {
    /// Whether each record was settled.
    pub(crate) settled: Vec<bool>,
    /// How many were not.
    pub(crate) unsettled: usize,
    /// Why the last of the rejected ones was rejected.
    pub(crate) last_rejection: Option<String>,
}

impl std::fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Batch({} records, {} unsettled)",
            self.records.len(),
            self.unsettled
        )
    }
}

/// A desk for tests: it keeps what is handed in.
#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Mutex;

    use super::Desk;
    use crate::{Record, Verdict};

    /// The verdicts, each with the record's sequence number.
    #[derive(Default)]
    pub(crate) struct Verdicts(pub(crate) Mutex<Vec<(u64, Verdict)>>);

    impl Desk for Verdicts {
        fn settle(&self, verdicts: &[(&Record, Verdict)]) {
            let verdicts = verdicts
                .iter()
                .map(|(record, verdict)| (record.sequence, verdict.clone()));
            self.0.lock().unwrap().extend(verdicts);
        }

        fn is_abandoned(&self) -> bool {
            false
        }
    }
}
