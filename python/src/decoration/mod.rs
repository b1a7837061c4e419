//! What `logEvent` brings, in an event.
//!
//! The values are as the application has them: whatever can be understood is taken, and what cannot is left out and
//! said, once a keyword. They are read when the record is handled, on the caller's thread.

mod classes;
mod declared;
mod measures;
mod times;

use std::cell::RefCell;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use tnt4::{CompCode, Event, Property, Severity, SourceFqn};

use crate::budget::Budget;
use crate::entries;
use crate::redaction::{self, Redaction};
use crate::{record, text, value, voice};
pub(crate) use classes::{PyProperty, PySnapshot};
pub(crate) use measures::snapshot;
pub(crate) use times::timestamp;
use times::{duration, integer};

/// The key of the third argument.
pub(crate) const SOURCE: &str = "source_fqn";

/// Writes what was brought into the event.
pub(crate) fn apply(
    brought: &Bound<'_, PyDict>,
    event: &mut Event,
    budget: &mut Budget,
    redaction: &Redaction,
) {
    // Code that runs for a value may change the dictionary.
    for (key, object) in entries::first(brought, usize::MAX) {
        if object.is_none() {
            continue;
        }
        let Some(key) = key.cast::<PyString>().ok().and_then(|key| key.to_str().ok()) else {
            continue;
        };
        if one(key, &object, event, budget, redaction).is_none() {
            let kind = text::type_name(&object);
            let wanted = wanted(key);
            voice::say_once(&format!(
                "logEvent: {key} was given a value of type {kind} and wants {wanted}; the event goes without what was not \
                 understood"
            ));
        }
    }
}

/// What a keyword wants, where not any object will do.
fn wanted(key: &str) -> &'static str {
    match key {
        "time_usec" | "start_time_usec" | "end_time_usec" => {
            "a datetime, ISO 8601, or microseconds since 1970"
        }
        "elapsed_time_usec" | "wait_time_used" | "msg_age" => "a timedelta, or microseconds",
        "severity" => "a word of jKool's or logging's, or the number of a level",
        "comp_code" => "SUCCESS, WARNING or ERROR",
        "exception" => "an exception, or its text",
        "properties" => "a dictionary, or a list of jKool.metrics.Property",
        "snapshots" => "a jKool.metrics.Snapshot, or a list of them",
        _ => "a whole number",
    }
}

/// Writes one; `None` where the value cannot be understood.
fn one(
    key: &str,
    object: &Bound<'_, PyAny>,
    event: &mut Event,
    budget: &mut Budget,
    redaction: &Redaction,
) -> Option<()> {
    let operation = &mut event.operation;
    match key {
        "tracking_id" => operation.tracking_id = short(object).into(),
        "parent_tracking_id" => operation.parent_id = Some(short(object).into()),
        "time_usec" => operation.report_time = Some(timestamp(object)?),
        "start_time_usec" => operation.start_time = Some(timestamp(object)?),
        "end_time_usec" => operation.end_time = Some(timestamp(object)?),
        "elapsed_time_usec" => operation.elapsed_usec = Some(duration(object)?),
        "wait_time_used" => operation.wait_usec = Some(duration(object)?),
        "msg_age" => operation.message.age_usec = Some(duration(object)?),
        "corr_id" => texts(object, &mut operation.correlators),
        "msg_tag" => texts(object, &mut operation.message.tags),
        "exception" => {
            let mut written = match object.cast::<PyString>() {
                Ok(text) => text::of(text),
                Err(_) => record::rendered(object)?,
            };
            redaction::note(&redaction.scrub(&mut written), &mut operation.properties);
            operation.exception = Some(text::cut(written, budget.exception).0);
        }
        "resource" => operation.resource = Some(short(object)),
        "source_url" => operation.source.url = Some(short(object)),
        SOURCE => operation.source.fqn = Some(source(object)),
        "severity" => operation.severity = severity(object)?,
        "pid" => operation.process_id = Some(integer(object)?),
        "tid" => operation.thread_id = Some(integer(object)?),
        "comp_code" => operation.comp_code = Some(comp_code(object)?),
        "reason_code" => operation.reason_code = Some(integer(object)?),
        "location" => operation.location = Some(location(object)),
        "operation" => {
            let logger = std::mem::replace(&mut operation.name, short(object));
            operation.properties.push(Property::fixed("logger", logger));
        }
        "user" => operation.user = Some(short(object)),
        "msg_size" => operation.message.size = Some(integer(object)?),
        "encoding" => operation.message.encoding = Some(short(object)),
        "charset" => operation.message.charset = Some(short(object)),
        "mime_type" => operation.message.mime_type = Some(short(object)),
        "properties" => measures::properties(object, &mut operation.properties, budget, redaction)?,
        "snapshots" => measures::snapshots(object, &mut operation.snapshots, budget, redaction)?,
        // Not of `logEvent`: somebody has put a dictionary of their own there.
        other => operation
            .properties
            .push(value::property(other.to_owned(), object, budget, redaction)),
    }
    Some(())
}

/// Text of a field.
pub(crate) fn short(object: &Bound<'_, PyAny>) -> String {
    const LONGEST: usize = 8 << 10;
    text::cut(text::shown(object), LONGEST).0
}

/// One text, or several in a list, a tuple or a set.
pub(crate) fn texts(object: &Bound<'_, PyAny>, out: &mut Vec<String>) {
    const MOST: usize = 100;
    if object.is_instance_of::<PyString>() || object.is_instance_of::<pyo3::types::PyBytes>() {
        out.push(short(object));
        return;
    }
    match object.try_iter() {
        Ok(all) => {
            let all = all.take(MOST).filter_map(Result::ok);
            out.extend(all.filter(|one| !one.is_none()).map(|one| short(&one)));
        }
        Err(_) => out.push(short(object)),
    }
}

/// A severity by its word in jKool or `logging`, or the number of a level.
pub(crate) fn severity(object: &Bound<'_, PyAny>) -> Option<Severity> {
    if let Ok(word) = object.cast::<PyString>() {
        let word = text::of(word);
        return Severity::from_name(word.trim())
            .or_else(|| Some(record::level::nearest(word.trim().parse().ok()?)));
    }
    let number = object.extract::<i64>().ok()?;
    Some(record::level::severity(number, "").0)
}

fn comp_code(object: &Bound<'_, PyAny>) -> Option<CompCode> {
    match object.cast::<PyString>() {
        Ok(word) => CompCode::from_name(text::of(word).trim()),
        Err(_) => CompCode::from_ordinal(integer(object)?),
    }
}

/// The name as it was given; one that is malformed is said, once, and goes all the same.
fn source(object: &Bound<'_, PyAny>) -> SourceFqn {
    thread_local! {
        /// The last name that was well formed: most programs have one.
        static SEEN: RefCell<String> = const { RefCell::new(String::new()) };
    }
    let name = short(object);
    SEEN.with_borrow_mut(|seen| {
        if *seen != name {
            match SourceFqn::parse(&name) {
                Ok(_) => seen.clone_from(&name),
                Err(error) => voice::say_once(&format!("logEvent: {error}; it goes as it is")),
            }
        }
    });
    SourceFqn::from_wire(name)
}

/// A place: text, or latitude and longitude.
fn location(object: &Bound<'_, PyAny>) -> String {
    // An extraction that fails makes an exception, which costs more than all the rest.
    match object.cast::<PyTuple>().map(|pair| pair.extract::<(f64, f64)>()) {
        Ok(Ok((latitude, longitude))) => format!("{latitude},{longitude}"),
        _ => short(object),
    }
}
