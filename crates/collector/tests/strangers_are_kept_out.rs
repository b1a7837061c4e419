//! Pages of other sites neither read nor write here.

mod support;

use support::Running;

fn with_shop() -> Running {
    Running::with(|settings| {
        settings.allowed_origins = vec!["https://shop.example".to_owned()];
        settings.allowed_hosts = vec!["logs.example".to_owned()];
    })
}

#[test]
fn a_foreign_host_is_refused_everywhere() {
    let collector = with_shop();
    for (path, body) in [
        ("/event", "{}"),
        ("/", "<access-request/>"),
        ("/jkool-service/jkql", "jk_query=get+events"),
    ] {
        let mut client = collector.connect();
        client.write(format!(
            "POST {path} HTTP/1.1\r\nHost: evil.example\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ));
        let reply = client.read();
        assert_eq!(reply.status, 403, "{path}");
        assert!(reply.body.contains("--allow-host"), "{}", reply.body);
    }
    for path in ["/", "/live", "/assets/main.js", "/favicon.ico"] {
        let mut client = collector.connect();
        client.write(format!("GET {path} HTTP/1.1\r\nHost: evil.example:6580\r\n\r\n"));
        assert_eq!(client.read().status, 403, "{path}");
    }
    assert_eq!(collector.count("events"), 0);
    let mut client = collector.connect();
    client.write("POST /event HTTP/1.1\r\nHost: logs.example\r\nContent-Length: 2\r\n\r\n{}");
    assert_eq!(client.read().status, 202);
}

#[test]
fn a_foreign_origin_is_refused_and_shares_nothing() {
    let collector = with_shop();
    for origin in ["http://evil.example", "null", "http://localhost:1"] {
        for (path, body) in [("/event", "{}"), ("/jkool-service/jkql", "jk_query=get+events")] {
            let fields = format!("Origin: {origin}\r\nContent-Type: text/plain\r\n");
            let reply = collector.connect().post(path, &fields, body);
            assert_eq!(reply.status, 403, "{origin} {path}");
            assert_eq!(reply.field("access-control-allow-origin"), None);
        }
    }
    let image = collector.connect().get(
        "/jkql?jk_query=get+events",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n",
    );
    assert_eq!(image.status, 403);
    assert_eq!(collector.count("events"), 0);
}

#[test]
fn an_allowed_origin_is_told_what_it_may_do() {
    let collector = with_shop();
    let mut client = collector.connect();
    client.write("OPTIONS /JESL/event HTTP/1.1\r\nHost: localhost\r\nOrigin: https://shop.example\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: token\r\n\r\n");
    let asked = client.read();
    assert_eq!(asked.status, 204);
    assert_eq!(
        asked.field("access-control-allow-origin"),
        Some("https://shop.example")
    );
    assert!(
        asked
            .field("access-control-allow-headers")
            .unwrap()
            .contains("token")
    );
    // As the vendor's browser plugin sends it, on the same connection.
    let fields =
        "Origin: https://shop.example\r\ntoken: T\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let sent = client.post(
        "/JESL/activity",
        fields,
        "{\"operation\":\"visit\",\"corrid\":\"s1,r1\"}",
    );
    assert_eq!(
        (sent.status, sent.field("access-control-allow-origin")),
        (202, Some("https://shop.example"))
    );
    assert_eq!(collector.count("activities"), 1);
}

#[test]
fn the_page_is_fenced_in() {
    let collector = Running::start();
    let page = collector.connect().get("/", "");
    assert_eq!(page.status, 200);
    assert!(
        page.field("content-security-policy")
            .unwrap()
            .contains("default-src 'self'")
    );
    assert_eq!(page.field("x-content-type-options"), Some("nosniff"));
    assert!(page.field("content-type").unwrap().starts_with("text/html"));
    for (path, kind) in [
        ("/assets/main.js", "text/javascript"),
        ("/assets/live/feed.js", "text/javascript"),
        ("/assets/app.css", "text/css"),
        ("/assets/favicon.svg", "image/svg+xml"),
        ("/favicon.ico", "image/svg+xml"),
    ] {
        let file = collector.connect().get(path, "");
        assert_eq!(file.status, 200, "{path}");
        assert!(file.field("content-type").unwrap().starts_with(kind), "{path}");
        // A browser heeds what comes with a file, too, when it is opened by itself.
        assert!(file.field("content-security-policy").is_some(), "{path}");
        assert_eq!(file.field("x-content-type-options"), Some("nosniff"), "{path}");
    }
    for path in [
        "/assets/",
        "/assets/none.js",
        "/assets/../Cargo.toml",
        "/assets/live/%2e%2e/%2e%2e/Cargo.toml",
        "/app.js",
    ] {
        assert_eq!(collector.connect().get(path, "").status, 404, "{path}");
    }
}
