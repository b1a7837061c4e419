//! What JESL counts on: no answer to `Pragma: no-response`, a ping as the barrier.

mod support;

use support::{Running, request};

const SILENT: &str = "Pragma: no-response\r\n";

#[test]
fn a_stream_without_answers_is_stored_whole_and_the_ping_comes_last() {
    let collector = Running::start();
    let mut client = collector.connect();
    let granted = client.post(
        "/",
        "X-API-Key: T\r\n",
        "<access-request><token>T</token></access-request>",
    );
    assert_eq!(granted.status, 200);
    assert_eq!(
        granted.body,
        "<access-resp><token>T</token><success>true</success></access-resp>"
    );
    assert_eq!(granted.field("accept-post"), Some("application/x-ndjson"));
    // Far more than the buffers of both sides hold answers for, written without a look at the other side.
    let event = request("/", SILENT, "{\"operation\":\"order\",\"type\":\"EVENT\"}\n");
    client.write(event.repeat(5_000));
    client.write("POST / HTTP/1.1\r\nHost: localhost\r\nPragma: ping\r\n\r\n");
    let pong = client.read();
    assert_eq!((pong.status, pong.body.as_str()), (202, ""));
    assert_eq!(collector.count("events"), 5_000);
}

#[test]
fn bad_records_without_answers_are_counted_for_the_operator() {
    let collector = Running::start();
    let mut client = collector.connect();
    client.write(request("/", SILENT, "not json\u{1b}[31m"));
    client.write(request("/", SILENT, "{\"operation\":\"good\"}"));
    client.write("POST / HTTP/1.1\r\nHost: localhost\r\nPragma: ping\r\n\r\n");
    assert_eq!(client.read().status, 202);
    assert_eq!(collector.count("events"), 1);
    let notices = collector.notices.lock().unwrap();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(
        notices[0].contains("1 records") && notices[0].contains("not JSON"),
        "{notices:?}"
    );
    assert!(!notices[0].contains('\u{1b}'));
}

#[test]
fn who_waits_for_answers_gets_one_a_record() {
    let collector = Running::start();
    let mut client = collector.connect();
    for _ in 0..3 {
        let reply = client.post("/", "", "{\"operation\":\"acked\"}\n");
        assert_eq!((reply.status, reply.field("content-length")), (202, Some("0")));
        assert_eq!(
            reply.field("connection"),
            None,
            "clients lose a record where the server closes"
        );
    }
    assert_eq!(collector.count("events"), 3);
}

#[test]
fn pipelined_requests_are_answered_in_their_order() {
    let collector = Running::start();
    let mut client = collector.connect();
    let (good, bad) = (request("/event", "", "{}"), request("/event", "", "?"));
    client.write([good.as_str(), &bad, &good, &good, &bad].concat());
    let statuses: Vec<u16> = (0..5).map(|_| client.read().status).collect();
    assert_eq!(statuses, [202, 400, 202, 202, 400]);
}
