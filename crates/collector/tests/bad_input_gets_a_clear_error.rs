//! Whatever comes in: a clear answer, a living server, nothing lost.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

mod support;

use std::net::Shutdown;
use std::path::Path;

use support::{Running, request};
use tnt4_collector::{Collector, Settings, StartError};

#[test]
fn a_body_that_is_no_record() {
    let collector = Running::start();
    let mut client = collector.connect();
    for (body, reason) in [
        ("", "empty"),
        ("hello", "not JSON"),
        ("{\"operation\":", "not JSON"),
        ("17", "not a record"),
        ("{\"pid\":{}}", "`pid` must be a number"),
        ("<html></html>", "access-request"),
        // A known client's bug: a comma is missing.
        ("{\"end-time-usec\":1 \"operation\":\"x\"}", "not JSON"),
    ] {
        let reply = client.post("/event", "", body);
        assert_eq!(reply.status, 400, "{body}");
        assert!(
            reply.body.contains(reason) && reply.body.ends_with('\n'),
            "{body}: {}",
            reply.body
        );
        assert_eq!(reply.field("content-type"), Some("text/plain"));
    }
    assert_eq!(
        client.post("/event", "", "{}").status,
        202,
        "the connection lives"
    );
    assert_eq!(collector.count("events"), 1);
}

#[test]
fn nesting_without_end() {
    let collector = Running::start();
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{\"properties\":[", "]}")] {
        let inner = if open.ends_with(':') { "1" } else { "" };
        let body = format!("{}{inner}{}", open.repeat(100_000), close.repeat(100_000));
        assert_eq!(collector.post("/event", &body).status, 400, "{open}");
    }
}

#[test]
fn a_body_of_ten_megabytes() {
    let collector = Running::start();
    let mut client = collector.connect();
    let reply = client.post(
        "/event",
        "",
        &format!("{{\"msg-text\":\"{}\"}}", "x".repeat(10_000_000)),
    );
    assert_eq!(reply.status, 413);
    assert!(reply.body.contains("8388608 bytes"), "{}", reply.body);
    assert_eq!(
        client.post("/event", "", "{}").status,
        202,
        "the connection lives"
    );
    // Through axum's door as well.
    let chunk = "x".repeat(1 << 20);
    let mut client = collector.connect();
    client.write("POST /event HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    for _ in 0..9 {
        client.write(format!("100000\r\n{chunk}\r\n"));
    }
    assert_eq!(client.read().status, 413);
}

#[test]
fn more_records_than_a_body_may_bring() {
    let collector = Running::start();
    let mut client = collector.connect();
    let reply = client.post("/event", "", &"{}\n".repeat(10_001));
    assert_eq!(reply.status, 413);
    assert!(reply.body.contains("10000 records"), "{}", reply.body);
    assert_eq!(
        client.post("/event", "", &"{}\n".repeat(10_000)).json()["accepted"],
        10_000
    );
    assert_eq!(collector.count("events"), 10_000);
}

#[test]
fn line_breaks_after_a_body() {
    let collector = Running::start();
    let mut client = collector.connect();
    for _ in 0..2 {
        client.write(request("/event", "", "{}") + "\r\n");
        assert_eq!(client.read().status, 202);
    }
}

#[test]
fn a_client_that_says_it_sends_no_more_is_answered() {
    let collector = Running::start();
    let mut client = collector.connect();
    client.write("GET /jkql?jk_query=get+number+of+events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.stream.get_mut().shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.read().status, 200);
}

#[test]
fn half_a_request() {
    let collector = Running::start();
    let mut client = collector.connect();
    client.write("POST /event HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"operation\":");
    client.stream.get_mut().shutdown(Shutdown::Write).unwrap();
    client.assert_closed();
    assert_eq!(collector.count("events"), 0);
}

#[test]
fn what_is_no_http() {
    let collector = Running::start();
    for bytes in [
        "\x16\x03\x01\x02\x00\x01\x00\x01",
        "hello\r\n\r\n",
        "POST /event HTTP/9\r\n\r\n",
    ] {
        let mut client = collector.connect();
        client.write(bytes);
        assert_eq!(client.read().status, 400, "{bytes:?}");
        client.assert_closed();
    }
}

#[test]
fn paths_and_methods_that_do_not_exist() {
    let collector = Running::start();
    let reply = collector.post("/nowhere", "{}");
    assert_eq!(reply.status, 404);
    assert!(
        reply.body.contains("/event") && reply.body.contains("/jkool-service/jkql"),
        "{}",
        reply.body
    );
    let reply = collector.connect().get("/event", "");
    assert_eq!((reply.status, reply.field("allow")), (405, Some("POST, OPTIONS")));
    let mut client = collector.connect();
    client.write("DELETE /jkool-service/jkql HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(client.read().status, 405);
}

#[test]
fn a_compressed_body() {
    let collector = Running::start();
    assert_eq!(
        collector
            .connect()
            .post("/event", "Content-Encoding: gzip\r\n", "\u{1f}x")
            .status,
        415
    );
}

#[test]
fn queries_that_cannot_be_answered() {
    let collector = Running::start();
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[], "jk_query is missing"),
        (&[("jk_query", "get evnts")], "did you mean"),
        (&[("jk_query", "get events where severity >")], "wanted"),
        (&[("jk_query", "get events"), ("jk_tz", "Mars/Olympus")], "jk_tz"),
        (
            &[("jk_query", "get events"), ("jk_maxrows", "many")],
            "jk_maxrows",
        ),
        (&[("jk_query", "get events"), ("jk_date", "someday")], "jk_date"),
    ];
    for (parameters, reason) in cases {
        let reply = collector.query(parameters);
        assert_eq!(reply.status, 400, "{parameters:?}");
        let envelope = reply.json();
        assert_eq!(
            (envelope["jk_call"].as_str(), envelope["jk_ccode"].as_str()),
            (Some("get"), Some("ERROR"))
        );
        let error = envelope["jk_error"].as_str().unwrap();
        assert!(error.to_lowercase().contains(reason), "{parameters:?}: {error}");
    }
}

fn start(listen: &str, store: &Path) -> Result<Collector, StartError> {
    Collector::start(Settings::new(listen.parse().unwrap(), store))
}

#[test]
fn a_store_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    std::fs::write(
        &file,
        "no database at all, but text enough to fill a header of some bytes and more\n".repeat(20),
    )
    .unwrap();
    let error = start("127.0.0.1:0", &file).err().unwrap().to_string();
    assert!(error.contains("notes.txt is not a store of tnt4"), "{error}");
    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE x (y)")
        .unwrap();
    let error = start("127.0.0.1:0", &other).err().unwrap().to_string();
    assert!(error.contains("a database of another program"), "{error}");
    let nowhere = folder.path().join("no/such/folder.db");
    let error = start("127.0.0.1:0", &nowhere).err().unwrap().to_string();
    assert!(error.contains("cannot be opened"), "{error}");
}

#[test]
fn a_store_whose_maker_died_before_it_had_tables() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("half.db");
    let half = rusqlite::Connection::open(&file).unwrap();
    half.pragma_update(None, "journal_mode", "WAL").unwrap();
    drop(half);
    start("127.0.0.1:0", &file).unwrap().stop();
}

#[test]
fn a_store_in_use_and_a_port_in_use() {
    let collector = Running::start();
    let error = start("127.0.0.1:0", &collector.store())
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("in use by another collector"), "{error}");
    let other = collector.folder.path().join("other.db");
    let error = start(&collector.address().to_string(), &other)
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("cannot listen") && error.contains("another program listens there"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn a_store_in_use_by_another_name() {
    let collector = Running::start();
    let other = collector.folder.path().join("link.db");
    std::os::unix::fs::symlink(collector.store(), &other).unwrap();
    let error = start("127.0.0.1:0", &other).err().unwrap().to_string();
    assert!(error.contains("in use by another collector"), "{error}");
    std::fs::remove_file(&other).unwrap();
    std::fs::hard_link(collector.store(), &other).unwrap();
    let error = start("127.0.0.1:0", &other).err().unwrap().to_string();
    assert!(error.contains("hard links"), "{error}");
}

#[test]
fn names_and_origins_that_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new("127.0.0.1:0".parse().unwrap(), folder.path().join("s.db"));
    settings.allowed_origins = vec!["shop.example".to_owned()];
    let error = Collector::start(settings).err().unwrap().to_string();
    assert!(
        error.contains("--allow-origin takes an origin as https://shop.example"),
        "{error}"
    );
}

#[test]
fn a_store_of_a_later_version() {
    let mut collector = Running::start();
    let store = collector.store();
    collector.collector.take().unwrap().stop();
    rusqlite::Connection::open(&store)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let error = start("127.0.0.1:0", &store).err().unwrap().to_string();
    assert!(error.contains("later version"), "{error}");
}

#[test]
fn off_loopback_without_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let error = start("0.0.0.0:0", &folder.path().join("s.db"))
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("--token"), "{error}");
    assert!(!folder.path().join("s.db").exists(), "nothing is left behind");
}

#[test]
fn a_request_after_all_that_is_answered() {
    let collector = Running::start();
    let mut client = collector.connect();
    client.write(request("/event", "", "{}").replace("Content-Length: 2", "Content-Length: x"));
    assert_eq!(client.read().status, 400);
    assert_eq!(collector.post("/event", "{}").status, 202);
}
