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
#[pyfunction]
pub(crate) fn say_once(text: &str) {
    // A thread that is saying something, or was when this process was forked off: then this line is lost.
    let Ok(mut said) = SAID.try_lock() else {
        return;
    };
    let said = said.get_or_insert_default();
    if said.len() >= MOST || !said.insert(text.to_owned()) {
        return;
    }
    // Asked each time, as an application may set the variable after it has imported the package.
    Diagnostics::from_env().say(text);
}
