//! Queries from the network: no text makes parsing, planning or the SQL panic, and an error names a spot in the text.

use jiff::tz::TimeZone;
use tnt4_query::sql::{self, Sqlite};
use tnt4_query::{Context, QueryError, parse, plan};

/// A Sunday in November when clocks in the zone below went back, in microseconds.
const NOW: i64 = 1_793_509_200_000_000;

/// A time zone with a summer time, written out so that no machine's database decides.
const ZONE: &str = "EST5EDT,M3.2.0,M11.1.0";

/// Parses and plans the text as a query, and as the default date of another one.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let zone = TimeZone::posix(ZONE).expect("a time zone in the form of POSIX");
    match parse(text) {
        Err(error) => check_spot(text, &error),
        Ok(statement) => {
            let context = Context {
                now: NOW,
                time_zone: zone.clone(),
                default_date: None,
            };
            match plan(&statement, &context) {
                Err(error) => check_spot(text, &error),
                Ok(plan) => drop(sql::generate(&plan, &Sqlite, 100)),
            }
        }
    }
    let statement = parse("get events").expect("the simplest query");
    // Its errors speak of this text, whose spots are not those of the query.
    drop(plan(
        &statement,
        &Context {
            now: NOW,
            time_zone: zone,
            default_date: Some(text),
        },
    ));
}

/// A spot outside the text, or inside one of its characters, would make whoever shows it panic.
fn check_spot(text: &str, error: &QueryError) {
    assert!(
        text.get(error.span()).is_some(),
        "{:?} is no part of {text:?}: {error}",
        error.span()
    );
}
