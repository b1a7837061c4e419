//! `--name value` pairs from the command line.

use std::collections::HashMap;

/// The settings of a run.
#[derive(Debug, Default)]
pub struct Settings(HashMap<String, String>);

impl Settings {
    /// Reads the program's arguments.
    #[must_use]
    pub fn from_arguments() -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let pairs = arguments
            .chunks_exact(2)
            .map(|pair| (pair[0].trim_start_matches('-').to_owned(), pair[1].clone()));
        Settings(pairs.collect())
    }

    /// The number of this name, or `default`.
    #[must_use]
    pub fn number(&self, name: &str, default: usize) -> usize {
        self.0
            .get(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    }
}
