//! Every statement is answered, or refused as what it is: not supported, rather than not understood.

use super::{planned, refused};
use tnt4_query::Item;

const ANSWERED: &[(&str, Item)] = &[
    ("get events", Item::Event),
    ("jKQL> GET EVENTS;", Item::Event),
    ("get the event", Item::Event),
    ("Get The Number Of Logs", Item::Log),
    ("get count of datasets", Item::Dataset),
    ("get top 50 event show as heatmap", Item::Event),
    ("get latest activity", Item::Activity),
    ("get 7 snapshots", Item::Snapshot),
    (
        "get activity 'PlaceOrder' fields name, appl, properties('carrier') show as table",
        Item::Activity,
    ),
    (
        "get snapshots Memory avg map(FreeBytes), max map(FreeBytes) show as colchart",
        Item::Snapshot,
    ),
    (
        "get snapshots Memory fields snapshottime, map(FreeBytes) for latest day where map(FreeBytes) < 1.5G",
        Item::Snapshot,
    ),
    (
        "get number of events where severity in (Error, Warning) group by location order by location",
        Item::Event,
    ),
    (
        "get events where eventname does not contain 'order' and eventname does not contain 'SQL'",
        Item::Event,
    ),
    (
        "get activities where ActivityStatus in(END) order by StartTime desc show as table",
        Item::Activity,
    ),
    (
        "get events fields disk.read as 'Read (kB)', disk.read * 8 / 2 bits where disk.read exists",
        Item::Event,
    ),
    (
        "get activity fields avg(elapsedtime) group by property('carrier'), property('city') show as scorecard",
        Item::Activity,
    ),
    (
        "get logs where (severity > INFO or not exception is null) and (elapsedtime + 5) * 2 >= 3sec",
        Item::Log,
    ),
    (
        "get events for 1795359803001394 to 1795359804001394 range 1,10",
        Item::Event,
    ),
    (
        "get number of events group by severity, applname include nulls having numberof > 2 sort by number desc",
        Item::Event,
    ),
    (
        "get events where message starts with a or message ends with 'z' or message like '%b%' or message ~ c",
        Item::Event,
    ),
    (
        "get events where starttime between '2026-11-22 10:00' and now and type not in (start, stop)",
        Item::Event,
    ),
    (
        "get events where name equals a and name equal to b and msglength not between 1 and 2K",
        Item::Event,
    ),
    (
        "get events fields all for this week where sourcecomps('NETADDR') in ('10.0.0.1', '10.0.0.2')",
        Item::Event,
    ),
    ("get\tevents\r\n  where severity<>3", Item::Event),
];

const REFUSED: &[&str] = &[
    "subscribe to events",
    "sub to number of events",
    "unsubscribe from 'x'",
    "find 'order'",
    "compare only diffs events",
    "upsert event",
    "insert event",
    "update event",
    "delete events",
    "get items",
    "get fields for event",
    "get functions",
    "get params",
    "get repository fields repositoryid",
    "get enumeration for severity",
    "get sources",
    "get number of resources",
    "get relatives show as geomap",
    "get set fields setname",
    "get dictionaries",
    "get active streams",
    "get users",
    "get percent of events",
    "get events from 'Set'",
    "get events where severity = info from 'Set'",
    "get activity compute anomaly(avg(elapsedtime))",
    "get number of events group by starttime bucketed by hour",
    "get number of events group by severity include empty",
    "get events fields upper(name)",
    "get events fields median(elapsedtime)",
    "get events fields sum(distinct elapsedtime)",
    "get events where name matches 'a.*'",
    "get events where name is empty",
    "get events for next 3 days",
    "get events for today at '10:00'",
    "get number of latest 5 events group by severity",
];

#[test]
fn statements_of_this_slice_are_answered() {
    for (query, item) in ANSWERED {
        assert_eq!(planned(query).item(), *item, "{query}");
    }
}

#[test]
fn the_rest_of_the_language_is_refused_as_unsupported() {
    for query in REFUSED {
        let error = refused(query);
        assert!(error.is_unsupported(), "{query}: {error}");
        assert!(error.to_string().contains("not supported"), "{query}: {error}");
    }
}

#[test]
fn queries_gathered_from_real_clients_are_answered_or_refused_for_good_reason() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/queries.txt");
    let Ok(queries) = std::fs::read_to_string(path) else {
        eprintln!("skipped: there is no {path}");
        return;
    };
    // Texts that their configuration file escapes a second time are no jKQL as they stand.
    let queries = queries
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.contains(r"\'"));
    for query in queries {
        if let Err(error) = super::try_plan(query) {
            let message = error.to_string();
            let has_reason = error.is_unsupported()
                || message.contains("no item type")
                || message.contains("not keep yet");
            assert!(has_reason, "{query}\n{message}");
        }
    }
}
