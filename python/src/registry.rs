//! One stream for all handlers of a process that have the same settings.
//!
//! The table is replaced as a whole, by compare and swap, and there is no lock: a thread that a fork left behind in the
//! middle of it hurts nobody.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use pyo3::prelude::*;
use tnt4::Stream;

use crate::process::Watch;
use crate::settings::Settings;

/// A stream, how many handlers hold it, and what watches the process for it.
#[derive(Clone)]
struct Entry {
    stream: Stream,
    holders: usize,
    watch: Option<Arc<Watch>>,
}

type Table = HashMap<String, Entry>;

static TABLE: ArcSwapOption<Table> = ArcSwapOption::const_empty();

/// The stream for these settings, which the caller holds until it [releases](release) it.
pub(crate) fn hold(settings: &Settings) -> PyResult<Arc<Stream>> {
    let mut made = None;
    loop {
        let before = TABLE.load_full();
        let mut table = before.as_deref().cloned().unwrap_or_default();
        let stream = match table.get_mut(&settings.key) {
            Some(entry) => {
                entry.holders += 1;
                entry.stream.clone()
            }
            None => {
                let stream = match made.take() {
                    Some(stream) => stream,
                    None => settings.stream()?,
                };
                let entry = Entry {
                    stream: Stream::clone(&stream),
                    holders: 1,
                    watch: settings.watch(&stream),
                };
                table.insert(settings.key.clone(), entry);
                made = Some(stream.clone());
                stream
            }
        };
        if replaced(before.as_ref(), table) {
            return Ok(Arc::new(stream));
        }
    }
}

/// Gives the stream back, and returns it to the last who held it, to be closed.
pub(crate) fn release(settings: &Settings) -> Option<Stream> {
    loop {
        let before = TABLE.load_full();
        let mut table = before.as_deref().cloned().unwrap_or_default();
        let entry = table.get_mut(&settings.key)?;
        entry.holders = entry.holders.saturating_sub(1);
        let last = entry.holders == 0;
        let entry = if last { table.remove(&settings.key) } else { None };
        if replaced(before.as_ref(), table) {
            let entry = entry?;
            if let Some(watch) = entry.watch {
                watch.end();
            }
            return Some(entry.stream);
        }
    }
}

/// What watches the process for the stream of these settings, where it is held and anything does.
pub(crate) fn watch(settings: &Settings) -> Option<Arc<Watch>> {
    TABLE.load().as_ref()?.get(&settings.key)?.watch.clone()
}

/// Says that this process is a child of a fork.
#[pyfunction]
pub(crate) fn was_forked() {
    let table = TABLE.load();
    let entries = table.iter().flat_map(|table| table.values());
    for watch in entries.filter_map(|entry| entry.watch.as_ref()) {
        watch.was_forked();
    }
}

/// Puts the new table in the place of the one that it was made of, unless somebody was faster.
fn replaced(before: Option<&Arc<Table>>, after: Table) -> bool {
    let expected = before.cloned();
    let found = TABLE.compare_and_swap(&expected, Some(Arc::new(after)));
    match (&*found, before) {
        (Some(found), Some(before)) => Arc::ptr_eq(found, before),
        (None, None) => true,
        _ => false,
    }
}
