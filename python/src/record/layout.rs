//! Which attribute of a record is which.
//!
//! A record's attributes are a dictionary of some twenty entries, whose keys come in the order in which `LogRecord`
//! sets them, and are the same objects in every record. So the keys of one record are learned, and each record is gone through
//! once: an entry is what it was at its place, by the identity of its key, and is looked for by name only where it is not.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString};

use crate::entries;
use crate::once::{intern, once};

/// The attributes that are of use; the others of the standard's are in these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Slot {
    Name,
    Message,
    Arguments,
    LevelName,
    LevelNumber,
    Path,
    ExceptionInfo,
    ExceptionText,
    StackInfo,
    Line,
    Function,
    Created,
    Thread,
    ThreadName,
    ProcessName,
    Process,
    TaskName,
    Decoration,
    Unused,
}

/// How many there are.
const SLOTS: usize = Slot::Unused as usize;

/// So many attributes are looked at: those of `LogRecord` come first, and of others no more become properties.
const MOST: usize = 2_000;

/// The key under which `logEvent` leaves what it was given.
pub(crate) const DECORATION: &str = "jKool";

const NAMES: &[(&str, Slot)] = &[
    ("name", Slot::Name),
    ("msg", Slot::Message),
    ("args", Slot::Arguments),
    ("levelname", Slot::LevelName),
    ("levelno", Slot::LevelNumber),
    ("pathname", Slot::Path),
    ("filename", Slot::Unused),
    ("module", Slot::Unused),
    ("exc_info", Slot::ExceptionInfo),
    ("exc_text", Slot::ExceptionText),
    ("stack_info", Slot::StackInfo),
    ("lineno", Slot::Line),
    ("funcName", Slot::Function),
    ("created", Slot::Created),
    ("msecs", Slot::Unused),
    ("relativeCreated", Slot::Unused),
    ("thread", Slot::Thread),
    ("threadName", Slot::ThreadName),
    ("processName", Slot::ProcessName),
    ("process", Slot::Process),
    ("taskName", Slot::TaskName),
    ("message", Slot::Unused),
    ("asctime", Slot::Unused),
    (DECORATION, Slot::Decoration),
];

/// A record's attributes, apart.
pub(crate) struct Attributes<'py> {
    slots: [Option<Bound<'py, PyAny>>; SLOTS],
    /// What the application has added.
    pub(crate) extra: Vec<(Bound<'py, PyString>, Bound<'py, PyAny>)>,
}

impl<'py> Attributes<'py> {
    /// Goes through the dictionary once. No code of Python runs meanwhile.
    pub(crate) fn of(attributes: &Bound<'py, PyDict>) -> Self {
        let py = attributes.py();
        let learned = learned(py);
        let decoration = intern!(py, DECORATION);
        let mut apart = Attributes {
            slots: [const { None }; SLOTS],
            extra: Vec::new(),
        };
        entries::each(attributes, MOST, |(place, (key, value))| {
            let slot = match learned.get(place) {
                Some((known, slot)) if known.as_ptr() == key.as_ptr() => Some(*slot),
                _ if key.is(decoration) => Some(Slot::Decoration),
                _ => by_name(&key),
            };
            match slot {
                Some(Slot::Unused) => {}
                Some(slot) => {
                    if let Some(place) = apart.slots.get_mut(slot as usize) {
                        *place = Some(value);
                    }
                }
                None => {
                    if let Ok(key) = key.cast_into::<PyString>() {
                        apart.extra.push((key, value));
                    }
                }
            }
        });
        apart
    }

    /// Puts a value in the place of an attribute.
    pub(crate) fn set(&mut self, slot: Slot, value: Bound<'py, PyAny>) {
        if let Some(place) = self.slots.get_mut(slot as usize) {
            *place = Some(value);
        }
    }

    /// Whether the application has added one of this name.
    pub(crate) fn has_extra(&self, name: &str) -> bool {
        let mut names = self.extra.iter().map(|(key, _)| key.to_str());
        names.any(|key| key.is_ok_and(|key| key == name))
    }

    /// The attribute, where there is one and it is not `None`.
    pub(crate) fn get(&self, slot: Slot) -> Option<&Bound<'py, PyAny>> {
        self.slots
            .get(slot as usize)?
            .as_ref()
            .filter(|value| !value.is_none())
    }
}

/// The keys of a new record in their order.
fn learned(py: Python<'_>) -> &[(Py<PyAny>, Slot)] {
    static LEARNED: PyOnceLock<Vec<(Py<PyAny>, Slot)>> = PyOnceLock::new();
    once(py, &LEARNED, || learn(py)).map_or(&[], Vec::as_slice)
}

fn learn(py: Python<'_>) -> PyResult<Vec<(Py<PyAny>, Slot)>> {
    let none = py.None();
    let record = py.import("logging")?.getattr("LogRecord")?.call1((
        "",
        0,
        "",
        0,
        "",
        none.bind(py),
        none.bind(py),
    ))?;
    let attributes = record.getattr("__dict__")?.cast_into::<PyDict>()?;
    let keys = attributes.iter().map(|(key, _)| {
        let slot = by_name(&key).unwrap_or(Slot::Unused);
        (key.unbind(), slot)
    });
    Ok(keys.collect())
}

fn by_name(key: &Bound<'_, PyAny>) -> Option<Slot> {
    let key = key.cast::<PyString>().ok()?.to_str().ok()?;
    NAMES.iter().find(|(name, _)| *name == key).map(|(_, slot)| *slot)
}
