//! The functions that the dialect of the crate `query` calls and SQLite does not have.

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};

/// Tells something of a text and a part.
type Test = fn(&str, &str) -> bool;

/// Registers `jk_contains`, `jk_starts` and `jk_ends`: whether a text holds, begins or ends with another,
/// without regard to the case of any script's letters. Null where one of the two is null or no text.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let tests: [(&str, Test); 3] = [
        ("jk_contains", |text, part| text.contains(part)),
        ("jk_starts", |text, part| text.starts_with(part)),
        ("jk_ends", |text, part| text.ends_with(part)),
    ];
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    for (name, test) in tests {
        connection.create_scalar_function(name, 2, flags, move |context| holds(context, test))?;
    }
    Ok(())
}

fn holds(context: &Context<'_>, test: Test) -> rusqlite::Result<Option<bool>> {
    let (Some(text), Some(part)) = (text(context, 0), text(context, 1)) else {
        return Ok(None);
    };
    // Most texts are ASCII in the letters that matter; only others pay for Unicode's tables.
    let folded = |text: &str| {
        if text.is_ascii() {
            text.to_ascii_lowercase()
        } else {
            text.to_lowercase()
        }
    };
    Ok(Some(test(&folded(&text), &folded(&part))))
}

fn text(context: &Context<'_>, index: usize) -> Option<String> {
    use rusqlite::types::ValueRef;
    match context.get_raw(index) {
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Null | ValueRef::Blob(_) => None,
    }
}
