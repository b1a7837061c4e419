//! What the Python side has to say of itself, by the rules of the stream's own diagnostics: one line, to standard error,
//! or where `TNT4_DIAGNOSTICS` says; never to standard output, `warnings` or `logging`, and each line once a process.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::fd::AsFd;
use std::sync::Mutex;

use pyo3::prelude::*;

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
    let shown: String = text
        .chars()
        .take(1_000)
        .map(|character| {
            if character.is_control() {
                '\u{fffd}'
            } else {
                character
            }
        })
        .collect();
    let line = format!("tnt4: {shown}\n");
    // One write a line. A line that cannot be written is lost: nobody could be told.
    let _ = target().map(|mut file| file.write_all(line.as_bytes()));
}

/// Where lines go. The lock of Rust's own handle might belong to a thread that a fork left behind.
fn target() -> Option<File> {
    let standard_error = || Some(File::from(std::io::stderr().as_fd().try_clone_to_owned().ok()?));
    match std::env::var_os("TNT4_DIAGNOSTICS") {
        None => standard_error(),
        Some(value) if value.is_empty() => standard_error(),
        Some(value) if value.eq_ignore_ascii_case("off") => None,
        Some(path) => OpenOptions::new().create(true).append(true).open(path).ok(),
    }
}
