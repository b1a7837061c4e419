//! A token goes to the server it is for, and nowhere else: not to the terminal, whatever happens.

use crate::support::{Collector, Ended, nobody, run_with_input, tnt4};

const CANARY: &str = "canary-3f9a1c77e2-token";

#[track_caller]
fn assert_silent(what: &str, ended: &Ended) {
    let all = format!("{}{}", ended.out, ended.err);
    // The last four characters may be shown.
    assert!(!all.contains(&CANARY[..CANARY.len() - 4]), "{what}: {all}");
}

#[test]
fn no_output_has_it() {
    let open = Collector::start();
    let closed = Collector::with(&["--token", "another-token-than-that"]);
    let nobody = nobody();
    let urls = [&open.url, &closed.url, &nobody];
    for url in urls {
        for command in [&["send", "hello", "--timeout", "1"][..], &["query", "get events"]] {
            let by_option = [command, &["--url", url, "--https", CANARY]].concat();
            assert_silent("option", &run_with_input(&by_option, b""));
            let by_variable = tnt4(&[command, &["--url", url]].concat())
                .with(|command| _ = command.env("TNT4_TOKEN", CANARY))
                .run();
            assert_silent("variable", &by_variable);
        }
    }
}

#[test]
fn no_refused_command_line_has_it() {
    for args in [
        &["send", "hello", CANARY][..],
        &["send", "hello", "--htps", CANARY],
        &["send", "hello", "--token", CANARY],
        &["send", "hello", "--timeout", CANARY],
        &["send", "hello", "--url", CANARY],
        &["send", "hello", "--https", &format!("{CANARY}\n")],
        &["query", "get events", "--tz", CANARY],
        &[
            "query",
            "get events",
            "--url",
            &format!("http://user:{CANARY}@127.0.0.1"),
        ],
        &["serve", "--listen", CANARY],
        &["serve", "--token", &format!("{CANARY}\n")],
        &[CANARY],
    ] {
        let ended = run_with_input(args, b"");
        assert_eq!(ended.code, 2, "{ended:?}");
        assert_silent("refused", &ended);
    }
}

#[test]
fn no_help_has_it() {
    for args in [&["--help"][..], &["send", "--help"], &["serve", "--help"]] {
        let output = tnt4(args)
            .with(|command| {
                _ = command
                    .env("TNT4_TOKEN", CANARY)
                    .env("TNT4_COLLECTOR_TOKEN", CANARY);
            })
            .run();
        assert_silent("help", &output);
    }
}

#[test]
fn a_collector_does_not_say_its_tokens() {
    let collector = Collector::with(&["--token", CANARY]);
    collector.send(&["hello", "--https", CANARY]).assert_code(0);
    collector.send(&["hello", "--https", "wrong"]).assert_code(3);
    collector.running.signal("TERM");
    let ended = collector.running.ended();
    ended.assert_code(0);
    assert_silent("serve", &ended);
}
