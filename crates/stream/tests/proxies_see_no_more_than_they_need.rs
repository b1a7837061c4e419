//! By a proxy: it learns where to and who asks, the server learns the token, and nobody what is the other's.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::process::Command;
use std::time::Duration;

use support::proxy::Tunnelled;
use support::tls::fixture;
use support::{Reply, Server, assert_delivers, first_problem, quiet, secret};
use tnt4::{Builder, Proxy, Secret};

const YES: &str = "HTTP/1.1 200 Connection established\r\n\r\n";
const SECURE: &str = "https://records.example/path?query";
/// Nobody answers at this address, which is one for documentation.
const PLAIN: &str = "http://192.0.2.1/path?query";
/// `user:canary` in base64.
const LOGIN: &str = "dXNlcjpjYW5hcnk=";

fn by(proxy: &str) -> Builder {
    quiet()
        .proxy(proxy.parse::<Proxy>().unwrap())
        .ca_file(fixture("authority.pem"))
        .token(secret("0123456789abcdef"))
}

#[test]
fn a_tunnel_hides_the_token_from_the_proxy_and_the_password_from_the_server() {
    let tunnelled = Tunnelled::start(|_| YES.to_owned());
    assert_delivers(by(&tunnelled.url("user:canary@")).url(SECURE), &tunnelled.server);
    let connects = tunnelled.connects();
    assert_eq!(connects.len(), 1);
    let connect = &connects[0];
    assert!(
        connect.starts_with("CONNECT records.example:443 HTTP/1.1\r\nHost: records.example:443\r\n"),
        "{connect}"
    );
    assert!(
        connect.contains(&format!("\r\nProxy-Authorization: Basic {LOGIN}\r\n")),
        "{connect}"
    );
    for word in ["0123456789abcdef", "X-API-Key", "path", "query"] {
        assert!(!connect.contains(word), "{connect}");
    }
    for request in tunnelled.server.seen() {
        assert!(
            request
                .head
                .starts_with("POST /path?query HTTP/1.1\r\nHost: records.example\r\n"),
            "{}",
            request.head
        );
        assert_eq!(request.header("X-API-Key"), Some("0123456789abcdef"));
        assert_eq!(request.header("Proxy-Authorization"), None);
    }
}

#[test]
fn without_tls_the_proxy_takes_the_requests() {
    let proxy = Server::of_objects();
    let url = format!("http://user:canary@{}", proxy.address);
    assert_delivers(by(&url).url(PLAIN), &proxy);
    for request in proxy.seen() {
        assert!(
            request
                .head
                .starts_with("POST http://192.0.2.1/path?query HTTP/1.1\r\nHost: 192.0.2.1\r\n"),
            "{}",
            request.head
        );
        assert_eq!(
            request.header("Proxy-Authorization"),
            Some(format!("Basic {LOGIN}").as_str())
        );
    }
}

#[test]
fn a_proxy_that_answers_one_at_a_time_and_closes_gets_everything_too() {
    let proxy = Server::start(|_| Reply::new(202, "Connection: close\r\n", "").and_close());
    let stream = by(&proxy.url()).url(PLAIN).build().unwrap();
    for number in 0..20 {
        stream.send(support::named(number)).unwrap();
    }
    assert!(stream.flush(support::LONG).is_complete());
    let mut arrived = support::names(&proxy.records());
    arrived.dedup();
    assert_eq!(arrived, support::expected_names(0..20));
}

#[track_caller]
fn assert_says(problem: &str, words: &[&str]) {
    for word in words {
        assert!(problem.contains(word), "{problem}");
    }
    for secret in ["canary", LOGIN, "0123456789abcdef"] {
        assert!(!problem.contains(secret), "{problem}");
    }
}

#[test]
fn a_proxy_that_wants_to_know_us() {
    let no = format!("HTTP/1.1 407 X\r\nContent-Length: 6\r\n\r\ncanary{LOGIN}");
    let tunnelled = Tunnelled::start(move |_| no.clone());
    let relay = Server::start(|_| Reply::new(407, "", "canary"));
    for (url, proxy) in [(SECURE, &tunnelled.server), (PLAIN, &relay)] {
        for (login, words) in [
            ("", "wants a user name and a password"),
            ("user:canary@", "does not accept our user"),
        ] {
            let address = proxy.address.to_string();
            let problem = first_problem(by(&format!("http://{login}{address}")).url(url));
            assert_says(
                &problem,
                &[
                    "the proxy http://",
                    &address,
                    words,
                    "407",
                    "http://user:password@host",
                ],
            );
        }
    }
}

#[test]
fn a_proxy_that_cannot_or_does_not_want_to() {
    for (answer, words) in [
        (
            "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "does not let us through to records.example:443 (403",
        ),
        (
            "HTTP/1.1 302 Page\r\nLocation: http://login.example\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "does not let us",
        ),
        (
            "HTTP/1.1 501 No\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "NO_PROXY",
        ),
        (
            "HTTP/1.1 502 X\r\nContent-Length: 6\r\n\r\ncanary".to_owned(),
            "cannot reach records.example:443 now (502",
        ),
        (format!("{YES}220 smtp.example"), "more than it was asked"),
        ("SSH-2.0-canary\r\n".to_owned(), "is it the right address?"),
        (
            "HTTP/1.1 200 OK\r\nX: ".to_owned() + &"x".repeat(100_000),
            "is it the right address?",
        ),
        (
            "HTTP/1.1 502 OK\r\n\r\n".to_owned() + &"x".repeat(100_000),
            "cannot reach",
        ),
        (String::new(), "is it the right address?"),
    ] {
        let tunnelled = Tunnelled::start(move |_| answer.clone());
        let problem = first_problem(by(&tunnelled.url("user:canary@")).url(SECURE));
        assert_says(&problem, &["the proxy http://127.0.0.1:", words]);
        assert!(tunnelled.server.seen().is_empty());
    }
}

#[test]
fn a_proxy_that_never_answers_or_is_not_there() {
    // It accepts connections and leaves it at that. Once it has gone nobody else may get its port, so it has an address
    // of its own where the system has some.
    let bind = |address| std::net::TcpListener::bind((address, 0));
    let listener = bind("127.7.7.7").or_else(|_| bind("127.0.0.1")).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let short = Duration::from_millis(50);
    let builder = || by(&url).url(SECURE).connect_timeout(short).answer_timeout(short);
    assert_says(
        &first_problem(builder()),
        &["the proxy http://", "does not answer"],
    );
    drop(listener);
    assert_says(
        &first_problem(builder()),
        &["cannot connect to the proxy http://"],
    );
}

#[test]
fn what_a_proxy_repeats_is_not_shown() {
    let relay = Server::start(|request| match request.is_access() {
        true => Reply::status(200),
        false => Reply::new(503, "", &format!("{} canary", request.head)),
    });
    let problem = first_problem(by(&format!("http://user:canary@{}", relay.address)).url(PLAIN));
    assert_says(&problem, &["503 Service Unavailable", "***"]);
}

/// Runs the story below in a process of its own, with these variables for proxies and no others.
#[track_caller]
fn assert_story(url: &str, expected: &str, variables: &[(&str, &str)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let status = command
        .args(["--exact", "story", "--nocapture"])
        .env_remove("REQUEST_METHOD")
        .envs(variables.iter().copied())
        .env("TNT4_TEST_URL", url)
        .env("TNT4_TEST_EXPECTED", expected)
        .status()
        .unwrap();
    assert!(status.success(), "{url} {variables:?}");
}

/// This is a part of the_environment_names_proxies_and_exceptions.
#[test]
fn story() {
    let Ok(url) = std::env::var("TNT4_TEST_URL") else {
        return;
    };
    let builder = quiet()
        .url(&url)
        .ca_file(fixture("authority.pem"))
        .token(Secret::new("0123456789abcdef").unwrap());
    match std::env::var("TNT4_TEST_EXPECTED").unwrap().as_str() {
        "" => {
            let stream = builder.build().unwrap();
            stream.send(support::named(0)).unwrap();
            assert!(stream.flush(support::LONG).is_complete());
        }
        expected => assert_says(&first_problem(builder), &[expected]),
    }
}

#[test]
fn the_environment_names_proxies_and_exceptions() {
    let tunnelled = Tunnelled::start(|_| YES.to_owned());
    let (tunnel, relay) = (tunnelled.url("user:canary@"), Server::of_objects());
    assert_story(
        SECURE,
        "",
        &[("HTTPS_PROXY", &tunnel), ("HTTP_PROXY", "http://127.0.0.1:1")],
    );
    assert_eq!(tunnelled.server.records().len(), 1);
    assert_story(PLAIN, "", &[("http_proxy", &relay.url())]);
    assert_eq!(relay.records().len(), 1);

    // Without the exception the proxy would be asked, and nobody is there.
    let nobody = "http://127.0.0.1:1";
    let direct = Server::of_objects();
    assert_story(&direct.url(), "", &[("ALL_PROXY", nobody)]);
    assert_eq!(direct.records().len(), 1);
    // Everywhere this is an address of this machine, but not one for loopback.
    let anywhere = format!("http://0.0.0.0:{}", direct.address.port());
    assert_story(
        &anywhere,
        "the proxy http://127.0.0.1:1",
        &[("ALL_PROXY", nobody)],
    );
    assert_story(&anywhere, "", &[("ALL_PROXY", nobody), ("NO_PROXY", "0.0.0.0")]);
    assert_eq!(direct.records().len(), 2);
    assert_story(
        SECURE,
        "SOCKS proxies are not supported",
        &[("ALL_PROXY", "socks5://user:canary@127.0.0.1:1")],
    );
}
