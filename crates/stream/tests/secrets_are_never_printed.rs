//! A canary for a token, and nothing of all that can be printed sings.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use support::{LONG, NO_LINGER, Reply, Server, Spoken, driven, named, secret};
use tnt4::clock::Wait;
use tnt4::{Secret, Stream};

const CANARY: &str = "canary&<bird>-7f3a9c5e";

/// Longer pieces than the four last characters, plain and escaped.
#[track_caller]
fn assert_silent(text: &str) {
    for piece in ["canary", "bird", "7f3a", "a9c5e"] {
        assert!(!text.contains(piece), "{text}");
    }
}

fn shown(value: impl std::fmt::Debug) -> String {
    format!("{value:?} {value:#?}")
}

#[test]
fn by_what_can_be_shown() {
    let token = secret(CANARY);
    assert_silent(&shown(&token));
    assert_silent(&token.to_string());
    let builder = Stream::builder()
        .spool(tnt4::Spool::memory())
        .token(token)
        .url("https://h/?token=canary")
        .proxy("http://bird:canary@h".parse().unwrap());
    assert_silent(&shown(&builder));
    assert_silent(&shown(builder.build().unwrap()));
    for text in ["canary\r\n", "", "canary\u{1}"] {
        let error = Secret::new(text).unwrap_err();
        assert_silent(&format!("{error} {}", shown(error)));
    }
    for url in [
        "https://user:canary@h/",
        "canary",
        "canary://bird",
        "https://h:canary/",
    ] {
        if let Err(error) = Stream::builder().spool(tnt4::Spool::memory()).url(url).build() {
            let scheme_is_named = url.starts_with("canary:");
            assert!(
                scheme_is_named || !format!("{error} {error:?}").contains("canary"),
                "{error}"
            );
        }
    }
}

#[test]
fn although_the_server_repeats_them() {
    let escaped = "canary&amp;&lt;bird&gt;-7f3a9c5e";
    let replies = [
        format!("<access-resp><success>false</success><reason>who is {escaped}?</reason></access-resp>"),
        format!("<access-resp><token>{escaped}</token><success>false</success></access-resp>"),
        format!("who is {CANARY}?"),
    ];
    for (status, reply) in [200, 401, 403, 404, 503]
        .into_iter()
        .flat_map(|status| replies.iter().map(move |reply| (status, reply.clone())))
    {
        let access = reply.clone();
        let server = Server::start(move |request| match request.is_access() {
            true => Reply::new(status, "", &access),
            false => Reply::new(400, "", &access),
        });
        let spoken = Spoken::new("canary");
        let url = format!("{}/?key={CANARY}", server.url()).replace(['<', '>', '&'], "-");
        let builder = Stream::builder()
            .spool(tnt4::Spool::memory())
            .url(&url)
            .token(secret(CANARY))
            .diagnostics(spoken.diagnostics());
        let (stream, clock) = driven(builder.batch(1, 1000, NO_LINGER));
        stream.send(named(0)).unwrap();
        let outcome = if status == 200 && !reply.contains("false") {
            // It lets us in and rejects the record.
            let outcome = stream.flush(LONG);
            // The worker speaks after it has settled: at its end it has.
            let _ = stream.close(LONG);
            outcome
        } else {
            assert!(clock.expect(Wait::BackOff).is_some());
            drop(clock);
            stream.close(LONG)
        };
        assert!(!outcome.is_complete());
        assert_silent(&format!("{outcome} {}", shown(&outcome)));
        assert_silent(&shown(&stream));
        assert!(!spoken.lines().is_empty());
        assert_silent(&spoken.lines().join("\n"));
    }
}

#[test]
fn and_plain_http_across_a_network_is_warned_of_once() {
    let spoken = Spoken::new("plain");
    // An address for documentation: nobody answers there.
    let builder = Stream::builder()
        .spool(tnt4::Spool::memory())
        .url("http://192.0.2.1:9")
        .token(secret(CANARY));
    let builder = builder
        .connect_timeout(std::time::Duration::from_millis(5))
        .no_proxy();
    let (stream, clock) = driven(
        builder
            .diagnostics(spoken.diagnostics())
            .batch(1, 1000, NO_LINGER),
    );
    stream.send(named(0)).unwrap();
    let wait = clock.expect(Wait::BackOff).unwrap();
    clock.advance(wait);
    assert!(clock.expect(Wait::BackOff).is_some());
    let lines = spoken.lines();
    let warnings = lines
        .iter()
        .filter(|line| line.contains("http is not encrypted"))
        .count();
    assert_eq!((warnings, lines.len()), (1, 2), "{lines:?}");
    assert_silent(&lines.join("\n"));
}
