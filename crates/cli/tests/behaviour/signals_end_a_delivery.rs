//! Ctrl-C and SIGTERM end a delivery soon, and what is left is said.

use std::io::Write;
use std::process::Stdio;

use crate::support::{Collector, Running, nobody, tnt4};

#[test]
fn what_was_read_is_delivered_first() {
    let collector = Collector::start();
    for (number, (signal, code)) in [("INT", 130), ("TERM", 143)].into_iter().enumerate() {
        let mut running = Running::start(
            tnt4(&["send", "-", "--url", &collector.url]).with(|command| _ = command.stdin(Stdio::piped())),
        );
        let mut stdin = running.stdin();
        stdin.write_all(b"one\ntwo\n").expect("it reads");
        collector.wait_for_events(2 * (number as u64 + 1));
        running.signal(signal);
        running
            .ended()
            .assert_code(code)
            .assert_complained("all 2 lines that were read were acknowledged");
    }
}

#[test]
fn what_is_left_is_said_and_a_second_signal_does_not_wait() {
    let url = nobody();
    let mut running = Running::start(tnt4(&["send", "hello", "--url", &url, "--timeout", "600"]));
    running.wait_for("trying for up to 600 s");
    running.signal("INT");
    running.signal("INT");
    running.ended().assert_code(130).assert_complained(
        "interrupted: the event was not acknowledged, and is kept on disk for the next start: cannot connect",
    );
}
