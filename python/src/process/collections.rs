//! How often the garbage collector was at work. Only the interpreter knows, so whoever has none uses what was heard last.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::once::intern;

/// For each generation the number of collections, and of objects that they have freed.
pub(super) type Collections = Vec<(i64, i64)>;

static LAST: ArcSwapOption<Collections> = ArcSwapOption::const_empty();

/// Asks the interpreter.
pub(super) fn read(py: Python<'_>) -> Option<Arc<Collections>> {
    if let Ok(asked) = ask(py) {
        LAST.store(Some(Arc::new(asked)));
    }
    last()
}

/// What was heard last.
pub(super) fn last() -> Option<Arc<Collections>> {
    LAST.load_full()
}

fn ask(py: Python<'_>) -> PyResult<Collections> {
    let stats = py
        .import(intern!(py, "gc"))?
        .call_method0(intern!(py, "get_stats"))?;
    let generations = stats.try_iter()?.map(|generation| {
        let generation = generation?.cast_into::<PyDict>()?;
        let number = |name| generation.as_any().get_item(name)?.extract::<i64>();
        Ok((
            number(intern!(py, "collections"))?,
            number(intern!(py, "collected"))?,
        ))
    });
    generations.collect()
}
