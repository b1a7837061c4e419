//! `Retry-After` is obeyed in both its forms, up to a bound; nothing is dropped meanwhile.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::time::{Duration, SystemTime};

use support::{LONG, NO_LINGER, Reply, Server, driven, expected_names, named, names, quiet};
use tnt4::clock::Wait;

/// How long the stream waits after a 429 with this header, in seconds; the record arrives then.
fn wait_after(header: &str) -> f64 {
    let header = header.to_owned();
    let server = Server::start(move |request| match request.connection {
        0 if !request.is_access() => Reply::new(429, &header, "too many"),
        _ => Reply::status(202),
    });
    let (stream, clock) = driven(quiet().url(&server.url()).batch(1, 1000, NO_LINGER));
    stream.send(named(0)).unwrap();
    let wait = clock.expect(Wait::BackOff).unwrap();
    assert_eq!(stream.stats().pending, 1);
    clock.advance(wait);
    assert!(stream.flush(LONG).is_complete());
    assert_eq!(
        names(&server.records()),
        [expected_names([0]), expected_names([0])].concat()
    );
    wait.as_secs_f64()
}

#[test]
fn seconds() {
    assert!((3.0..3.4).contains(&wait_after("Retry-After: 3\r\n")));
    // Less than we would wait anyway.
    assert!((1.0..2.1).contains(&wait_after("Retry-After: 0\r\n")));
}

#[test]
fn a_date() {
    let then = SystemTime::now() + Duration::from_secs(100);
    let wait = wait_after(&format!("Retry-After: {}\r\n", http_date(then)));
    // The date has no fractions, and the machine may be slow.
    assert!((60.0..111.0).contains(&wait), "{wait}");
    assert!((1.0..2.1).contains(&wait_after("Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n")));
}

#[test]
fn but_not_for_ever() {
    for value in [
        "999999",
        "99999999999999999999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        let wait = wait_after(&format!("Retry-After: {value}\r\n"));
        assert!((300.0..331.0).contains(&wait), "{value}: {wait}");
    }
}

#[test]
fn and_what_makes_no_sense_is_ignored() {
    for header in [
        "",
        "Retry-After: soon\r\n",
        "Retry-After: -3\r\n",
        "Retry-After: 1\r\nRetry-After: 2\r\n",
    ] {
        assert!((1.0..2.1).contains(&wait_after(header)), "{header}");
    }
}

/// A date as HTTP writes it, whose day of the week is always the same: nobody reads it.
fn http_date(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let (mut days, rest) = (seconds / 86_400, seconds % 86_400);
    let mut year = 1970;
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let lengths = [
        31,
        28 + u64::from(is_leap(year)),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let names = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let mut month = 0;
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!(
        "Mon, {:02} {} {year} {hour:02}:{minute:02}:{second:02} GMT",
        days + 1,
        names[month]
    )
}
