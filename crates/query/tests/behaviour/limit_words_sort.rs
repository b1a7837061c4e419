//! Limit words pick rows, SORT BY shows them in order, RANGE counts them.

use super::{ending, planned, refused};

#[test]
fn rows_come_newest_first() {
    assert_eq!(
        ending("get events fields id"),
        "ORDER BY t.start_time DESC, t.id DESC LIMIT 100"
    );
    let logs = ending("get logs fields id");
    assert_eq!(logs, "ORDER BY t.report_time DESC, t.id DESC LIMIT 100");
}

#[test]
fn each_word_has_its_order() {
    let cases = [
        ("latest", "t.start_time DESC, t.id DESC"),
        ("last", "t.start_time DESC, t.id DESC"),
        ("first", "t.start_time, t.id"),
        ("earliest", "t.start_time, t.id"),
        ("top", "t.start_time DESC, t.id DESC"),
        ("longest", "t.elapsed_time DESC, t.id DESC"),
        ("shortest", "t.elapsed_time, t.id"),
        ("worst", "t.severity DESC, t.elapsed_time DESC, t.id DESC"),
        ("best", "t.severity, t.elapsed_time, t.id"),
        ("largest", "t.msg_length DESC, t.id DESC"),
        ("smallest", "t.msg_length, t.id"),
    ];
    for (word, order) in cases {
        assert_eq!(
            ending(&format!("get {word} 3 events fields id")),
            format!("ORDER BY {order} LIMIT 3"),
            "{word}"
        );
        assert_eq!(
            planned(&format!("get {word} event")).row_limit(),
            Some(1),
            "{word}"
        );
    }
}

#[test]
fn a_number_alone_is_that_of_the_first_rows() {
    assert_eq!(
        ending("get 5 events fields id sort by name"),
        "ORDER BY t.name, t.id LIMIT 5"
    );
}

#[test]
fn the_smaller_limit_counts() {
    assert!(ending("get top 500 events fields id").ends_with("LIMIT 100"));
    assert_eq!(planned("get top 500 events").row_limit(), Some(500));
}

#[test]
fn a_picked_row_can_be_shown_in_another_order() {
    insta::assert_snapshot!(super::filled(
        &super::generated("get latest 5 events fields name sort by name desc").rows
    ));
}

#[test]
fn bottom_rows_are_shown_in_the_order_asked_for() {
    insta::assert_snapshot!(super::filled(
        &super::generated("get bottom 2 events fields id sort by elapsedtime").rows
    ));
}

#[test]
fn a_range_counts_from_one_after_the_limit() {
    let plan = planned("get top 10 events range 3,20");
    assert_eq!(plan.row_limit(), Some(8));
    assert_eq!(plan.total_rows(1000), 8);
    assert_eq!(plan.total_rows(4), 2);
    assert_eq!(plan.total_rows(1), 0);
    assert!(ending("get events fields id range 3,20").ends_with("LIMIT 18 OFFSET 2"));
    for query in ["get events range 0,5", "get events range 5,4"] {
        assert!(refused(query).to_string().contains("has no rows"), "{query}");
    }
}

#[test]
fn groups_have_no_order_but_the_one_asked_for() {
    let all = "AND t.severity IS NOT NULL GROUP BY t.severity";
    assert_eq!(ending("get number of events group by severity"), all);
    let top = ending("get number of top 2 events group by severity");
    assert_eq!(top, format!("{all} ORDER BY count(*) DESC LIMIT 2"));
    let sorted = ending("get number of events group by severity sort by numberof desc, severity");
    assert_eq!(sorted, format!("{all} ORDER BY count(*) DESC, t.severity"));
}

#[test]
fn groups_are_not_cut_by_the_rows_that_a_client_takes() {
    assert!(planned("get number of events group by name").is_grouped());
    assert!(!ending("get number of events group by name").contains("LIMIT"));
}

#[test]
fn a_word_that_the_item_cannot_be_ordered_by_is_refused() {
    assert!(
        refused("get longest snapshots")
            .to_string()
            .contains("LONGEST does not go with Snapshots")
    );
}
