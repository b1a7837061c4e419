//! The words with a meaning of their own.

use crate::ast::{DateWord, LimitWord, Unit};

/// Words that start a clause.
pub(super) const CLAUSES: &[&str] = &[
    "fields", "field", "compute", "where", "for", "group", "having", "sort", "order", "range", "show",
    "display", "from",
];

/// Words that after an item are hardly its name: dates and limits that miss the words before them.
pub(super) const NO_NAMES: &[&str] = &[
    "today",
    "yesterday",
    "tomorrow",
    "this",
    "now",
    "since",
    "last",
    "latest",
    "next",
    "limit",
    "offset",
    "top",
];

/// Words that a bare name, alias or value cannot be: those that start clauses or join parts of them.
const JOINTS: &[&str] = &[
    "by",
    "as",
    "and",
    "or",
    "not",
    "in",
    "is",
    "does",
    "between",
    "like",
    "contains",
    "contain",
    "starts",
    "start",
    "ends",
    "end",
    "with",
    "matches",
    "match",
    "exists",
    "exist",
    "equals",
    "equal",
    "asc",
    "desc",
    "ascending",
    "descending",
    "include",
    "bucketed",
];

/// Whether the word joins parts of a statement.
///
/// `END`, `START`, `MATCH` and their like are also values (`ActivityStatus = END`), so [`may_be_value`] takes them.
pub(super) fn is_reserved(word: &str) -> bool {
    is_one_of(word, CLAUSES) || is_one_of(word, JOINTS)
}

/// Whether a bare word can be a value where one must stand.
pub(super) fn may_be_value(word: &str) -> bool {
    !is_reserved(word) || is_one_of(word, &["end", "start", "match", "range", "display", "field"])
}

/// Whether `word` is one of `words`, in any case.
pub(super) fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|candidate| word.eq_ignore_ascii_case(candidate))
}

/// Statements other than GET, whether they may come, and what to call them.
pub(super) const OTHER_STATEMENTS: &[(&str, bool, &str)] = &[
    ("subscribe", true, "SUBSCRIBE"),
    ("sub", true, "SUBSCRIBE"),
    ("unsubscribe", true, "UNSUBSCRIBE"),
    ("find", true, "FIND"),
    ("compare", true, "COMPARE"),
    (
        "upsert",
        false,
        "UPSERT, as any statement that changes what is stored,",
    ),
    (
        "insert",
        false,
        "INSERT, as any statement that changes what is stored,",
    ),
    (
        "update",
        false,
        "UPDATE, as any statement that changes what is stored,",
    ),
    (
        "delete",
        false,
        "DELETE, as any statement that changes what is stored,",
    ),
];

/// Items of jKQL that cannot be asked for, and whether they may come.
pub(super) const OTHER_ITEMS: &[(&[&str], bool)] = &[
    (&["item", "items"], true),
    (&["field", "fields"], true),
    (&["function", "functions"], true),
    (&["param", "params", "parameter", "parameters"], true),
    (&["repository", "repositories"], true),
    (&["enumeration", "enumerations"], true),
    (&["source", "sources"], true),
    (&["resource", "resources"], true),
    (&["relative", "relatives"], true),
    (&["set", "sets"], true),
    (&["dictionary", "dictionaries"], true),
    (&["active"], true),
    (&["provider", "providers"], false),
    (&["action", "actions"], false),
    (&["trigger", "triggers"], false),
    (&["team", "teams"], false),
    (&["organization", "organizations"], false),
    (&["user", "users"], false),
    (&["license", "licenses"], false),
    (&["job", "jobs"], false),
    (&["volume", "volumes"], false),
];

/// Functions of jKQL that are not computed yet.
pub(super) const OTHER_FUNCTIONS: &[&str] = &[
    "abs",
    "anomaly",
    "apdex",
    "avgof",
    "bbands",
    "bottleneckleaves",
    "bottleneckpath",
    "cast",
    "ceil",
    "close",
    "coalesce",
    "concat",
    "concatws",
    "dateadd",
    "dateadjust",
    "datediff",
    "dateextract",
    "dayofweek",
    "exp",
    "expmovingavg",
    "findin",
    "floor",
    "forecast",
    "left",
    "length",
    "list",
    "ln",
    "log10",
    "lower",
    "maxof",
    "median",
    "medianof",
    "minof",
    "now",
    "open",
    "percentile",
    "position",
    "positionre",
    "power",
    "replace",
    "right",
    "round",
    "sqrt",
    "stddev",
    "stddevpop",
    "stddevsample",
    "strat",
    "substr",
    "substrre",
    "sumof",
    "tokenize",
    "upper",
    "uuid",
    "valueat",
    "variance",
    "variancepop",
    "variancesample",
];

/// The unit of this name, in the singular, the plural or short.
pub(super) fn unit(word: &str) -> Option<Unit> {
    let unit = match word.to_ascii_lowercase().as_str() {
        "year" | "years" => Unit::Year,
        "month" | "months" => Unit::Month,
        "week" | "weeks" => Unit::Week,
        "day" | "days" => Unit::Day,
        "hour" | "hours" | "hr" | "hrs" => Unit::Hour,
        "minute" | "minutes" | "min" | "mins" => Unit::Minute,
        "second" | "seconds" | "sec" | "secs" => Unit::Second,
        "millisecond" | "milliseconds" | "msec" | "msecs" | "ms" => Unit::Millisecond,
        "microsecond" | "microseconds" | "usec" | "usecs" | "us" => Unit::Microsecond,
        _ => return None,
    };
    Some(unit)
}

/// The day of this name.
pub(super) fn date_word(word: &str) -> Option<DateWord> {
    match word.to_ascii_lowercase().as_str() {
        "today" => Some(DateWord::Today),
        "yesterday" => Some(DateWord::Yesterday),
        "tomorrow" => Some(DateWord::Tomorrow),
        _ => None,
    }
}

/// The limit of this name.
pub(super) fn limit_word(word: &str) -> Option<LimitWord> {
    let limit = match word.to_ascii_lowercase().as_str() {
        "top" => LimitWord::Top,
        "bottom" => LimitWord::Bottom,
        "first" | "earliest" => LimitWord::First,
        "last" | "latest" => LimitWord::Last,
        "longest" => LimitWord::Longest,
        "shortest" => LimitWord::Shortest,
        "best" => LimitWord::Best,
        "worst" => LimitWord::Worst,
        "largest" => LimitWord::Largest,
        "smallest" => LimitWord::Smallest,
        _ => return None,
    };
    Some(limit)
}
