//! What went wrong is in one line on standard error, and in the exit code.

use std::io::{BufReader, Write};

use crate::support::{Collector, nobody, request, run, run_with_input, server};

#[test]
fn without_a_token_nothing_is_sent_anywhere_else() {
    let ended = run(&["send", "hello"]);
    ended
        .assert_code(2)
        .assert_complained("--https TOKEN")
        .assert_complained("--url http://127.0.0.1:6580");
    assert_eq!(ended.out, "");
}

#[test]
fn a_wrong_command_line_is_2() {
    for (args, words) in [
        (&["send", "a", "b"][..], "quotes"),
        (
            &["send", "x", "--severity", "loud"],
            "--severity wants one of NONE",
        ),
        (&["send", "x", "--source", "nowhere"], "TYPE=name"),
        (
            &["send", "--file", "/nowhere/x", "--url", "http://127.0.0.1:1"],
            "/nowhere/x",
        ),
        (
            &["send", "--file", "/", "--url", "http://127.0.0.1:1"],
            "a folder",
        ),
        (&["send", "x", "--url", "amqp://127.0.0.1"], "amqp"),
        (&["send", "-", "--token-stdin"], "--token-file"),
        (&["query", "x", "--tz", "Mars/Olympus"], "time zone"),
        (&["query", "x", "--url", "https://127.0.0.1"], "http"),
        (&["serve", "--listen", "here"], "127.0.0.1:6580"),
        (&["frobnicate"], "no such command"),
        (&[], "a command is missing"),
    ] {
        run(args).assert_code(2).assert_complained(words);
    }
}

#[test]
fn a_refused_token_is_3_at_once() {
    let collector = Collector::with(&["--token", "right"]);
    for args in [&["hello"][..], &["hello", "--https", "wrong"]] {
        collector
            .send(args)
            .assert_code(3)
            .assert_complained("not acknowledged, and is kept on disk for the next start: unauthorized");
        let query = [&["get events"], &args[1..]].concat();
        collector
            .query(&query)
            .assert_code(3)
            .assert_complained("refused the token");
    }
    collector.send(&["hello", "--https", "right"]).assert_code(0);
    collector
        .query(&["get events", "--https", "right"])
        .assert_code(0);
}

#[test]
fn a_server_that_is_not_there_is_4() {
    let url = nobody();
    let ended = run_with_input(&["send", "-", "--url", &url, "--timeout", "1"], b"a\nb\nc\n");
    ended.assert_code(4).assert_complained(
        "3 of the 3 lines read were not acknowledged, all from line 1 on, 3 kept on disk for the next start: cannot connect to",
    );
    run(&["query", "get events", "--url", &url])
        .assert_code(4)
        .assert_complained("is the collector running?");
    let ended = run(&["send", "hello", "--quiet", "--url", &url, "--timeout", "1"]);
    ended.assert_code(4);
    assert_eq!(
        (ended.out.as_str(), ended.err.lines().count()),
        ("", 1),
        "{ended:?}"
    );
}

#[test]
fn a_server_that_never_answers_is_4() {
    let address = server(|mut stream| {
        request(&mut BufReader::new(&mut stream));
        std::mem::forget(stream);
    });
    let url = format!("http://{address}");
    run(&["send", "hello", "--url", &url, "--timeout", "1"])
        .assert_code(4)
        .assert_complained("not answered");
}

#[test]
fn tls_that_fails_is_5() {
    let address = server(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    run(&["send", "hello", "--url", &format!("https://{address}")])
        .assert_code(5)
        .assert_complained("not acknowledged");
}

#[test]
fn lines_that_the_server_rejects_are_1() {
    let address = server(|stream| {
        let mut stream = BufReader::new(stream);
        loop {
            let body = request(&mut stream);
            let answer = match body.as_str() {
                "" => break,
                access if access.contains("access-request") => "200 OK\r\nContent-Length: 0\r\n\r\n",
                bad if bad.contains("bad") => "400 Bad Request\r\nContent-Length: 2\r\n\r\nno",
                _ => "202 Accepted\r\nContent-Length: 0\r\n\r\n",
            };
            let _ = stream
                .get_mut()
                .write_all(format!("HTTP/1.1 {answer}").as_bytes());
        }
    });
    let url = format!("http://{address}");
    run_with_input(&["send", "-", "--url", &url], b"good\nbad\ngood\n")
        .assert_code(1)
        .assert_complained("1 of the 3 lines read were not acknowledged, 1 rejected: 400 Bad Request: no");
}

#[test]
fn a_query_that_is_refused_is_1() {
    let collector = Collector::start();
    let ended = collector.query(&["get evnts"]);
    ended.assert_code(1).assert_complained("did you mean Events");
    assert_eq!(ended.out, "");
}

#[test]
fn what_is_no_collector_is_told_apart() {
    let address = server(|mut stream| {
        request(&mut BufReader::new(&mut stream));
        let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\n<html>");
    });
    run(&["query", "get events", "--url", &format!("http://{address}")])
        .assert_code(1)
        .assert_complained("status 404, <html>; is it a collector?");
}
