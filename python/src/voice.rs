//! What the Python side has to say of itself, by the stream's own diagnostics: never to standard output, `warnings` or
//! `logging`, and each line once a process.

use std::collections::HashSet;
use std::sync::Mutex;

use pyo3::prelude::*;
use tnt4::Diagnostics;

/// How many different lines are said at the most.
const MOST: usize = 200;

/// What was said. A child of a fork starts with what its parent has said.
static SAID: Mutex<Option<HashSet<String>>> = Mutex::new(None);

/// Says a line, unless it was said before.
pub(crate) fn say_once(text: &str) {
    say_once_to(text, None);
}

/// Where a handler says something whose setting is this word or path; without one, what the environment says. That is asked
/// each time, as an application may set the variable after it has imported the package.
pub(crate) fn diagnostics(setting: Option<&str>) -> Diagnostics {
    match setting {
        None => Diagnostics::from_env(),
        Some("off") => Diagnostics::off(),
        Some("stderr") => Diagnostics::standard_error(),
        Some(path) => Diagnostics::file(path),
    }
}

/// Says a line about a handler with this setting, unless it was said before.
#[pyfunction]
#[pyo3(name = "say_once", signature = (text, diagnostics = None))]
pub(crate) fn say_once_to(text: &str, diagnostics: Option<&str>) {
    // A thread that is saying something, or was when this process was forked off: then this line is lost.
    let Ok(mut said) = SAID.try_lock() else {
        return;
    };
    let said = said.get_or_insert_default();
    // What one handler has said nowhere another says all the same.
    if said.len() >= MOST || !said.insert(format!("{diagnostics:?} {text}")) {
        return;
    }
    self::diagnostics(diagnostics).say(text);
}
