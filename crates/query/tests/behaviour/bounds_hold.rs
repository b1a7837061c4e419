//! No query costs more than it should: length, depth and number are bounded.

use super::{generated, planned, refused, try_plan};

#[test]
fn a_query_has_at_most_64_kibibytes() {
    let message = refused(&format!("get events where name = '{}'", "x".repeat(65_536))).to_string();
    assert!(message.contains("more than the 65536 that are read"), "{message}");
    planned(&format!("get events where name = '{}'", "x".repeat(65_000)));
}

#[test]
fn nesting_is_bounded() {
    let nested = [
        format!(
            "get events where {}a = 1{}",
            "(".repeat(30_000),
            ")".repeat(30_000)
        ),
        format!("get events where {}a = 1", "(".repeat(60_000)),
        format!("get events where {} a = 1", "not ".repeat(15_000)),
        format!("get events where {}a > 1", "-".repeat(60_000)),
        format!("get events fields {}a", "avg ".repeat(15_000)),
        format!("get events fields {}a", "avg(".repeat(15_000)),
        format!("get events where a > 1{}", " + 1".repeat(15_000)),
        format!(
            "get events where {}1{} > a",
            "1 + (".repeat(10_000),
            ")".repeat(10_000)
        ),
    ];
    for query in nested {
        let message = refused(&query).to_string();
        assert!(message.contains("nested more than 64 deep"), "{message}");
    }
    planned(&format!(
        "get events where {}a = 1{}",
        "(".repeat(60),
        ")".repeat(60)
    ));
}

#[test]
fn lists_are_bounded() {
    let many = [
        format!("get events where a in (1{})", ",1".repeat(1000)),
        format!("get events fields a{}", ",a".repeat(1000)),
        format!("get events fields props(a{})", ",a".repeat(1000)),
        format!("get events sort by a{}", ",a".repeat(1000)),
        format!("get events where a = 1{}", " or a = 1".repeat(1000)),
    ];
    for query in many {
        let message = refused(&query).to_string();
        assert!(message.contains("more than"), "{message}");
    }
}

#[test]
fn aliases_do_not_multiply() {
    // An alias is not seen by other fields, so that this is a property called `a`.
    assert!(
        try_plan("get events fields msglength + msglength as a, a + a as b, b + b as c where c > 1").is_ok()
    );
    let sum = ["msglength"; 60].join(" + ");
    let tests = vec!["x > 1"; 499].join(" and ");
    let message = refused(&format!("get events fields {sum} as x where {tests}")).to_string();
    assert!(message.contains("more than 20000 values"), "{message}");
}

#[test]
fn long_conditions_make_flat_sql() {
    let query = format!(
        "get events where msglength = 1{}",
        " or msglength = 2".repeat(400)
    );
    let text = generated(&query).rows.text;
    let mut depth = 0_i32;
    let mut deepest = 0;
    for letter in text.chars() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        deepest = deepest.max(depth);
    }
    assert!(deepest < 15, "{deepest}");
}

#[test]
fn equal_parameters_share_a_number() {
    let sql = generated("get events where props('a') > 5 and props('a') < 9 and msglength = 5").rows;
    assert_eq!(sql.parameters.len(), 6, "{sql:?}");
}
