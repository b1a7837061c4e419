//! What the process uses: CPU, memory, threads, descriptors, collections of garbage; as snapshots of category `Process`.
//!
//! | property | of what | hint |
//! |---|---|---|
//! | `TotalCpuUsec`, `TotalCpuUserUsec`, `TotalCpuSystemUsec` | time on CPUs since the start | `age.usec` |
//! | `CpuPercent` | of one CPU since the last snapshot; the first one's since the start | `percent` |
//! | `ResidentBytes`, `VirtualBytes` | memory; without /proc `PeakResidentBytes` | `size` |
//! | `ThreadCount`, `DescriptorCount` | threads of any language, open descriptors | `gauge` |
//! | `Gc<n>Collections`, `Gc<n>Collected` | collections of generation n, and objects they have freed, since the start | `count` |
//! | `UptimeUsec` | since the start | `age.usec` |
//!
//! Names of jKQL hold no hyphen, and these are in the manner of TNT4J's. Snapshots are made at an interval or with errors
//! where a handler is told to ([`Watch`]), and by hand with `jKool.metrics.process()`.

mod collections;
mod reading;
mod watch;

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use tnt4::{Property, Snapshot, Value};

use collections::Collections;
use reading::{Base, Reading};
pub(crate) use watch::Watch;

/// Name and category of the snapshots.
const NAME: &str = "Process";

/// When a handler makes snapshots: every so many seconds, and with errors.
pub(crate) type Occasions = (Option<f64>, bool);

/// A name, a value, and a hint of how to show it.
type Named<'py> = (String, Bound<'py, PyAny>, Option<String>);

/// What the process uses now, for a snapshot by hand.
#[pyfunction]
pub(crate) fn process_properties(py: Python<'_>) -> PyResult<Vec<Named<'_>>> {
    static BASE: Base = Base::new();
    let Some(reading) = Reading::now(py) else {
        return Ok(Vec::new());
    };
    let properties = properties(&reading, &BASE, collections::read(py).as_deref());
    let named = properties.into_iter().map(|Property { name, value, hint }| {
        let value = match value {
            Value::Integer(number) => number.into_bound_py_any(py)?,
            Value::Decimal(number) => number.into_bound_py_any(py)?,
            // There are numbers only.
            _ => py.None().into_bound(py),
        };
        Ok((name.into_owned(), value, hint))
    });
    named.collect()
}

/// The snapshot of a reading.
fn snapshot(reading: &Reading, base: &Base, collections: Option<&Collections>) -> Snapshot {
    let mut snapshot = Snapshot::new(NAME).category(NAME);
    snapshot.measures.properties = properties(reading, base, collections);
    snapshot
}

fn properties(reading: &Reading, base: &Base, collections: Option<&Collections>) -> Vec<Property> {
    let mut properties = Vec::with_capacity(16);
    let mut add = |name: &str, value: Option<i64>, hint: &str| {
        properties.extend(value.map(|value| Property::new(name, value).with_hint(hint)));
    };
    add("TotalCpuUsec", Some(reading.cpu_usec()), "age.usec");
    add("TotalCpuUserUsec", Some(reading.user_usec), "age.usec");
    add("TotalCpuSystemUsec", Some(reading.system_usec), "age.usec");
    add("ResidentBytes", reading.resident_bytes, "size");
    add("PeakResidentBytes", reading.peak_bytes, "size");
    add("VirtualBytes", reading.virtual_bytes, "size");
    add("ThreadCount", reading.threads, "gauge");
    add("DescriptorCount", reading.descriptors, "gauge");
    add("UptimeUsec", reading.uptime_usec, "age.usec");
    for (generation, (times, freed)) in collections.into_iter().flatten().enumerate() {
        add(&format!("Gc{generation}Collections"), Some(*times), "count");
        add(&format!("Gc{generation}Collected"), Some(*freed), "count");
    }
    if let Some(percent) = base.percent(reading) {
        properties.push(Property::new("CpuPercent", percent).with_hint("percent"));
    }
    properties
}
