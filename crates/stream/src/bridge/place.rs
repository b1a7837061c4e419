//! Where in the program something was said.

use tnt4_model::{EncodedName, EncodedProperties, Operation, Property, Value};

use super::thread;

/// Where in the program something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place<'a> {
    pub(crate) module: Option<&'a str>,
    pub(crate) file: Option<&'a str>,
    pub(crate) line: Option<u32>,
    /// What the place itself is called, if anything.
    pub(crate) name: Option<&'a str>,
}

impl Place<'_> {
    /// As properties of an event.
    pub(super) fn encode(&self, properties: &mut EncodedProperties) {
        for (name, text) in self.texts() {
            properties.text(&EncodedName::new(name), text, None);
        }
        if let Some(line) = self.line {
            properties.value(&EncodedName::new("line"), &Value::from(line), None);
        }
    }

    /// Says it of an operation, and who has said it.
    pub(crate) fn apply(&self, operation: &mut Operation) {
        let thread = thread::current();
        let texts = self
            .texts()
            .chain(thread.name.as_deref().map(|name| ("thread", name)));
        let properties = texts.map(|(name, text)| Property::fixed(name, text));
        operation.properties.extend(properties);
        let line = self.line.map(|line| Property::fixed("line", line));
        operation.properties.extend(line);
        operation.thread_id = Some(thread.number);
        operation.process_id = Some(i64::from(std::process::id()));
    }

    fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let texts = [("file", self.file), ("module", self.module), ("name", self.name)];
        texts.into_iter().filter_map(|(name, text)| Some((name, text?)))
    }
}
