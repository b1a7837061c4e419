//! `--name value` pairs from the command line.

use std::collections::HashMap;

/// The settings of a run.
#[derive(Debug, Default)]
pub struct Settings(HashMap<String, String>);

impl Settings {
    /// Reads the program's arguments. Where they ask for `--help`, it is printed and the program ends.
    #[must_use]
    #[expect(clippy::print_stdout, reason = "it was asked for")]
    pub fn from_arguments(help: &str) -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        if arguments.iter().any(|argument| argument == "--help") {
            println!("{}", help.trim());
            std::process::exit(0);
        }
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

    /// The text of this name, or `default`.
    #[must_use]
    pub fn text<'a>(&'a self, name: &str, default: &'a str) -> &'a str {
        self.0.get(name).map_or(default, String::as_str)
    }

    /// The words of this name, which are separated by commas, or those of `default`.
    pub fn words<'a>(&'a self, name: &str, default: &'a str) -> impl Iterator<Item = &'a str> {
        self.text(name, default)
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
    }
}
