//! What an event, a log and an activity have in common.

use crate::{CompCode, Message, Property, Severity, Snapshot, Source, Timestamp, TrackingId};

/// What an event, a log and an activity have in common: something was done, by whom, where, when, for how
/// long, and with what outcome. Names in parentheses are those of the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The identity (`tracking-id`).
    pub tracking_id: TrackingId,
    /// The activity, or event, that contains this one (`parent-id`).
    pub parent_id: Option<TrackingId>,
    /// What was done (`operation`).
    pub name: String,
    /// How grave it is (`severity`).
    pub severity: Severity,
    /// How it ended (`comp-code`).
    pub comp_code: Option<CompCode>,
    /// A number that tells why (`reason-code`).
    pub reason_code: Option<i64>,
    /// The error or stack trace (`exception`).
    pub exception: Option<String>,
    /// When it began (`start-time-usec`).
    pub start_time: Option<Timestamp>,
    /// When it ended (`end-time-usec`).
    pub end_time: Option<Timestamp>,
    /// How long it took, in microseconds (`elapsed-time-usec`).
    pub elapsed_usec: Option<i64>,
    /// When it was reported (`time-usec`).
    pub report_time: Option<Timestamp>,
    /// How much of the time was spent waiting, in microseconds (`wait-time-usec`).
    pub wait_usec: Option<i64>,
    /// The operating system's number of the process (`pid`).
    pub process_id: Option<i64>,
    /// The operating system's number of the thread (`tid`).
    pub thread_id: Option<i64>,
    /// A city, an address or coordinates (`location`).
    pub location: Option<String>,
    /// On whose behalf (`user`).
    pub user: Option<String>,
    /// On what, plain or as `TYPE=name` (`resource`).
    pub resource: Option<String>,
    /// Items that share one of these belong together (`corrid`).
    pub correlators: Vec<String>,
    /// The text (`msg-text` and what goes with it).
    pub message: Message,
    /// Named values (`properties`).
    pub properties: Vec<Property>,
    /// Measurements taken with it (`snapshots`).
    pub snapshots: Vec<Snapshot>,
    /// Who sent it (`source-fqn`, `source-ssn`, `source-url`).
    pub source: Source,
    /// Seconds until it may be deleted (`ttl-sec`): 0 for the repository's default, negative for never
    /// stored, only shown to live subscribers.
    pub ttl_secs: Option<i64>,
}

impl Operation {
    /// An operation of this name with a new identity and nothing else.
    pub(crate) fn new(name: String, tracking_id: TrackingId) -> Self {
        Operation {
            tracking_id,
            parent_id: None,
            name,
            severity: Severity::default(),
            comp_code: None,
            reason_code: None,
            exception: None,
            start_time: None,
            end_time: None,
            elapsed_usec: None,
            report_time: None,
            wait_usec: None,
            process_id: None,
            thread_id: None,
            location: None,
            user: None,
            resource: None,
            correlators: Vec::new(),
            message: Message::default(),
            properties: Vec::new(),
            snapshots: Vec::new(),
            source: Source::default(),
            ttl_secs: None,
        }
    }

    /// An operation of this name with a new identity, reported now.
    pub(crate) fn reported_now(name: String) -> Self {
        let now = Timestamp::now();
        let mut operation = Operation::new(name, TrackingId::made_at(now));
        operation.report_time = Some(now);
        operation
    }

    /// The four times with the gaps filled: what a sender left out is taken from its neighbours, and at
    /// last from the moment of receipt.
    #[must_use]
    pub fn times(&self, received: Timestamp) -> Times {
        let report = self.report_time.unwrap_or(received);
        let start = self.start_time.or(self.end_time).unwrap_or(report);
        let end = self.end_time.or(self.start_time).unwrap_or(report);
        let elapsed_usec = self.elapsed_usec.unwrap_or_else(|| end.micros_since(start));
        Times {
            start,
            end,
            elapsed_usec,
            report,
        }
    }
}

/// When an operation happened, nothing left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// How long it took, in microseconds.
    pub elapsed_usec: i64,
    /// When it was reported.
    pub report: Timestamp,
}
