//! GROUP BY, aggregates and HAVING.

use super::{ending, planned, refused};

#[test]
fn null_groups_are_dropped_unless_they_are_included() {
    assert!(ending("get number of events group by name").contains("AND t.name IS NOT NULL GROUP BY"));
    let two = ending("get number of events group by name, severity");
    assert!(
        two.contains("AND (t.name IS NOT NULL OR t.severity IS NOT NULL) GROUP BY"),
        "{two}"
    );
    assert!(!ending("get number of events group by name include nulls").contains("NOT NULL"));
}

#[test]
fn an_aggregate_alone_gives_one_row() {
    assert!(planned("get events fields max(elapsedtime)").is_grouped());
    assert!(planned("get events avg elapsedtime").is_grouped());
    assert!(!planned("get events fields elapsedtime").is_grouped());
}

#[test]
fn having_tests_groups() {
    let text = ending(
        "get number of events fields avg(elapsedtime) as a group by name having a > 3sec and number < 5",
    );
    let wanted = "HAVING (CAST(round(avg(t.elapsed_time)) AS INTEGER) > 3000000 AND count(*) < 5)";
    assert!(text.ends_with(wanted), "{text}");
}

#[test]
fn what_differs_within_a_group_is_refused() {
    for query in [
        "get number of events fields location group by name",
        "get events fields name, max(elapsedtime)",
        "get number of events group by name sort by starttime",
        "get number of events group by name having severity > 3",
        "get number of events fields all",
    ] {
        assert!(
            refused(query).to_string().contains("differs between the rows"),
            "{query}"
        );
    }
    // The same property, read as a number.
    planned("get number of events fields props('n') + 1 group by props('n') having props('n') > 3");
}

#[test]
fn aggregates_stand_where_rows_are_put_together() {
    for query in [
        "get events where max(elapsedtime) > 1",
        "get events fields max(min(elapsedtime))",
        "get number of events group by max(elapsedtime)",
        "get events sort by max(elapsedtime)",
        "get events fields max(elapsedtime) as m where m > 3",
    ] {
        assert!(
            refused(query).to_string().contains("computed over many rows"),
            "{query}"
        );
    }
}
