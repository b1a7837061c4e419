//! What every snapshot of an instrument says besides what it measured.

use std::time::Duration;

use tnt4_model::{Property, Snapshot, SourceFqn, Timestamp, TrackingId};

use super::window::Reading;
use crate::source;

/// What every snapshot of an instrument says besides what it measured.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct About {
    pub(crate) name: String,
    pub(crate) category: String,
    pub(crate) unit: Option<String>,
    pub(crate) properties: Vec<Property>,
    pub(crate) parent: Option<TrackingId>,
    pub(crate) source: Option<SourceFqn>,
    pub(crate) stream_name: Option<String>,
    pub(crate) interval: Duration,
}

impl About {
    /// A snapshot of what was read at this time.
    pub(crate) fn snapshot(&self, time: Timestamp, reading: impl Reading) -> Snapshot {
        let mut snapshot = Snapshot::new(&self.name).time(time);
        let measures = &mut snapshot.measures;
        measures.category = Some(self.category.clone());
        measures.parent_id = self.parent.clone();
        measures.source.fqn = Some(self.source.clone().unwrap_or_else(source::of_process));
        measures.source.stream_name = self.stream_name.clone();
        measures.properties = reading.properties(self.unit.as_deref());
        measures.properties.extend(self.properties.iter().cloned());
        snapshot
    }
}
