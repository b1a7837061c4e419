//! The classes of `jKool.metrics`.
//!
//! What they hold is as the application gave it, and may be changed by it at any time.

use pyo3::PyClass;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use tnt4::Timestamp;

use crate::once::intern;
use crate::text;

/// A named value of a snapshot or an event: `jKool.metrics.Property`.
#[pyclass(name = "Property", module = "jKool.metrics", subclass, get_all, set_all)]
pub(crate) struct PyProperty {
    pub(super) name: Py<PyAny>,
    pub(super) value: Py<PyAny>,
    pub(super) property_type: Py<PyAny>,
}

#[pymethods]
impl PyProperty {
    #[new]
    #[pyo3(signature = (name, value, property_type = None, *, r#type = None))]
    fn new(
        py: Python<'_>,
        name: Py<PyAny>,
        value: Py<PyAny>,
        property_type: Option<Py<PyAny>>,
        r#type: Option<Py<PyAny>>,
    ) -> Self {
        PyProperty {
            name,
            value,
            property_type: property_type.or(r#type).unwrap_or_else(|| py.None()),
        }
    }

    /// The type, under its name on the wire.
    #[getter]
    fn r#type(&self, py: Python<'_>) -> Py<PyAny> {
        self.property_type.clone_ref(py)
    }

    /// Its fields by their names on the wire.
    #[pyo3(name = "getDict")]
    fn get_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item(intern!(py, "name"), &self.name)?;
        dict.set_item(intern!(py, "value"), &self.value)?;
        dict.set_item(intern!(py, "type"), &self.property_type)?;
        Ok(dict)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let py = slf.py();
        let this = read(slf)?;
        let parts = (
            this.name.clone_ref(py),
            this.value.clone_ref(py),
            this.property_type.clone_ref(py),
        );
        (slf.get_type(), parts).into_pyobject(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let [name, value, kind] =
            [&self.name, &self.value, &self.property_type].map(|part| part.bind(py).repr());
        Ok(format!(
            "Property({}, {}, {})",
            text::of(&name?),
            text::of(&value?),
            text::of(&kind?)
        ))
    }
}

/// What an object holds, as soon as no other thread is about to change it.
pub(super) fn read<'py, T: PyClass>(object: &Bound<'py, T>) -> PyResult<PyRef<'py, T>> {
    settled(|| object.try_borrow())
}

/// An access that only lasts for an instant, and which another thread may have at the same instant.
fn settled<T, E: Into<PyErr>>(mut attempt: impl FnMut() -> Result<T, E>) -> PyResult<T> {
    // In vain where it is this thread itself, in code that runs because a value is replaced.
    for _ in 0..100 {
        if let Ok(access) = attempt() {
            return Ok(access);
        }
        std::thread::yield_now();
    }
    attempt().map_err(Into::into)
}

/// Named values at one time: `jKool.metrics.Snapshot`.
#[pyclass(name = "Snapshot", module = "jKool.metrics", subclass, get_all, set_all)]
pub(crate) struct PySnapshot {
    pub(super) name: Py<PyAny>,
    pub(super) time_usec: Py<PyAny>,
    pub(super) parent_id: Py<PyAny>,
    pub(super) category: Py<PyAny>,
    /// A list of properties, or `None`.
    pub(super) properties: Py<PyAny>,
}

#[pymethods]
impl PySnapshot {
    #[new]
    #[pyo3(signature = (name, time_usec = None, parent_id = None, category = None, properties = None))]
    fn new(
        py: Python<'_>,
        name: Py<PyAny>,
        time_usec: Option<Py<PyAny>>,
        parent_id: Option<Py<PyAny>>,
        category: Option<Py<PyAny>>,
        properties: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let time_usec = match time_usec {
            Some(time) => time,
            None => Timestamp::now()
                .as_micros()
                .into_pyobject(py)?
                .into_any()
                .unbind(),
        };
        let or_none = |object: Option<Py<PyAny>>| object.unwrap_or_else(|| py.None());
        Ok(PySnapshot {
            name,
            time_usec,
            parent_id: or_none(parent_id),
            category: or_none(category),
            properties: or_none(properties),
        })
    }

    /// Adds a named value; the type may be left out.
    #[pyo3(name = "addProperty", signature = (name, value, property_type = None, *, r#type = None))]
    fn add_property(
        slf: &Bound<'_, Self>,
        name: Py<PyAny>,
        value: Py<PyAny>,
        property_type: Option<Py<PyAny>>,
        r#type: Option<Py<PyAny>>,
    ) -> PyResult<()> {
        let py = slf.py();
        let property = Bound::new(py, PyProperty::new(py, name, value, property_type, r#type))?;
        loop {
            let held = read(slf)?.properties.clone_ref(py);
            if let Ok(list) = held.bind(py).cast::<PyList>() {
                return list.append(property);
            }
            // Nothing, a tuple, a dictionary: `properties` becomes a list of them all.
            let list = PyList::empty(py);
            if !held.is_none(py) {
                for member in held.bind(py).try_iter()? {
                    list.append(member?)?;
                }
            }
            list.append(&property)?;
            let mut this = settled(|| slf.try_borrow_mut())?;
            // Another thread may have put a list there meanwhile.
            if this.properties.is(&held) {
                this.properties = list.into_any().unbind();
                return Ok(());
            }
        }
    }

    /// Its fields by their names on the wire, those that are set.
    #[pyo3(name = "getDict")]
    fn get_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item(intern!(py, "name"), &self.name)?;
        dict.set_item(intern!(py, "time-usec"), &self.time_usec)?;
        dict.set_item(intern!(py, "type"), intern!(py, "SNAPSHOT"))?;
        for (key, part) in [
            (intern!(py, "parent-id"), &self.parent_id),
            (intern!(py, "category"), &self.category),
            (intern!(py, "properties"), &self.properties),
        ] {
            if !part.is_none(py) {
                dict.set_item(key, part)?;
            }
        }
        Ok(dict)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let py = slf.py();
        let this = read(slf)?;
        let parts = (
            this.name.clone_ref(py),
            this.time_usec.clone_ref(py),
            this.parent_id.clone_ref(py),
            this.category.clone_ref(py),
            this.properties.clone_ref(py),
        );
        (slf.get_type(), parts).into_pyobject(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let [name, properties] = [&self.name, &self.properties].map(|part| part.bind(py).repr());
        Ok(format!(
            "Snapshot({}, properties={})",
            text::of(&name?),
            text::of(&properties?)
        ))
    }
}
