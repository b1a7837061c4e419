//! Where in the program something was said, and by which thread of which process.

use tnt4_model::{EncodedProperties, Operation, Property, Value};

use super::thread;
use crate::fork;

/// So many places of the program are remembered by a thread, as encoded.
const REMEMBERED: usize = 64;

/// Where in the program something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    pub(crate) module: Option<&'a str>,
    pub(crate) file: Option<&'a str>,
    pub(crate) line: Option<u32>,
}

impl Place<'_> {
    pub(crate) fn encode(self, properties: &mut EncodedProperties) {
        for (name, text) in [("file", self.file), ("module", self.module)] {
            if let Some(text) = text {
                properties.text(name, text, None);
            }
        }
        if let Some(line) = self.line {
            properties.value("line", &Value::from(line), None);
        }
    }

    /// Says it of an operation, and who has said it.
    pub(crate) fn apply(self, operation: &mut Operation) {
        let thread = thread::current();
        for (name, text) in [
            ("file", self.file),
            ("module", self.module),
            ("thread", thread.name.as_deref()),
        ] {
            if let Some(text) = text {
                operation.properties.push(Property::new(name, text));
            }
        }
        if let Some(line) = self.line {
            operation.properties.push(Property::new("line", line));
        }
        operation.thread_id = Some(thread.number);
        operation.process_id = Some(i64::from(std::process::id()));
    }

    /// Two places that are there as long as the program is are the same if their texts are in the same places.
    fn key(&self) -> ((usize, usize), (usize, usize), Option<u32>) {
        let address = |text: Option<&str>| text.map_or((0, 0), |text| (text.as_ptr().addr(), text.len()));
        (address(self.file), address(self.module), self.line)
    }
}

/// Places of the program, as encoded.
#[derive(Default)]
pub(super) struct Places {
    known: Vec<Option<(Place<'static>, EncodedProperties)>>,
}

impl Places {
    /// The place as properties, which are encoded where another one had its slot or none.
    pub(super) fn encoded(&mut self, place: Place<'static>) -> &EncodedProperties {
        if self.known.is_empty() {
            self.known.resize_with(REMEMBERED, || None);
        }
        let ((file, _), _, line) = place.key();
        let slot = file.wrapping_add(usize::try_from(line.unwrap_or_default()).unwrap_or_default());
        let index = slot % self.known.len();
        let known = &mut self.known[index];
        if known.as_ref().is_none_or(|known| known.0.key() != place.key()) {
            *known = None;
        }
        let (_, encoded) = known.get_or_insert_with(|| {
            let mut encoded = EncodedProperties::new();
            place.encode(&mut encoded);
            (place, encoded)
        });
        encoded
    }
}

/// This thread and its process, asked once.
pub(super) struct Standing {
    generation: Option<u64>,
    pub(super) process: i64,
    pub(super) thread: i64,
    /// Its name.
    properties: EncodedProperties,
}

impl Standing {
    pub(super) const fn new() -> Self {
        Standing {
            generation: None,
            process: 0,
            thread: 0,
            properties: EncodedProperties::new(),
        }
    }

    /// Asks anew after a fork.
    pub(super) fn refresh(&mut self) {
        let generation = Some(fork::generation());
        if self.generation == generation {
            return;
        }
        let thread = thread::current();
        self.generation = generation;
        self.process = i64::from(std::process::id());
        self.thread = thread.number;
        self.properties = EncodedProperties::new();
        if let Some(name) = &thread.name {
            self.properties.text("thread", name, None);
        }
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation.unwrap_or_default()
    }

    pub(super) fn properties(&self) -> &EncodedProperties {
        &self.properties
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_itself_whoever_had_its_slot() {
        let mut places = Places::default();
        for round in 0..3 {
            for line in 0..4 * u32::try_from(REMEMBERED).unwrap() {
                let place = Place {
                    module: (round < 2).then_some("shop::cart"),
                    file: Some("src/cart.rs"),
                    line: Some(line),
                };
                let mut expected = EncodedProperties::new();
                place.encode(&mut expected);
                assert_eq!(*places.encoded(place), expected);
                assert_eq!(*places.encoded(place), expected);
            }
        }
    }
}
