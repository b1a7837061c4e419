//! A stream's books as a dictionary.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use tnt4::{ProblemKind, Stream};

use crate::once::once;

/// What became of the records; of a stream that is closed, nothing.
pub(crate) fn of<'py>(py: Python<'py>, stream: Option<&Stream>) -> PyResult<Bound<'py, PyDict>> {
    let books = PyDict::new(py);
    let open = stream.is_some();
    let (stats, problem, kind, folder) = stream.map_or_else(Default::default, |stream| {
        py.detach(|| {
            (
                stream.stats(),
                stream.problem(),
                stream.problem_kind(),
                stream.folder(),
            )
        })
    });
    books.set_item("open", open)?;
    books.set_item("enqueued", stats.enqueued)?;
    books.set_item("acknowledged", stats.acknowledged)?;
    books.set_item("pending", stats.pending)?;
    books.set_item("in_memory", stats.in_memory)?;
    let dropped = PyDict::new(py);
    for (reason, count) in stats.dropped.iter() {
        if count > 0 {
            dropped.set_item(reason.name(), count)?;
        }
    }
    books.set_item("dropped", dropped)?;
    let inherited = PyDict::new(py);
    inherited.set_item("adopted", stats.inherited.adopted)?;
    inherited.set_item("acknowledged", stats.inherited.acknowledged)?;
    inherited.set_item("dropped", stats.inherited.dropped)?;
    inherited.set_item("pending", stats.inherited.pending)?;
    inherited.set_item("more", stats.inherited.more)?;
    books.set_item("inherited", inherited)?;
    books.set_item("problem", problem)?;
    books.set_item("problem_kind", kind.map(word))?;
    books.set_item("folder", folder.map(|folder| path(py, folder)).transpose()?)?;
    Ok(books)
}

/// A path as an object of `pathlib`.
fn path(py: Python<'_>, folder: PathBuf) -> PyResult<Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = once(py, &CLASS, || {
        py.import("pathlib")?.getattr("Path").map(Bound::unbind)
    })?;
    class.bind(py).call1((folder.into_os_string(),))
}

/// The word of a kind, which never changes.
pub(crate) const fn word(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Unanswered => "unanswered",
        ProblemKind::Unreachable => "unreachable",
        ProblemKind::Tls => "tls",
        ProblemKind::Unauthorized => "unauthorized",
        ProblemKind::Blocked => "blocked",
        ProblemKind::Rejected => "rejected",
        ProblemKind::Local => "local",
        _ => "other",
    }
}
