//! Snapshots and properties of an application as those of jKool, read when an event takes them along.
//!
//! They are those of `jKool.metrics`, or anything that looks like them: dictionaries, tuples, objects with `getDict`.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use tnt4::{Property, Snapshot};

use super::classes::{self, PyProperty, PySnapshot};
use super::declared::declared;
use super::{severity, short, times};
use crate::budget::Budget;
use crate::entries;
use crate::once::intern;
use crate::redaction::Redaction;
use crate::value;

/// One snapshot, or several.
pub(super) fn snapshots(
    object: &Bound<'_, PyAny>,
    out: &mut Vec<Snapshot>,
    budget: &mut Budget,
    redaction: &Redaction,
) -> Option<()> {
    if !is_list(object)
        && let Some(snapshot) = snapshot(object, budget, redaction)
    {
        out.push(snapshot);
        return Some(());
    }
    for member in object.try_iter().ok()? {
        if !budget.element() {
            break;
        }
        out.push(snapshot(&member.ok()?, budget, redaction)?);
    }
    Some(())
}

/// A snapshot of ours, or what looks like one: a dictionary, or something that gives one by `getDict`.
pub(crate) fn snapshot(
    object: &Bound<'_, PyAny>,
    budget: &mut Budget,
    redaction: &Redaction,
) -> Option<Snapshot> {
    let py = object.py();
    if let Ok(ours) = object.cast::<PySnapshot>() {
        // Cloned, since code of Python runs below and may change it.
        let [name, time, parent, category, properties] = {
            let ours = classes::read(ours).ok()?;
            [
                &ours.name,
                &ours.time_usec,
                &ours.parent_id,
                &ours.category,
                &ours.properties,
            ]
            .map(|part| part.clone_ref(py).into_bound(py))
        };
        return built(
            &name,
            [Some(time), Some(parent), Some(category), Some(properties)],
            None,
            budget,
            redaction,
        );
    }
    let dict = described(object)?;
    let get = |key| dict.get_item(key).ok().flatten();
    let parts = [
        get("time-usec"),
        get("parent-id"),
        get("category"),
        get("properties"),
    ];
    built(&get("name")?, parts, get("severity").as_ref(), budget, redaction)
}

fn built(
    name: &Bound<'_, PyAny>,
    parts: [Option<Bound<'_, PyAny>>; 4],
    grave: Option<&Bound<'_, PyAny>>,
    budget: &mut Budget,
    redaction: &Redaction,
) -> Option<Snapshot> {
    let [time, parent, category, properties] = parts.map(|part| part.filter(|part| !part.is_none()));
    let mut snapshot = Snapshot::new(short(name));
    let measures = &mut snapshot.measures;
    if let Some(time) = time.as_ref().and_then(times::timestamp) {
        measures.time = Some(time);
    }
    measures.parent_id = parent.map(|parent| short(&parent).into());
    measures.category = category.map(|category| short(&category));
    if let Some(severity) = grave.and_then(severity) {
        measures.severity = severity;
    }
    if let Some(all) = properties {
        self::properties(&all, &mut measures.properties, budget, redaction)?;
    }
    Some(snapshot)
}

/// Properties: a dictionary of names and values, or a list of properties, of `(name, value, type)` or of dictionaries.
pub(super) fn properties(
    object: &Bound<'_, PyAny>,
    out: &mut Vec<Property>,
    budget: &mut Budget,
    redaction: &Redaction,
) -> Option<()> {
    if let Ok(dict) = object.cast::<PyDict>() {
        let most = budget.elements;
        for (name, object) in entries::first(dict, most) {
            budget.element();
            out.push(value::property(short(&name), &object, budget, redaction));
        }
        return Some(());
    }
    if !is_list(object)
        && let Some(property) = property(object, budget, redaction)
    {
        out.push(property);
        return Some(());
    }
    let mut understood = Some(());
    for member in object.try_iter().ok()? {
        if !budget.element() {
            break;
        }
        match member
            .ok()
            .and_then(|member| property(&member, budget, redaction))
        {
            Some(property) => out.push(property),
            None => understood = None,
        }
    }
    understood
}

fn property(object: &Bound<'_, PyAny>, budget: &mut Budget, redaction: &Redaction) -> Option<Property> {
    let py = object.py();
    let (name, held, kind) = if let Ok(ours) = object.cast::<PyProperty>() {
        let ours = classes::read(ours).ok()?;
        let part = |part: &Py<PyAny>| part.clone_ref(py).into_bound(py);
        (
            part(&ours.name),
            part(&ours.value),
            Some(part(&ours.property_type)),
        )
    } else if let Ok(tuple) = object.cast::<PyTuple>() {
        (
            tuple.get_item(0).ok()?,
            tuple.get_item(1).ok()?,
            tuple.get_item(2).ok(),
        )
    } else {
        let dict = described(object)?;
        let get = |key| dict.get_item(key).ok().flatten();
        (get("name")?, get("value")?, get("type"))
    };
    let property = value::property(short(&name), &held, budget, redaction);
    Some(match kind.filter(|kind| !kind.is_none()) {
        Some(kind) => match kind.cast::<PyString>().ok().and_then(|kind| kind.to_str().ok()) {
            Some(kind) => declared(property, kind),
            None => declared(property, &short(&kind)),
        },
        None => property,
    })
}

/// Whether it is several, without a question that would make an exception.
fn is_list(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<PyList>()
}

/// What says of itself what it is: a dictionary, or anything with `getDict`.
fn described<'py>(object: &Bound<'py, PyAny>) -> Option<Bound<'py, PyDict>> {
    match object.cast::<PyDict>() {
        Ok(dict) => Some(dict.clone()),
        Err(_) => object
            .call_method0(intern!(object.py(), "getDict"))
            .ok()?
            .cast_into::<PyDict>()
            .ok(),
    }
}
