//! The fields of events, and of logs, which are events with a type of log.

use super::EnumKind;
use super::field::{Field, integer, interval, missing, one_of, properties, text, texts, timestamp};

pub(super) const FIELDS: &[Field] = &[
    text("EventID", "tracking_id").or(&["id", "trackingid"]),
    text("ParentID", "parent_id").or(&["parenttrackingid"]),
    text("EventName", "name").or(&["operation"]),
    one_of("EventType", EnumKind::EventType, "type").or(&["type"]),
    one_of("Severity", EnumKind::Severity, "severity"),
    one_of("CompCode", EnumKind::CompCode, "comp_code"),
    integer("ReasonCode", "reason_code"),
    text("Exception", "exception"),
    timestamp("StartTime", "start_time"),
    timestamp("EndTime", "end_time"),
    interval("ElapsedTime", "elapsed_time"),
    timestamp("ReportTime", "report_time"),
    timestamp("UpdateTime", "update_time"),
    timestamp("ReceivedTime", "received_time"),
    interval("WaitTime", "wait_time"),
    interval("MsgAge", "msg_age").or(&["messageage"]),
    integer("ProcessID", "process_id").or(&["pid"]),
    integer("ThreadID", "thread_id").or(&["tid"]),
    text("Location", "location"),
    text("UserName", "user_name").or(&["user"]),
    text("ResourceName", "resource_name").or(&["resource"]),
    text("ResourceType", "resource_type"),
    text("Message", "message").or(&["msg", "text", "msgtext", "messagetext"]),
    integer("MsgLength", "msg_length").or(&["msgsize", "messagelength", "messagesize"]),
    text("MsgMimeType", "msg_mime_type").or(&["mimetype", "messagemimetype"]),
    text("MsgEncoding", "msg_encoding").or(&["encoding", "messageencoding"]),
    text("MsgCharset", "msg_charset").or(&["charset", "messagecharset"]),
    texts("Tag", "tags").or(&["tags", "msgtag", "msgtags"]),
    texts("Correlator", "correlators").or(&["correlators", "corrid", "correlatorid"]),
    properties(),
    integer("SnapShotCount", "snapshot_count").or(&["snapcount"]),
];

/// What a log has besides.
pub(super) const OF_LOG: &[Field] = &[text("LogType", "log_type")];

pub(super) const BY_NAME: &[Field] = &[
    missing("SetName"),
    missing("Objectives"),
    missing("SetSequence"),
    missing("Ancestor"),
    missing("Signature").or(&["trackingsign"]),
];

pub(super) const DEFAULT: &[&str] = &[
    "EventID",
    "ParentID",
    "EventName",
    "EventType",
    "Severity",
    "StartTime",
    "EndTime",
    "ElapsedTime",
    "Location",
    "ResourceName",
    "ResourceType",
    "MsgLength",
    "Message",
    "Properties",
    "Exception",
    "SourceFQN",
    "SnapShotCount",
];

/// A log has no parent and takes no time: its time, its text and who wrote it come instead.
pub(super) const DEFAULT_OF_LOG: &[&str] = &[
    "EventID",
    "EventName",
    "LogType",
    "Severity",
    "ReportTime",
    "ElapsedTime",
    "Location",
    "UserName",
    "ResourceName",
    "MsgLength",
    "Message",
    "Properties",
    "Exception",
    "SourceFQN",
];
