//! Any one of the things that can be said.

use crate::{Activity, Dataset, Event, Log, Severity, Snapshot, TrackingId};

/// Any one of the things that can be said.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "an item does nothing until it is sent"]
pub enum Item {
    /// Something that happened.
    Event(Event),
    /// A line of a log.
    Log(Log),
    /// Something that takes time.
    Activity(Activity),
    /// Measurements.
    Snapshot(Snapshot),
    /// A set of data.
    Dataset(Dataset),
}

impl Item {
    /// The item's identity.
    #[must_use]
    pub fn tracking_id(&self) -> &TrackingId {
        match self {
            Item::Event(event) => &event.operation.tracking_id,
            Item::Log(log) => &log.operation.tracking_id,
            Item::Activity(activity) => &activity.operation.tracking_id,
            Item::Snapshot(snapshot) => &snapshot.measures.tracking_id,
            Item::Dataset(dataset) => &dataset.measures.tracking_id,
        }
    }

    /// Whether it asks not to be stored, only shown to live subscribers: a negative time to live.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        let ttl_secs = match self {
            Item::Event(event) => event.operation.ttl_secs,
            Item::Log(log) => log.operation.ttl_secs,
            Item::Activity(activity) => activity.operation.ttl_secs,
            Item::Snapshot(snapshot) => snapshot.measures.ttl_secs,
            Item::Dataset(dataset) => dataset.measures.ttl_secs,
        };
        ttl_secs.is_some_and(|secs| secs < 0)
    }

    /// How grave it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Item::Event(event) => event.operation.severity,
            Item::Log(log) => log.operation.severity,
            Item::Activity(activity) => activity.operation.severity,
            Item::Snapshot(snapshot) => snapshot.measures.severity,
            Item::Dataset(dataset) => dataset.measures.severity,
        }
    }
}

macro_rules! from_items {
    ($($type:ident)*) => {
        $(impl From<$type> for Item {
            fn from(item: $type) -> Self {
                Item::$type(item)
            }
        })*
    };
}

from_items!(Event Log Activity Snapshot Dataset);
