//! Over TLS: a certificate from an authority that we were told of is trusted, any other is not, and says why.
//!
//! The authority is named by an environment variable, which a test cannot set for itself: so each story runs in
//! a process of its own, which is this one with other arguments.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::process::Command;

use support::tls::{fixture, server, url};
use support::{LONG, first_problem, named, quiet};

/// What says whom to trust.
const VARIABLES: [&str; 3] = ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"];

/// Runs one of the stories below in a process of its own, with these variables and no others of their kind.
#[track_caller]
fn assert_story(name: &str, url: &str, variables: &[(&str, &str)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    for name in VARIABLES {
        command.env_remove(name);
    }
    let status = command
        .args(["--exact", name, "--nocapture"])
        .envs(variables.iter().copied())
        .env("TNT4_TEST_URL", url)
        .status()
        .unwrap();
    assert!(status.success(), "{name} {variables:?}");
}

/// Where a story goes; there is none where it is not told by another test.
fn told() -> Option<String> {
    std::env::var("TNT4_TEST_URL").ok()
}

#[test]
fn the_named_authority_is_trusted() {
    let (authority, stranger, folder) = (
        fixture("authority.pem"),
        fixture("stranger.pem"),
        tempfile::tempdir().unwrap(),
    );
    std::fs::copy(&authority, folder.path().join("one.pem")).unwrap();
    std::fs::copy(&stranger, folder.path().join("two.pem")).unwrap();
    let folder = folder.path().to_str().unwrap();
    for variables in [
        &[("SSL_CERT_FILE", authority.as_str())][..],
        &[("SSL_CERT_DIR", folder)],
        &[("REQUESTS_CA_BUNDLE", authority.as_str())],
        &[("REQUESTS_CA_BUNDLE", folder)],
        &[
            ("SSL_CERT_FILE", authority.as_str()),
            ("REQUESTS_CA_BUNDLE", stranger.as_str()),
        ],
    ] {
        let server = server("server.pem");
        assert_story("story_delivers", &url(&server), variables);
        assert_eq!(server.records().len(), 3, "{variables:?}");
    }
}

/// This is a part of the_named_authority_is_trusted.
#[test]
fn story_delivers() {
    let Some(url) = told() else { return };
    let stream = quiet().url(&url).build().unwrap();
    for number in 0..3 {
        stream.send(named(number)).unwrap();
    }
    let outcome = stream.close(LONG);
    assert!(outcome.is_complete(), "{outcome}");
}

#[test]
fn many_and_large_requests_are_on_their_way_at_once() {
    let server = server("server.pem");
    let stream = quiet()
        .url(&url(&server))
        .ca_file(fixture("authority.pem"))
        .build()
        .unwrap();
    for number in 0..600 {
        stream.send(named(number)).unwrap();
    }
    for number in 600..604 {
        stream.send(named(number).message("x".repeat(900_000))).unwrap();
    }
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(server.records().len(), 604);
    assert!(server.seen().iter().all(|request| request.connection == 0));
}

#[test]
fn an_unknown_authority_is_refused_with_words() {
    let server = server("server.pem");
    for name in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"] {
        assert_story(
            "story_unknown_authority",
            &url(&server),
            &[(name, &fixture("stranger.pem"))],
        );
    }
    assert!(server.seen().is_empty());
}

/// This is a part of an_unknown_authority_is_refused_with_words.
#[test]
fn story_unknown_authority() {
    let Some(url) = told() else { return };
    let problem = first_problem(quiet().url(&url));
    assert!(
        problem.contains("not trusted") && problem.contains("SSL_CERT_FILE") && problem.contains("ca_file"),
        "{problem}"
    );
}

#[test]
fn no_authority_at_all_is_said() {
    let server = server("server.pem");
    for name in VARIABLES {
        assert_story(
            "story_no_authority",
            &url(&server),
            &[(name, "/nowhere/roots.pem")],
        );
    }
    assert!(server.seen().is_empty());
}

/// This is a part of no_authority_at_all_is_said.
#[test]
fn story_no_authority() {
    let Some(url) = told() else { return };
    let problem = first_problem(quiet().url(&url));
    let variable = VARIABLES
        .into_iter()
        .find(|name| std::env::var_os(name).is_some())
        .unwrap();
    assert!(
        problem.contains("no trusted certificate was found") && problem.contains(variable),
        "{problem}"
    );
}
