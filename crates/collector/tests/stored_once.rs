//! One copy per `tnt4-id`, one row an activity, and everything else as often as it comes.

mod support;

use serde_json::json;
use support::Running;

#[test]
fn a_record_delivered_again_is_stored_once() {
    let collector = Running::start();
    let record = json!({"tnt4-id": "019a1b2c-3d4e-7f60-8192-a3b4c5d6e7f8", "operation": "pay", "corrid": ["c"],
        "snapshots": [{"name": "s", "properties": [{"name": "p", "type": "int", "value": 1}]}]});
    for item in ["EVENT", "LOG", "SNAPSHOT", "DATASET"] {
        let mut record = record.clone();
        record["type"] = json!(item);
        for _ in 0..3 {
            assert_eq!(collector.post("/", &record.to_string()).status, 202);
        }
        let twice = format!("{record}\n{record}\n");
        assert_eq!(
            collector.post("/", &twice).json()["accepted"],
            2,
            "a repeated record is not refused"
        );
    }
    assert_eq!(
        (
            collector.count("events"),
            collector.count("logs"),
            collector.count("datasets")
        ),
        (1, 1, 1)
    );
    assert_eq!(
        collector.count("snapshots"),
        3,
        "one of its own, and one with the event and the log each"
    );
}

#[test]
fn records_without_one_are_kept_also_under_the_same_tracking_id() {
    let collector = Running::start();
    for _ in 0..3 {
        collector.post("/event", r#"{"tracking-id":"same","operation":"a"}"#);
    }
    assert_eq!(collector.count("events where eventid = 'same'"), 3);
}

#[test]
fn an_activity_reported_again_is_one_row_whatever_the_order() {
    let begin = r#"{"tracking-id":"a1","tnt4-id":"019a1b2c-3d4e-7f60-8192-000000000001","type":"ACTIVITY","operation":"Order",
        "status":"BEGIN","start-time-usec":1000,"time-usec":1000,"user":"ann","corrid":["c1"],"properties":[{"name":"p","type":"int","value":1},{"name":"q","type":"int","value":1}]}"#;
    let end = r#"{"tracking-id":"a1","tnt4-id":"019a1b2c-3d4e-7f60-8192-000000000002","type":"ACTIVITY","operation":"Order",
        "status":"END","severity":"ERROR","end-time-usec":5000,"time-usec":5000,"corrid":["c2"],"id-set":["e1","e2"],
        "properties":[{"name":"p","type":"int","value":2}],"snapshots":[{"name":"s","time-usec":4000}]}"#;
    let orders: [&[&str]; 4] = [
        &[begin, end],
        &[end, begin],
        &[begin, end, begin, end],
        &[end, end, begin, begin],
    ];
    for order in orders {
        let collector = Running::start();
        for report in order {
            assert_eq!(collector.post("/", report).status, 202);
        }
        let reply = collector.ask("get activities fields all");
        let rows = reply["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 1, "{order:?}");
        let row = &rows[0];
        assert_eq!(row["ActivityStatus"], "2#END", "{order:?}");
        assert_eq!(row["Severity"], "6#ERROR", "{order:?}");
        assert_eq!(
            (&row["StartTime"], &row["EndTime"], &row["ElapsedTime"]),
            (&json!(1000), &json!(5000), &json!(4000)),
            "{order:?}"
        );
        assert_eq!(row["UserName"], "ann", "{order:?}");
        assert_eq!(row["Properties"], json!({"p": 2, "q": 1}), "{order:?}");
        assert_eq!(row["EventCount"], 2, "{order:?}");
        let mut correlators: Vec<&str> = row["Correlator"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|c| c.as_str())
            .collect();
        correlators.sort_unstable();
        assert_eq!(correlators, ["c1", "c2"], "{order:?}");
        assert_eq!(collector.count("snapshots where parentid = 'a1'"), 1, "{order:?}");
        for correlator in ["c1", "c2"] {
            assert_eq!(
                collector.count(&format!("activities where correlator = '{correlator}'")),
                1
            );
        }
    }
}

#[test]
fn nested_snapshots_take_from_their_operation_what_they_lack() {
    let collector = Running::start();
    collector.post("/", r#"{"tracking-id":"e1","operation":"a","end-time-usec":77,"source-fqn":"APPL=shop#SERVER=web1",
        "snapshots":[{"name":"bare"},{"name":"own","parent-id":"p9","time-usec":5,"source-fqn":"APPL=other"}]}"#);
    let reply = collector
        .ask("get snapshots fields SnapshotName, ParentID, SnapshotTime, ApplName sort by SnapshotName");
    assert_eq!(
        reply["rows"][0],
        json!({"SnapshotName": "bare", "ParentID": "e1", "SnapshotTime": 77, "ApplName": "shop"})
    );
    assert_eq!(
        reply["rows"][1],
        json!({"SnapshotName": "own", "ParentID": "p9", "SnapshotTime": 5, "ApplName": "other"})
    );
    assert_eq!(
        collector.column("get events fields SnapShotCount", "SnapShotCount"),
        [2]
    );
}

#[test]
fn a_negative_time_to_live_is_shown_and_not_stored() {
    let collector = Running::start();
    let mut watcher = collector.connect();
    watcher.write("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n");
    // The empty line says that the feed is open.
    let mut opened = watcher.line();
    while !opened.is_empty() {
        opened = watcher.line();
    }
    watcher.feed_line();
    assert_eq!(
        collector
            .post("/event", r#"{"operation":"fleeting","ttl-sec":-1}"#)
            .status,
        202
    );
    assert!(watcher.feed_line().contains("fleeting"));
    assert_eq!(collector.count("events"), 0);
}

#[test]
fn what_was_accepted_is_there_after_a_restart() {
    let mut collector = Running::start();
    for number in 0..20 {
        collector.post(
            "/event",
            &format!(
                r#"{{"operation":"op{number}","source-fqn":"APPL=a{}"}}"#,
                number % 3
            ),
        );
    }
    collector.restart();
    assert_eq!(collector.count("events"), 20);
    assert_eq!(collector.count("events where applname = 'a1'"), 7);
}
