//! `jKool.testing.Collector`: a jKool within the process, for tests.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Mutex;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// A collector that serves on a free port of this machine.
#[pyclass(frozen, module = "jKool._tnt4")]
pub(crate) struct Collector {
    running: Mutex<Option<tnt4_collector::Collector>>,
    #[pyo3(get)]
    url: String,
}

#[pymethods]
impl Collector {
    /// Starts one with its store in this file.
    #[new]
    #[pyo3(signature = (store, tokens = Vec::new()))]
    fn new(py: Python<'_>, store: PathBuf, tokens: Vec<String>) -> PyResult<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut settings = tnt4_collector::Settings::new(address, store);
        settings.tokens = tokens;
        let started = py.detach(|| tnt4_collector::Collector::start(settings));
        let collector = started.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        let url = format!("http://{}", collector.address());
        Ok(Collector {
            running: Mutex::new(Some(collector)),
            url,
        })
    }

    /// Stops it; a second time does nothing.
    fn stop(&self, py: Python<'_>) {
        py.detach(|| {
            let running = self.running.lock().ok().and_then(|mut running| running.take());
            if let Some(collector) = running {
                collector.stop();
            }
        });
    }
}
