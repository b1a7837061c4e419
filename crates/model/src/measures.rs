//! What a snapshot and a dataset have in common.

use crate::{Property, Severity, Source, Timestamp, TrackingId};

/// What a snapshot and a dataset have in common: named values at one time. Names in parentheses are those
/// of the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Measures {
    /// The identity (`tracking-id`).
    pub tracking_id: TrackingId,
    /// The event or activity that it was taken with (`parent-id`).
    pub parent_id: Option<TrackingId>,
    /// What was measured (`name`).
    pub name: String,
    /// What kind of thing that is (`category`).
    pub category: Option<String>,
    /// When it was measured (`time-usec`).
    pub time: Option<Timestamp>,
    /// How grave it is (`severity`).
    pub severity: Severity,
    /// The values (`properties`).
    pub properties: Vec<Property>,
    /// Who sent it (`source-fqn`, `source-ssn`, `source-url`).
    pub source: Source,
    /// As in [`Operation`](crate::Operation) (`ttl-sec`).
    pub ttl_secs: Option<i64>,
}

impl Measures {
    pub(crate) fn new(name: String, tracking_id: TrackingId) -> Self {
        Measures {
            tracking_id,
            parent_id: None,
            name,
            category: None,
            time: None,
            severity: Severity::default(),
            properties: Vec::new(),
            source: Source::default(),
            ttl_secs: None,
        }
    }

    pub(crate) fn measured_now(name: String) -> Self {
        let now = Timestamp::now();
        let mut measures = Measures::new(name, TrackingId::made_at(now));
        measures.time = Some(now);
        measures
    }
}
