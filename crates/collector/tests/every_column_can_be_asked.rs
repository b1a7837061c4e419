//! The catalogue of the crate `query` and the tables of the store name the same columns.

mod support;

use support::Running;

/// One of each item, with every key that is known.
const RECORDS: [&str; 5] = [
    r#"{"type":"SEND","tracking-id":"e","parent-id":"a","operation":"op","severity":"ERROR","comp-code":"OK","reason-code":5,
        "exception":"boom","start-time-usec":10,"end-time-usec":30,"time-usec":30,"wait-time-usec":1,"msg-age-usec":2,"pid":3,"tid":4,
        "location":"Oslo","user":"u","resource":"QUEUE=q","msg-text":"text","mime-type":"m","encoding":"none","charset":"UTF-8",
        "msg-tag":["t1","t2"],"corrid":["c1","c2"],"properties":[{"name":"p","type":"int","value":1}],"source-ssn":"ssn","source-url":"url",
        "source-fqn":"USER=su#APPL=ap#PROCESS=pr#APPSERVER=as#SERVER=se#RUNTIME=ru#NETWORK=ne#DEVICE=de#NETADDR=1.2.3.4#DATACENTER=dc#GEOADDR=geo"}"#,
    r#"{"type":"ACTIVITY","tracking-id":"a","operation":"act","status":"END","start-time-usec":10,"end-time-usec":30,"corrid":"c1","id-set":["e"],"id-count":1}"#,
    r#"{"type":"LOG","tracking-id":"l","operation":"log","log-type":"kind","time-usec":10,"msg-text":"line"}"#,
    r#"{"type":"SNAPSHOT","tracking-id":"s","name":"snap","category":"cat","time-usec":10,"properties":[{"name":"p","type":"double","value":2.5}]}"#,
    r#"{"type":"DATASET","tracking-id":"d","name":"set","category":"cat","time-usec":10}"#,
];

const ITEMS: [&str; 5] = ["events", "activities", "logs", "snapshots", "datasets"];

fn filled() -> Running {
    let collector = Running::start();
    for record in RECORDS {
        assert_eq!(collector.post("/", record).status, 202, "{record}");
    }
    collector
}

#[test]
fn by_all_by_default_and_one_by_one() {
    let collector = filled();
    for item in ITEMS {
        let some = collector.ask(&format!("get {item}"));
        assert_eq!(some["row-count"], 1, "{item}");
        let all = collector.ask(&format!("get {item} fields all"));
        let headers = all["colhdr"].as_array().expect("headers");
        assert!(headers.len() > 10, "{item}");
        for header in headers.iter().map(|header| header.as_str().expect("a text")) {
            assert!(
                !all["coltype"][header].is_null() && !all["collabel"][header].is_null(),
                "{item} {header}"
            );
            let selected = collector.ask(&format!(
                "get {item} fields {header} where {header} exists or {header} not exists"
            ));
            assert_eq!(selected["row-count"], 1, "{item} {header}");
            assert_eq!(
                selected["rows"][0][header], all["rows"][0][header],
                "{item} {header}"
            );
            if !all["coltype"][header]
                .as_str()
                .expect("a type")
                .starts_with("MAP")
            {
                collector.ask(&format!(
                    "get number of {item} group by {header} sort by {header}"
                ));
            }
        }
    }
}

#[test]
fn what_was_sent_is_what_is_answered() {
    let collector = filled();
    let expected = [
        ("EventID", r#""e""#),
        ("ParentID", r#""a""#),
        ("EventName", r#""op""#),
        ("EventType", r#""10#SEND""#),
        ("Severity", r#""6#ERROR""#),
        ("CompCode", r#""0#SUCCESS""#),
        ("ReasonCode", "5"),
        ("Exception", r#""boom""#),
        ("StartTime", "10"),
        ("EndTime", "30"),
        ("ElapsedTime", "20"),
        ("ReportTime", "30"),
        ("WaitTime", "1"),
        ("MsgAge", "2"),
        ("ProcessID", "3"),
        ("ThreadID", "4"),
        ("Location", r#""Oslo""#),
        ("UserName", r#""u""#),
        ("ResourceName", r#""q""#),
        ("ResourceType", r#""QUEUE""#),
        ("Message", r#""text""#),
        ("MsgLength", "4"),
        ("MsgMimeType", r#""m""#),
        ("MsgEncoding", r#""none""#),
        ("MsgCharset", r#""UTF-8""#),
        ("Tag", r#"["t1","t2"]"#),
        ("Correlator", r#"["c1","c2"]"#),
        ("Properties", r#"{"p":1}"#),
        ("SnapShotCount", "0"),
        ("SourceSSN", r#""ssn""#),
        ("SourceURL", r#""url""#),
        ("ApplName", r#""ap""#),
        ("ServerName", r#""se""#),
        ("Address", r#""1.2.3.4""#),
        ("DataCenterName", r#""dc""#),
        ("GeoLocation", r#""geo""#),
        ("NetworkName", r#""ne""#),
        ("DeviceName", r#""de""#),
        ("RuntimeName", r#""ru""#),
        ("AppServerName", r#""as""#),
        ("ProcessName", r#""pr""#),
        ("SourceUserName", r#""su""#),
        (
            "SourceComps",
            r#"{"APPL":["ap"],"APPSERVER":["as"],"DATACENTER":["dc"],"DEVICE":["de"],"GEOADDR":["geo"],"NETADDR":["1.2.3.4"],"NETWORK":["ne"],"PROCESS":["pr"],"RUNTIME":["ru"],"SERVER":["se"],"USER":["su"]}"#,
        ),
    ];
    for (header, json) in expected {
        let value: serde_json::Value = serde_json::from_str(json).expect(header);
        assert_eq!(
            collector.column(&format!("get events fields {header}"), header),
            [value],
            "{header}"
        );
    }
    assert_eq!(collector.column("get logs fields LogType", "LogType"), ["kind"]);
    assert_eq!(
        collector.column("get activities fields EventCount", "EventCount"),
        [1]
    );
    assert_eq!(
        collector.column("get snapshots fields Category", "Category"),
        ["cat"]
    );
}
