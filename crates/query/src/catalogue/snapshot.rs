//! The fields of snapshots, and of datasets, which have the same.

use super::EnumKind;
use super::field::{Field, integer, missing, one_of, properties, text, timestamp};

pub(super) const FIELDS: &[Field] = &[
    text("SnapshotID", "tracking_id").or(&["id", "trackingid", "datasetid"]),
    text("ParentID", "parent_id").or(&["parenttrackingid"]),
    text("SnapshotName", "name").or(&["datasetname"]),
    text("Category", "category"),
    timestamp("SnapshotTime", "snapshot_time").or(&["datasettime"]),
    one_of("Severity", EnumKind::Severity, "severity"),
    one_of("Type", EnumKind::EventType, "type").or(&["snapshottype", "datasettype"]),
    properties(),
    integer("PropertyCount", "property_count").or(&["propcount"]),
    timestamp("ReceivedTime", "received_time"),
];

/// Those of the activity or event that a snapshot belongs to, and those of sets.
pub(super) const BY_NAME: &[Field] = &[
    missing("Location"),
    missing("ActivityName"),
    missing("EventName"),
    missing("SetName"),
    missing("Objectives"),
    missing("SetSequence"),
];

pub(super) const DEFAULT: &[&str] = &[
    "SnapshotID",
    "ParentID",
    "SnapshotName",
    "Category",
    "SnapshotTime",
    "Severity",
    "Type",
    "Properties",
    "SourceFQN",
];
