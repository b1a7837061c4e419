//! One copy per `tnt4-id`, one row an activity, and everything else as often as it comes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]

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

/// The row that reports make, without what tells of the merging itself.
fn merged(reports: &[&str]) -> serde_json::Value {
    let collector = Running::start();
    for report in reports {
        assert_eq!(collector.post("/", report).status, 202);
    }
    let mut reply = collector.ask("get activities fields all");
    let row = reply["rows"][0].as_object_mut().unwrap();
    for changing in ["UpdateTime", "ReceivedTime"] {
        row.remove(changing);
    }
    json!([row, collector.count("activities"), collector.count("snapshots")])
}

#[test]
fn two_reports_make_the_same_row_in_either_order_and_however_often() {
    let pairs = [
        // Neither start nor end is given by both.
        [
            r#""status":"BEGIN","time-usec":1000"#,
            r#""status":"END","time-usec":9000,"end-time-usec":8000"#,
        ],
        // Only the end is told, of a time long before it is received.
        [
            r#""status":"BEGIN","start-time-usec":3,"time-usec":3"#,
            r#""status":"END","end-time-usec":12,"time-usec":12"#,
        ],
        // Both give a start; only the begin an elapsed time.
        [
            r#""status":"BEGIN","start-time-usec":5,"elapsed-time-usec":4,"time-usec":5"#,
            r#""status":"END","start-time-usec":3,"end-time-usec":12,"time-usec":12"#,
        ],
        // The same status: the later report leads.
        [
            r#""status":"END","user":"ann","time-usec":5"#,
            r#""status":"END","user":"bob","time-usec":6"#,
        ],
        // A property changes its type, and one its hint.
        [
            r#""status":"BEGIN","time-usec":1,"properties":[{"name":"x","type":"date.usec","value":5},{"name":"y","type":"int","value-type":"count","value":1}]"#,
            r#""status":"END","time-usec":2,"properties":[{"name":"x","type":"string","value":"s"}]"#,
        ],
        // What goes with a message, and snapshots without a time of their own.
        [
            r#""status":"BEGIN","time-usec":1,"msg-text":"a","charset":"UTF-8","snapshots":[{"name":"s"}]"#,
            r#""status":"END","time-usec":2,"mime-type":"text/plain","encoding":"none","msg-age-usec":7,"snapshots":[{"name":"t"}]"#,
        ],
    ];
    for pair in pairs {
        let mut reports = Vec::new();
        for (number, report) in pair.iter().enumerate() {
            reports.push(format!(
                r#"{{"type":"ACTIVITY","operation":"Order","tracking-id":"a1","tnt4-id":"019a1b2c-3d4e-7f60-8192-00000000000{number}",{report}}}"#
            ));
        }
        let [first, second] = [reports[0].as_str(), &reports[1]];
        let row = merged(&[first, second]);
        for order in [
            [second, first].as_slice(),
            &[first, second, first, second],
            &[second, second, first, first],
        ] {
            assert_eq!(merged(order), row, "{pair:?}");
        }
    }
}

#[test]
fn what_the_reports_say_is_in_the_row() {
    let begin = r#"{"type":"ACTIVITY","tracking-id":"a1","status":"BEGIN","time-usec":1,"start-time-usec":1,"charset":"UTF-8",
        "properties":[{"name":"x","type":"date.usec","value":5}],"snapshots":[{"name":"s"}]}"#;
    let end = r#"{"type":"ACTIVITY","tracking-id":"a1","status":"END","time-usec":9,"end-time-usec":8,"mime-type":"text/plain",
        "properties":[{"name":"x","type":"string","value":"s"}],"snapshots":[{"name":"t"}]}"#;
    let collector = Running::start();
    collector.post("/", begin);
    collector.post("/", end);
    let reply = collector.ask(
        "get activities fields StartTime, EndTime, ElapsedTime, MsgCharset, MsgMimeType, Properties, SnapShotCount",
    );
    let expected = json!({"StartTime": 1, "EndTime": 8, "ElapsedTime": 7, "MsgCharset": "UTF-8", "MsgMimeType": "text/plain",
        "Properties": {"x": "s"}, "Properties:_ValueTypes": {"x": "STRING"}, "SnapShotCount": 2});
    assert_eq!(reply["rows"][0], expected);
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
