//! What would be sent, as text.

use pyo3::prelude::*;
use tnt4::Item;

use crate::budget::Budget;
use crate::manner::Manner;
use crate::record::Record;

/// The JSON of a record, as `jKool.streaming.logRecordToJsonString` gives it.
#[pyfunction]
pub(crate) fn record_to_json(py: Python<'_>, record: &Bound<'_, PyAny>) -> PyResult<String> {
    let manner = Manner::default();
    let event = Record::read(record, None)?.event(py, &manner, Budget::wide());
    Ok(Item::from(event).to_json())
}
