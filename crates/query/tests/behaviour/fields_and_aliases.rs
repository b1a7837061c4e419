//! Fields go by their canonical names and by those that clients and the wire use, in any case.

use super::{headers, refused, try_plan};

#[test]
fn other_names_mean_the_canonical_field() {
    let cases = [
        ("event", "EventID", "id tracking_id?"),
        ("event", "EventName", "name operation"),
        ("event", "EventType", "type"),
        ("event", "Message", "msg text msgtext"),
        ("event", "MsgLength", "msgsize"),
        ("event", "Tag", "tags msgtag"),
        ("event", "Correlator", "correlators corrid"),
        ("event", "Properties", "property props map"),
        ("event", "ApplName", "appl application applicationname"),
        ("event", "ServerName", "server"),
        ("event", "Address", "netaddr"),
        ("event", "DataCenterName", "datacenter"),
        ("event", "GeoLocation", "geoaddr"),
        ("event", "ProcessID", "pid"),
        ("event", "ThreadID", "tid"),
        ("event", "UserName", "user"),
        ("log", "EventName", "name"),
        ("log", "LogType", "LOGTYPE"),
        ("activity", "ActivityID", "id"),
        ("activity", "ActivityName", "name operation"),
        ("activity", "ActivityStatus", "status"),
        ("activity", "EventID", "idset"),
        ("activity", "EventCount", "idcount"),
        ("snapshot", "SnapshotID", "id"),
        ("snapshot", "SnapshotName", "name"),
        ("snapshot", "Type", "snapshottype"),
        ("dataset", "SnapshotTime", "datasettime"),
    ];
    for (item, header, names) in cases {
        for name in names
            .split(' ')
            .filter(|name| !name.ends_with('?'))
            .chain([header])
        {
            for name in [name.to_owned(), name.to_uppercase(), name.to_lowercase()] {
                assert_eq!(
                    headers(&format!("get {item} fields {name}")),
                    [header],
                    "{item} {name}"
                );
            }
        }
    }
}

#[test]
fn every_listed_column_can_be_asked_for_compared_and_sorted_by() {
    for item in ["event", "activity", "snapshot", "log", "dataset"] {
        for list in ["", "fields all"] {
            for header in headers(&format!("get {item} {list}")) {
                let query = format!("get {item} fields {header} where {header} exists");
                assert_eq!(headers(&query), [header.as_str()], "{query}");
                let is_map = header == "Properties" || header == "SourceComps";
                let sorted = try_plan(&format!("get {item} sort by {header}"));
                assert_eq!(sorted.is_err(), is_map, "{item} {header}");
            }
        }
    }
}

#[test]
fn default_columns_are_those_of_the_server_that_are_kept() {
    insta::assert_snapshot!(lists(""));
}

#[test]
fn all_columns_are_those_of_the_server_that_are_kept() {
    insta::assert_snapshot!(lists("fields all"));
}

fn lists(fields: &str) -> String {
    let items = ["events", "activities", "snapshots", "logs", "datasets"];
    items
        .map(|item| format!("{item}: {}", headers(&format!("get {item} {fields}")).join(", ")))
        .join("\n")
}

#[test]
fn an_alias_is_known_after_the_fields_and_a_field_before_an_alias() {
    assert!(
        try_plan(
            "get events fields msglength * 2 as double where 'double' > 5 and double < 9 sort by DOUBLE"
        )
        .is_ok()
    );
    // The alias `severity` does not hide the field.
    assert!(try_plan("get events fields name as severity where severity > info").is_ok());
}

#[test]
fn what_is_not_kept_is_said_to_be_so() {
    for query in [
        "get events fields setname",
        "get activities where derived = true",
        "get snapshots sort by activityname",
    ] {
        assert!(refused(query).to_string().contains("not keep yet"), "{query}");
    }
}

#[test]
fn a_slip_of_the_keyboard_is_no_property() {
    let meant = |query: &str| refused(query).to_string();
    assert!(meant("get events where severty > 3").contains("did you mean Severity?"));
    assert!(meant("get events fields strattime").contains("did you mean StartTime?"));
    // Something added to a field's name is meant so, and so is what has a dot, or stands in parentheses.
    assert_eq!(
        headers("get events fields Location2, messages.in, map('severty')").len(),
        3
    );
}
