//! What would be longer than a record may be is cut down to what fits in any case: a byte may take six in JSON.

use tnt4_model::{EncodedName, EncodedProperties, Operation, Property, Value};

use super::fields::LOSSY;
use super::sheet::Page;
use super::text;

/// The longest message and exception, in bytes.
const LONGEST_TEXT: usize = 48 << 10;
/// The longest value of a property, and correlator.
pub(super) const LONGEST_VALUE: usize = 1 << 10;
/// How many properties and correlators there may be.
const MOST: usize = 64;

/// Cuts an operation down.
#[cold]
pub(super) fn operation(operation: &mut Operation) {
    for text in [&mut operation.message.text, &mut operation.exception]
        .into_iter()
        .flatten()
    {
        text::cut(text, 0, LONGEST_TEXT);
    }
    correlators(&mut operation.correlators);
    operation.properties.truncate(MOST);
    operation.properties.iter_mut().for_each(property);
}

/// Cuts an event down.
#[cold]
pub(super) fn page(page: &mut Page) {
    text::cut(&mut page.message, 0, LONGEST_TEXT);
    text::cut(&mut page.exception, 0, LONGEST_TEXT);
    correlators(&mut page.correlators);
    let known = decoded(&page.properties);
    page.properties.clear(0);
    for mut one in known.into_iter().take(MOST) {
        property(&mut one);
        let name = EncodedName::new(&one.name);
        page.properties.value(&name, &one.value, one.hint.as_deref());
    }
}

fn property(property: &mut Property) {
    text::cut(property.name.to_mut(), 0, LONGEST_VALUE);
    if let Value::String(text) = &mut property.value
        && text::cut(text, 0, LONGEST_VALUE)
    {
        property.hint = Some(LOSSY.to_owned());
    }
}

fn correlators(correlators: &mut Vec<String>) {
    correlators.truncate(MOST);
    for id in correlators {
        text::cut(id, 0, LONGEST_VALUE);
    }
}

/// The properties that are encoded there.
fn decoded(encoded: &EncodedProperties) -> Vec<Property> {
    let record = [
        br#"{"operation":"","type":"EVENT","properties":["#,
        encoded.as_bytes(),
        b"]}",
    ]
    .concat();
    match tnt4_model::decode(&record, tnt4_model::PathHint::Event) {
        Ok(decoded) => match decoded.item {
            tnt4_model::Item::Event(event) => event.operation.properties,
            _ => Vec::new(),
        },
        Err(_) => Vec::new(),
    }
}
