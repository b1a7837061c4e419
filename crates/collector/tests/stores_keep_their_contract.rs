//! What every store must do, told once, and run on each.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

use std::time::{Duration, Instant};

use tnt4_collector::Synchronous;
use tnt4_collector::store::sqlite::SqliteStore;
use tnt4_collector::store::{Arrival, Patience, Store, StoreError};
use tnt4_model::{Activity, ActivityStatus, Event, Item, RecordId, Timestamp};
use tnt4_query::{Context, parse, plan, sql};

const NOW: Timestamp = Timestamp::from_micros(1_795_348_800_000_000);

fn arrival(item: impl Into<Item>, record_id: Option<RecordId>) -> Arrival {
    Arrival {
        record_id,
        item: item.into(),
        received: NOW,
    }
}

fn event(name: &str) -> Event {
    Event::new(name).report_time(NOW)
}

fn ask(
    store: &dyn Store,
    statement: &str,
    timeout: Duration,
) -> Result<tnt4_collector::store::Answer, StoreError> {
    let zone = jiff::tz::TimeZone::UTC;
    let context = Context {
        now: NOW.as_micros(),
        time_zone: zone,
        default_date: Some("latest 100 years"),
    };
    let plan = plan(&parse(statement).expect("parsed"), &context).expect("planned");
    let query = sql::generate(&plan, store.dialect(), 100);
    store
        .reader()
        .expect("a reader")
        .run(&query, 100, &Patience::until(Instant::now() + timeout))
}

fn count(store: &dyn Store, what: &str) -> i64 {
    ask(store, &format!("get number of {what}"), Duration::from_secs(10))
        .expect("an answer")
        .found
}

/// The story.
fn keeps_its_contract(store: &dyn Store) {
    let mut writer = store.writer().expect("a writer");
    assert_eq!(count(store, "events"), 0);

    // A batch is there when `commit` returns, in its order.
    writer
        .commit(&[arrival(event("a"), None), arrival(event("b"), None)])
        .expect("committed");
    let answer = ask(
        store,
        "get first 9 events fields EventName",
        Duration::from_secs(10),
    )
    .expect("an answer");
    assert_eq!(format!("{:?}", answer.rows), r#"[[Text("a")], [Text("b")]]"#);
    assert_eq!((answer.found, answer.row_count), (2, 2));
    assert_eq!(answer.date_range, Some((NOW.as_micros(), NOW.as_micros())));

    // One copy a record; any number under one tracking id; one row an activity.
    let id = Some(RecordId::new());
    let same = || event("c").tracking_id("same");
    writer
        .commit(&[arrival(same(), id), arrival(same(), id), arrival(same(), None)])
        .expect("committed");
    writer.commit(&[arrival(same(), id)]).expect("committed");
    assert_eq!(count(store, "events where eventid = 'same'"), 2);
    let activity = |status| {
        arrival(
            Activity::new("act")
                .tracking_id("one")
                .report_time(NOW)
                .status(status),
            None,
        )
    };
    writer
        .commit(&[activity(ActivityStatus::Begin), activity(ActivityStatus::End)])
        .expect("committed");
    assert_eq!(count(store, "activities where activitystatus = END"), 1);
    assert_eq!(count(store, "activities"), 1);

    // What outlives its time to live goes, and its correlators with it.
    let fleeting = event("short").correlator("c").time_to_live(60);
    writer
        .commit(&[
            arrival(fleeting, None),
            arrival(event("long").correlator("c").time_to_live(7200), None),
        ])
        .expect("committed");
    let in_an_hour = Timestamp::from_micros(NOW.as_micros() + 3_600_000_000);
    assert_eq!(writer.expire(NOW).expect("nothing yet"), 0);
    assert_eq!(writer.expire(in_an_hour).expect("one"), 1);
    assert_eq!(count(store, "events where correlator = 'c'"), 1);

    // Also where it is more than is deleted at a time.
    let many: Vec<Arrival> = (0..5_000)
        .map(|_| arrival(event("short").time_to_live(60), None))
        .collect();
    writer.commit(&many).expect("committed");
    let mut portions = 0;
    while writer.expire(in_an_hour).expect("a portion") > 0 {
        portions += 1;
    }
    assert!(portions > 1);
    assert_eq!(count(store, "events where eventname = 'short'"), 0);

    // A query ends at its deadline, or when nobody waits any more.
    let patience = Patience::until(Instant::now() + Duration::from_secs(60));
    patience.give_up();
    assert!(patience.is_over());
    let many: Vec<Arrival> = (0..20_000)
        .map(|_| arrival(event("words to look through"), None))
        .collect();
    writer.commit(&many).expect("committed");
    let late = ask(
        store,
        "get number of events where eventname contains 'nothing' or eventname contains 'none'",
        Duration::ZERO,
    );
    assert!(matches!(late, Err(StoreError::Interrupted)), "{late:?}");
}

#[test]
fn sqlite_as_by_default() {
    let folder = tempfile::tempdir().expect("a folder");
    keeps_its_contract(
        &SqliteStore::open(&folder.path().join("s.db"), Synchronous::Normal).expect("a store"),
    );
}

#[test]
fn sqlite_that_waits_for_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    keeps_its_contract(&SqliteStore::open(&folder.path().join("s.db"), Synchronous::Full).expect("a store"));
}

#[cfg(unix)]
#[test]
fn the_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("s.db"), Synchronous::Normal).expect("a store");
    let mut writer = store.writer().expect("a writer");
    writer.commit(&[arrival(event("a"), None)]).expect("committed");
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let entry = entry.expect("a file");
        let mode = entry.metadata().expect("metadata").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
}
