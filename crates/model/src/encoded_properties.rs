//! Properties that are encoded one by one, as somebody says them.

use crate::Value;
use crate::encode::write_value;
use crate::json::Object;

/// A property's name, encoded: whoever says the same names again and again encodes each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedName(Vec<u8>);

impl EncodedName {
    /// Encodes a name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let mut out = Vec::new();
        let mut object = Object::begin(&mut out);
        object.text("name", name);
        object.begin_word("type");
        EncodedName(out)
    }
}

/// Properties, encoded one by one. Of several of one name the last counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EncodedProperties(Vec<u8>);

impl EncodedProperties {
    /// No properties, and no memory yet.
    #[must_use]
    pub const fn new() -> Self {
        EncodedProperties(Vec::new())
    }

    /// Adds a text; the hint says how to show it.
    pub fn text(&mut self, name: &EncodedName, value: &str, hint: Option<&str>) {
        let mut object = self.next(name, "string", hint);
        object.text("value", value);
        object.end();
    }

    /// Adds a value.
    pub fn value(&mut self, name: &EncodedName, value: &Value, hint: Option<&str>) {
        let mut object = self.next(name, value.type_word(), hint);
        write_value(&mut object, value);
        object.end();
    }

    /// Removes all, and keeps memory of at most so many bytes.
    pub fn clear(&mut self, kept: usize) {
        self.0.clear();
        self.0.shrink_to(kept);
    }

    /// The objects in JSON, divided by commas.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    #[inline(always)]
    fn next(&mut self, name: &EncodedName, type_word: &'static str, hint: Option<&str>) -> Object<'_> {
        if !self.0.is_empty() {
            self.0.push(b',');
        }
        self.0.extend_from_slice(&name.0);
        let mut object = Object::after_word(&mut self.0, type_word);
        object.some_text("value-type", hint);
        object
    }
}
