//! What a collector answered: rows, or why not.

use serde_json::{Map, Value};

use crate::escape::visible;

/// What a collector answered.
#[derive(Debug)]
pub(super) enum Reply {
    Rows(ResultSet),
    /// The token is not accepted.
    Unauthorized(String),
    /// The statement cannot be answered.
    Refused(String),
    /// This is no reply to a statement.
    Foreign(String),
}

/// Columns and rows.
#[derive(Debug, Default)]
pub(crate) struct ResultSet {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Map<String, Value>>,
    /// How many rows there are, with those that were not sent.
    pub(crate) total: u64,
    /// Whether only some dates were looked at.
    pub(crate) dated: bool,
    /// Whether the columns are the item's own, and not those that the statement names.
    pub(crate) whole: bool,
}

/// A column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// The key of its values in a row.
    pub(crate) header: String,
    /// What to call it.
    pub(crate) label: String,
    /// The type of its values, as result sets name it.
    pub(crate) value_type: String,
}

impl Reply {
    /// Reads a reply with this status.
    pub(super) fn read(status: u16, body: &str) -> Self {
        let Ok(Value::Object(reply)) = serde_json::from_str(body) else {
            return Reply::Foreign(told(status, body));
        };
        if let Some(words) = reply.get("jk_error").and_then(Value::as_str) {
            let words = visible(words).into_owned();
            return match status {
                401 | 403 => Reply::Unauthorized(words),
                _ => Reply::Refused(words),
            };
        }
        match ResultSet::read(&reply) {
            Some(set) => Reply::Rows(set),
            None => Reply::Foreign(told(status, body)),
        }
    }
}

impl ResultSet {
    fn read(reply: &Map<String, Value>) -> Option<Self> {
        let text_of = |object: &str, header: &str| {
            let text = reply.get(object)?.get(header)?.as_str()?;
            Some(text.to_owned())
        };
        let column = |header: &Value| {
            let header = header.as_str()?.to_owned();
            Some(Column {
                label: text_of("collabel", &header).unwrap_or_else(|| header.clone()),
                value_type: text_of("coltype", &header).unwrap_or_default(),
                header,
            })
        };
        let columns: Option<Vec<Column>> = reply.get("colhdr")?.as_array()?.iter().map(column).collect();
        let rows: Option<Vec<_>> = reply
            .get("rows")?
            .as_array()?
            .iter()
            .map(|row| row.as_object().cloned())
            .collect();
        let rows = rows?;
        Some(ResultSet {
            columns: columns?,
            total: reply
                .get("total-row-count")
                .and_then(Value::as_u64)
                .unwrap_or(rows.len() as u64),
            rows,
            dated: reply.contains_key("query-date-filter"),
            whole: reply
                .get("keycols")
                .and_then(Value::as_array)
                .is_some_and(|keys| !keys.is_empty()),
        })
    }
}

/// The status and the beginning of a text that is no reply.
fn told(status: u16, body: &str) -> String {
    let beginning: String = body.trim().chars().take(120).collect();
    if beginning.is_empty() {
        format!("status {status}")
    } else {
        format!("status {status}, {}", visible(&beginning))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_are_read() {
        let body = r#"{"total-row-count":7,"query-date-filter":"1 TO 2","colhdr":["A","B"],
            "coltype":{"A":"ENUM"},"collabel":{"A":"The A"},"rows":[{"A":"3#INFO"}]}"#;
        let Reply::Rows(set) = Reply::read(200, body) else {
            panic!("no rows");
        };
        assert_eq!(
            (set.total, set.rows.len(), set.dated, set.whole),
            (7, 1, true, false)
        );
        let [a, b] = &set.columns[..] else {
            panic!("two columns")
        };
        assert_eq!((a.label.as_str(), a.value_type.as_str()), ("The A", "ENUM"));
        assert_eq!((b.label.as_str(), b.value_type.as_str()), ("B", ""));
    }

    #[test]
    fn what_is_no_reply_is_told_apart() {
        let error = r#"{"jk_ccode":"ERROR","jk_error":"no\u001b[1m"}"#;
        assert!(matches!(Reply::read(400, error), Reply::Refused(words) if words == r"no\u{1b}[1m"));
        assert!(matches!(Reply::read(401, error), Reply::Unauthorized(_)));
        for body in [
            "",
            "<html>",
            "[]",
            "{}",
            r#"{"colhdr":[1],"rows":[]}"#,
            r#"{"colhdr":[],"rows":[1]}"#,
        ] {
            assert!(matches!(Reply::read(200, body), Reply::Foreign(_)), "{body}");
        }
    }
}
