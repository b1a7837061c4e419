//! Ranges of dates are those of the time zone's calendar, both ends included.

use jiff::Timestamp;
use tnt4_query::{Context, QueryError, parse, plan};

use super::context;

fn micros(time: &str) -> i64 {
    time.parse::<Timestamp>().unwrap().as_microsecond()
}

/// The range of `get events for …`, with `now` there.
fn range_at(now: &str, zone: &str, words: &str) -> Result<(i64, i64), QueryError> {
    let context = Context {
        now: micros(now),
        ..context(zone)
    };
    let plan = plan(&parse(&format!("get events for {words}"))?, &context)?;
    Ok(plan.date_filter().unwrap())
}

fn range(zone: &str, words: &str) -> Result<(i64, i64), QueryError> {
    range_at("2026-11-22T17:24:33Z", zone, words)
}

#[track_caller]
fn assert_range(range: Result<(i64, i64), QueryError>, start: &str, end: &str) {
    let shown =
        range.map(|(start, end)| [start, end].map(|at| Timestamp::from_microsecond(at).unwrap().to_string()));
    let wanted = [start, end].map(|time| time.parse::<Timestamp>().unwrap().to_string());
    assert_eq!(shown, Ok(wanted));
}

#[test]
fn words_in_utc() {
    let cases = [
        ("today", "2026-11-22T00:00:00Z", "2026-11-22T23:59:59.999999Z"),
        ("yesterday", "2026-11-21T00:00:00Z", "2026-11-21T23:59:59.999999Z"),
        ("tomorrow", "2026-11-23T00:00:00Z", "2026-11-23T23:59:59.999999Z"),
        ("this year", "2026-01-01T00:00:00Z", "2026-12-31T23:59:59.999999Z"),
        (
            "this month",
            "2026-11-01T00:00:00Z",
            "2026-11-30T23:59:59.999999Z",
        ),
        ("this week", "2026-11-22T00:00:00Z", "2026-11-28T23:59:59.999999Z"),
        ("this hour", "2026-11-22T17:00:00Z", "2026-11-22T17:59:59.999999Z"),
        (
            "this minute",
            "2026-11-22T17:24:00Z",
            "2026-11-22T17:24:59.999999Z",
        ),
        ("latest hour", "2026-11-22T16:24:33Z", "2026-11-22T17:24:33Z"),
        ("the last 3 days", "2026-11-19T17:24:33Z", "2026-11-22T17:24:33Z"),
        ("last 2 months", "2026-09-22T17:24:33Z", "2026-11-22T17:24:33Z"),
        ("last 10 years", "2016-11-22T17:24:33Z", "2026-11-22T17:24:33Z"),
        (
            "since '2026-11-20'",
            "2026-11-20T00:00:00Z",
            "2026-11-22T17:24:33Z",
        ),
        (
            "from yesterday to now",
            "2026-11-21T00:00:00Z",
            "2026-11-22T17:24:33Z",
        ),
        (
            "'2026-11-20'",
            "2026-11-20T00:00:00Z",
            "2026-11-20T23:59:59.999999Z",
        ),
        (
            "'2026-11-20' to '2026-11-21'",
            "2026-11-20T00:00:00Z",
            "2026-11-21T23:59:59.999999Z",
        ),
        (
            "'2026-11-20' - '2026-11-21'",
            "2026-11-20T00:00:00Z",
            "2026-11-21T23:59:59.999999Z",
        ),
        (
            "'2026-11-20 10:30'",
            "2026-11-20T10:30:00Z",
            "2026-11-20T10:30:59.999999Z",
        ),
        (
            "'2026-11-20 10:30:15'",
            "2026-11-20T10:30:15Z",
            "2026-11-20T10:30:15.999999Z",
        ),
        (
            "'2026-11-20T10:30:15.25'",
            "2026-11-20T10:30:15.25Z",
            "2026-11-20T10:30:15.259999Z",
        ),
        (
            "'2026-11-20T10:30:15.123456'",
            "2026-11-20T10:30:15.123456Z",
            "2026-11-20T10:30:15.123456Z",
        ),
        (
            "'2026-11-20T10:30+02:00'",
            "2026-11-20T08:30:00Z",
            "2026-11-20T08:30:59.999999Z",
        ),
        (
            "'2026-11-20T10:30:00Z'",
            "2026-11-20T10:30:00Z",
            "2026-11-20T10:30:00.999999Z",
        ),
        (
            "1795359803001394 to 1795359804001394",
            "2026-11-22T15:03:23.001394Z",
            "2026-11-22T15:03:24.001394Z",
        ),
    ];
    for (words, start, end) in cases {
        eprintln!("{words}");
        assert_range(range("UTC", words), start, end);
    }
}

#[test]
fn days_are_those_of_the_zone() {
    assert_range(
        range("Asia/Tokyo", "today"),
        "2026-11-22T15:00:00Z",
        "2026-11-23T14:59:59.999999Z",
    );
    assert_range(
        range("America/New_York", "today"),
        "2026-11-22T05:00:00Z",
        "2026-11-23T04:59:59.999999Z",
    );
    let minute = range("Asia/Kolkata", "'2026-11-20 10:30'");
    assert_range(minute, "2026-11-20T05:00:00Z", "2026-11-20T05:00:59.999999Z");
    assert_range(
        range("Asia/Kolkata", "this hour"),
        "2026-11-22T16:30:00Z",
        "2026-11-22T17:29:59.999999Z",
    );
}

#[test]
fn a_day_when_the_clock_changes_is_shorter_or_longer() {
    let hours =
        |range: Result<(i64, i64), QueryError>| range.map(|(start, end)| (end - start + 1) / 3_600_000_000);
    assert_eq!(hours(range("Europe/Vilnius", "'2026-03-29'")), Ok(23));
    assert_eq!(hours(range("Europe/Vilnius", "'2026-10-25'")), Ok(25));
    assert_eq!(
        hours(range_at("2026-10-25T12:00:00Z", "Europe/Vilnius", "today")),
        Ok(25)
    );
    // A day ago by the calendar is 25 hours ago, but 24 hours ago are 24 hours ago.
    assert_eq!(
        hours(range_at("2026-10-25T12:00:00Z", "Europe/Vilnius", "latest day").map(|(a, b)| (a, b - 1))),
        Ok(25)
    );
    assert_eq!(
        hours(range_at("2026-10-25T12:00:00Z", "Europe/Vilnius", "last 24 hours").map(|(a, b)| (a, b - 1))),
        Ok(24)
    );
}

#[test]
fn a_time_that_the_clock_skips_or_repeats_has_its_place() {
    // 03:00 became 04:00: half past three is taken as half past four of summer time.
    let skipped = range("Europe/Vilnius", "'2026-03-29 03:30'");
    assert_range(skipped, "2026-03-29T01:30:00Z", "2026-03-29T01:30:59.999999Z");
    // 04:00 became 03:00: of the two the first is taken.
    let repeated = range("Europe/Vilnius", "'2026-10-25 03:30'");
    assert_range(repeated, "2026-10-25T00:30:00Z", "2026-10-25T00:30:59.999999Z");
    // The second of the two hours is an hour of its own.
    let hour = range_at("2026-10-25T01:30:00Z", "Europe/Vilnius", "this hour");
    assert_range(hour, "2026-10-25T01:00:00Z", "2026-10-25T01:59:59.999999Z");
}

#[test]
fn a_day_that_starts_late_starts_late() {
    // In Beirut midnight was skipped.
    let day = range("Asia/Beirut", "'2026-03-29'");
    assert_range(day, "2026-03-28T22:00:00Z", "2026-03-29T20:59:59.999999Z");
}

#[test]
fn the_default_date_is_for_statements_without_one() {
    let with_default = |query: &str, default: Option<&'static str>| {
        let context = Context {
            default_date: default,
            ..context("UTC")
        };
        plan(&parse(query).unwrap(), &context).map(|plan| plan.date_filter().unwrap())
    };
    let today = (micros("2026-11-22T00:00:00Z"), micros("2026-11-23T00:00:00Z") - 1);
    let yesterday = (micros("2026-11-21T00:00:00Z"), micros("2026-11-22T00:00:00Z") - 1);
    assert_eq!(with_default("get events", None), Ok(today));
    assert_eq!(with_default("get events", Some(" ")), Ok(today));
    assert_eq!(with_default("get events", Some("Yesterday")), Ok(yesterday));
    assert_eq!(with_default("get events", Some("1000 TO 2000")), Ok((1000, 2000)));
    assert_eq!(
        with_default("get events for yesterday", Some("1000 TO 2000")),
        Ok(yesterday)
    );
    // One that is not needed is not looked at.
    assert_eq!(
        with_default("get events for yesterday", Some("rubbish")),
        Ok(yesterday)
    );
    let error = with_default("get events", Some("todya")).unwrap_err();
    assert!(error.is_in_default_date());
    let message = error.to_string();
    assert!(
        message.starts_with("column 1 of the default date range (jk_date): wanted a date"),
        "{message}"
    );
    assert!(
        message.ends_with("found `todya`; did you mean TODAY?"),
        "{message}"
    );
}

#[test]
fn dates_out_of_reach_are_refused() {
    let cases = [
        "last 99999999999 years",
        "last 9999999999999999999 days",
        "last 20000 years",
        "'2026-02-30'",
        "'2026-13-01'",
        "'2026-11-20 25:00'",
        "'2026-11-20T10:30+99:00'",
        "'20261120'",
        "'soon'",
        "'22.11.2026'",
        "'2026-11-20 to 2026-11-21'",
        "''",
        "9 to 1",
        "'2026-11-22' to '2026-11-20'",
    ];
    for words in cases {
        assert!(range("UTC", words).is_err(), "{words}");
    }
    let far = Context {
        now: i64::MAX,
        ..context("UTC")
    };
    assert!(plan(&parse("get events").unwrap(), &far).is_err());
}
