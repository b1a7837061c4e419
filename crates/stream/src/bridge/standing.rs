//! Who says what this thread says: the thread, its process.

use tnt4_model::{EncodedName, EncodedProperties};

use super::thread;
use crate::fork;

/// This thread and its process, asked once.
pub(super) struct Standing {
    generation: Option<u64>,
    pub(super) process: i64,
    pub(super) thread: i64,
    /// The thread's name.
    pub(super) properties: EncodedProperties,
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
            self.properties.text(&EncodedName::new("thread"), name, None);
        }
    }

    /// Another one after a fork.
    pub(super) fn generation(&self) -> u64 {
        self.generation.unwrap_or_default()
    }
}
