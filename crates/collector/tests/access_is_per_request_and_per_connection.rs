//! A valid token comes with each request, or once with an access-request on the connection.

mod support;

use support::{Running, request};

fn guarded() -> Running {
    Running::with(|settings| settings.tokens = vec!["right".to_owned(), "other".to_owned()])
}

#[test]
fn on_loopback_any_token_or_none_will_do() {
    let collector = Running::start();
    for fields in ["", "X-API-Key: whatever\r\n", "token: whatever\r\n"] {
        assert_eq!(
            collector.connect().post("/event", fields, "{}").status,
            202,
            "{fields}"
        );
    }
}

#[test]
fn a_token_with_each_request() {
    let collector = guarded();
    let mut client = collector.connect();
    for (fields, status) in [
        ("X-API-Key: right\r\n", 202),
        ("token: other\r\n", 202),
        ("X-API-Key:\r\ntoken: other\r\n", 202),
        ("X-API-Key: wrong\r\n", 401),
        ("X-API-Key: wrong\r\ntoken: right\r\n", 401),
        ("", 401),
        ("X-API-Key: right\r\n", 202),
    ] {
        assert_eq!(client.post("/event", fields, "{}").status, status, "{fields}");
    }
    assert_eq!(
        collector
            .connect()
            .post(
                "/jkool-service/jkql",
                "X-API-Key: right\r\n",
                "jk_query=get+number+of+events"
            )
            .json()["rows"][0]["NumberOf"],
        4
    );
}

#[test]
fn an_access_request_lets_the_connection_in() {
    let collector = guarded();
    let mut client = collector.connect();
    let granted = client.post("/", "", "<access-request><token>right</token></access-request>");
    assert_eq!(
        (granted.status, granted.body.contains("<success>true</success>")),
        (200, true)
    );
    // The original tnt4py sends no token with its events.
    assert_eq!(
        client
            .post(
                "/",
                "Content-Type: application/json\r\n",
                "{\"operation\":\"mylog\"}"
            )
            .status,
        202
    );
    assert_eq!(
        collector.connect().post("/", "", "{}").status,
        401,
        "another connection is another caller"
    );
    assert_eq!(
        client.post("/", "X-API-Key: wrong\r\n", "{}").status,
        401,
        "a wrong token is never ignored"
    );
}

#[test]
fn a_refusal_carries_its_reason_and_echoes_no_token() {
    let collector = guarded();
    let refused = collector.post("/", "<access-request><token>canary-17</token></access-request>");
    assert_eq!(refused.status, 401);
    assert!(
        refused
            .body
            .starts_with("<access-resp><success>false</success><reason>"),
        "{}",
        refused.body
    );
    assert!(refused.body.contains("Undefined or expired access token"));
    assert!(!refused.body.contains("canary"));
}

#[test]
fn a_stream_without_answers_is_cut_when_its_token_is_wrong() {
    let collector = guarded();
    let mut client = collector.connect();
    client.write(request("/", "Pragma: no-response\r\nX-API-Key: wrong\r\n", "{}"));
    client.assert_closed();
}

#[test]
fn the_connection_stays_let_in_when_axum_takes_it_over() {
    let collector = guarded();
    let mut client = collector.connect();
    client.post("/", "", "<access-request><token>right</token></access-request>");
    client.write(
        "POST /event HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    );
    assert_eq!(client.read().status, 202);
}

#[test]
fn a_connection_is_let_in_by_axum_as_well() {
    let collector = guarded();
    let mut client = collector.connect();
    // A page first: from here on the connection is axum's.
    assert_eq!(client.get("/", "").status, 200);
    assert_eq!(client.post("/", "", "{}").status, 401);
    let granted = client.post("/", "X-API-Key: right\r\n", "<access-request/>");
    assert_eq!(
        (granted.status, granted.field("accept-post")),
        (200, Some("application/x-ndjson"))
    );
    assert_eq!(client.post("/", "", "{}").status, 202);
}

#[test]
fn a_token_may_hold_any_letters() {
    let collector = Running::with(|settings| settings.tokens = vec!["tökén".to_owned()]);
    let fields = "X-API-Key: tökén\r\n";
    assert_eq!(collector.connect().post("/event", fields, "{}").status, 202);
    assert_eq!(
        collector
            .connect()
            .get("/jkql?jk_query=get+events", fields)
            .status,
        200
    );
    assert_eq!(
        collector
            .connect()
            .get("/jkql?jk_query=get+events", "X-API-Key: token\r\n")
            .status,
        401
    );
}

#[test]
fn queries_need_a_token_too() {
    let collector = guarded();
    let ask = |extra: &[(&str, &str)]| {
        let mut parameters = vec![("jk_query", "get number of events"), ("jk_subid", "s-1")];
        parameters.extend(extra);
        collector.query(&parameters)
    };
    let refused = ask(&[]);
    assert_eq!(refused.status, 401);
    assert_eq!(refused.json()["jk_ccode"], "ERROR");
    assert_eq!(refused.json()["jk_subid"], "s-1");
    assert!(
        refused.json()["jk_error"]
            .as_str()
            .unwrap()
            .contains("Undefined or expired access token")
    );
    assert_eq!(ask(&[("jk_token", "other")]).status, 200);
    assert_eq!(collector.connect().get("/live", "").status, 401);
}
