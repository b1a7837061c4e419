//! The entries of a dictionary, while other threads may change it.
//!
//! With the GIL nothing comes between two steps of an iteration in which no code of Python runs. Without it another thread
//! can, and PyO3's iterator panics where a dictionary has grown or shrunk. So there a copy is read, which the
//! interpreter makes under the dictionary's own lock; of a very large one keys and values are got one after the other.

use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A key and its value.
pub(crate) type Entry<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// The largest dictionary that is copied as a whole.
const LARGE: usize = 10_000;

/// Whether threads run beside each other.
static WITHOUT_GIL: AtomicBool = AtomicBool::new(false);

/// Asks the interpreter whether it has a GIL; one that has begun without may get one later, and none loses it.
pub(crate) fn look_for_the_gil(py: Python<'_>) -> PyResult<()> {
    let sys = py.import("sys")?;
    if let Some(asked) = sys.getattr_opt("_is_gil_enabled")? {
        WITHOUT_GIL.store(!asked.call0()?.is_truthy()?, Ordering::Relaxed);
    }
    Ok(())
}

/// The first entries, so many at the most.
pub(crate) fn first<'py>(dict: &Bound<'py, PyDict>, most: usize) -> Vec<Entry<'py>> {
    if !WITHOUT_GIL.load(Ordering::Relaxed) {
        return dict.iter().take(most).collect();
    }
    if dict.len() <= LARGE {
        return dict
            .copy()
            .map(|copy| copy.iter().take(most).collect())
            .unwrap_or_default();
    }
    let Ok(keys) = dict.try_iter() else {
        return Vec::new();
    };
    let keys = keys.take(most).map_while(Result::ok);
    keys.filter_map(|key| {
        let value = dict.get_item(&key).ok()??;
        Some((key, value))
    })
    .collect()
}

/// Gives the first entries to `take`, so many at the most, each with its place.
pub(crate) fn each<'py>(dict: &Bound<'py, PyDict>, most: usize, take: impl FnMut((usize, Entry<'py>))) {
    if !WITHOUT_GIL.load(Ordering::Relaxed) {
        dict.iter().take(most).enumerate().for_each(take);
    } else {
        first(dict, most).into_iter().enumerate().for_each(take);
    }
}
