//! SQLite, from 3.45 on, with its JSON functions and three of our own.
//!
//! Who opens the database registers these functions. Each takes two texts, is deterministic, and gives 1 or 0, or null
//! if the first argument is null; a first argument of another type is taken as its text. They ignore the case of all
//! letters that Unicode knows:
//!
//! * `jk_contains(text, wanted)`: whether `wanted` is somewhere in `text`;
//! * `jk_starts(text, wanted)`: whether `text` starts with it;
//! * `jk_ends(text, wanted)`: whether `text` ends with it.
//!
//! LIKE is SQLite's own: `%` and `_`, no escape character, ignoring the case of ASCII letters.

use super::TextMatch;
use super::dialect::Dialect;
use crate::plan::Read;

/// The dialect of SQLite.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sqlite;

impl Dialect for Sqlite {
    fn placeholder(&self, number: usize) -> String {
        format!("?{number}")
    }

    fn path(&self, key: &str) -> String {
        // A quoted label of a path is read as in JSON text: with these two escapes.
        format!("$.\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""))
    }

    fn member(&self, object: &str, path: &str, read: Read) -> String {
        match read {
            Read::Scalar => format!("({object} ->> {path})"),
            Read::Text => {
                format!("CASE json_type({object}, {path}) WHEN 'text' THEN {object} ->> {path} END")
            }
            Read::Number => {
                format!(
                    "CASE WHEN json_type({object}, {path}) IN ('integer', 'real') THEN {object} ->> {path} END"
                )
            }
            Read::Boolean => {
                format!("CASE json_type({object}, {path}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END")
            }
        }
    }

    fn subset(&self, object: &str, members: &[(String, String)]) -> String {
        let members: Vec<String> = members
            .iter()
            .map(|(key, path)| format!("{key}, {object} -> {path}"))
            .collect();
        // A patch with null removes the key, and so leaves out what is not there.
        format!(
            "nullif(json_patch('{{}}', json_object({})), '{{}}')",
            members.join(", ")
        )
    }

    fn any_element(&self, array: &str, path: Option<&str>, test: &str) -> String {
        let path = path.map(|path| format!(", {path}")).unwrap_or_default();
        format!("EXISTS (SELECT 1 FROM json_each({array}{path}) AS e WHERE {test})")
    }

    fn element(&self) -> &'static str {
        "e.value"
    }

    fn matches(&self, how: TextMatch, text: &str, wanted: &str) -> String {
        match how {
            TextMatch::Contains => format!("jk_contains({text}, {wanted})"),
            TextMatch::StartsWith => format!("jk_starts({text}, {wanted})"),
            TextMatch::EndsWith => format!("jk_ends({text}, {wanted})"),
            TextMatch::Like => format!("({text} LIKE {wanted})"),
        }
    }

    fn quotient(&self, dividend: &str, divisor: &str) -> String {
        format!("(CAST({dividend} AS REAL) / {divisor})")
    }

    fn rounded(&self, number: &str) -> String {
        format!("CAST(round({number}) AS INTEGER)")
    }
}
