//! The fully qualified name of a source: `TYPE=name#TYPE=name…`, innermost first.
//!
//! Components are divided at `#` and each at its first `=`, so that a name may hold further equals signs
//! and commas (`GEOADDR=New York, NY`), but no `#`: the format has no escape.

use std::fmt;

use thiserror::Error;

use crate::SourceType;

/// Where an item comes from, as its sender wrote it: kept to the letter, also where it is malformed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SourceFqn(String);

/// Why a text or a component cannot be part of a source's name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SourceFqnError {
    /// There is no component at all.
    #[error("a source name is empty; write it as TYPE=name#TYPE=name, for instance APPL=shop#SERVER=web1")]
    Empty,
    /// A component has no `=` or nothing on one of its sides.
    #[error("`{component}` in a source name is not TYPE=name")]
    NotAPair {
        /// The component as it was found.
        component: String,
    },
    /// A type or name holds a character that would end it early.
    #[error("`{text}` cannot be part of a source name: it holds `{character}`, which divides components")]
    Divider {
        /// The type or name that was given.
        text: String,
        /// The character that it must not hold.
        character: char,
    },
}

impl SourceFqn {
    /// Reads a name that must be well formed: at least one component, each `TYPE=name`.
    ///
    /// # Errors
    /// [`SourceFqnError::Empty`] and [`SourceFqnError::NotAPair`].
    pub fn parse(text: &str) -> Result<Self, SourceFqnError> {
        if text.is_empty() {
            return Err(SourceFqnError::Empty);
        }
        for component in text.split('#') {
            match component.split_once('=') {
                Some((word, name)) if !word.is_empty() && !name.is_empty() => {}
                _ => {
                    return Err(SourceFqnError::NotAPair {
                        component: component.to_owned(),
                    });
                }
            }
        }
        Ok(SourceFqn(text.to_owned()))
    }

    /// Takes a name as it came: a malformed one is kept, and only its well-formed components are seen.
    #[must_use]
    pub fn from_wire(text: impl Into<String>) -> Self {
        SourceFqn(text.into())
    }

    /// Begins a name, innermost component first.
    pub fn builder() -> SourceFqnBuilder {
        SourceFqnBuilder {
            text: String::new(),
            error: None,
        }
    }

    /// The whole name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The well-formed components, innermost first.
    pub fn components(&self) -> impl Iterator<Item = (SourceType, &str)> {
        self.0
            .split('#')
            .filter_map(|component| component.split_once('='))
            .filter(|(word, name)| !word.is_empty() && !name.is_empty())
            .map(|(word, name)| (SourceType::from_word(word), name))
    }

    /// The name of the innermost component of this kind.
    #[must_use]
    pub fn component(&self, kind: &SourceType) -> Option<&str> {
        self.components()
            .find(|(found, _)| found == kind)
            .map(|(_, name)| name)
    }

    /// Latitude and longitude in degrees, where GEOADDR holds them, with or without parentheses; `None`
    /// for the name of a place.
    #[must_use]
    pub fn coordinates(&self) -> Option<(f64, f64)> {
        let place = self.component(&SourceType::GeoAddr)?.trim();
        let place = place
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
            .unwrap_or(place);
        let (latitude, longitude) = place.split_once(',')?;
        let (latitude, longitude) = (latitude.trim().parse().ok()?, longitude.trim().parse().ok()?);
        let on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        on_earth.then_some((latitude, longitude))
    }
}

impl fmt::Display for SourceFqn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Builds a [`SourceFqn`] component by component.
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build`"]
pub struct SourceFqnBuilder {
    text: String,
    error: Option<SourceFqnError>,
}

impl SourceFqnBuilder {
    /// Adds the next component, which encloses those before it.
    pub fn component(mut self, kind: &SourceType, name: impl AsRef<str>) -> Self {
        let (word, name) = (kind.word(), name.as_ref());
        if let Err(error) = check(word, name) {
            self.error.get_or_insert(error);
            return self;
        }
        if !self.text.is_empty() {
            self.text.push('#');
        }
        self.text.push_str(word);
        self.text.push('=');
        self.text.push_str(name);
        self
    }

    /// The name.
    ///
    /// # Errors
    /// What was wrong with the first bad component, or [`SourceFqnError::Empty`] where there was none.
    pub fn build(self) -> Result<SourceFqn, SourceFqnError> {
        match self.error {
            Some(error) => Err(error),
            None if self.text.is_empty() => Err(SourceFqnError::Empty),
            None => Ok(SourceFqn(self.text)),
        }
    }
}

fn check(word: &str, name: &str) -> Result<(), SourceFqnError> {
    if word.is_empty() || name.is_empty() {
        return Err(SourceFqnError::NotAPair {
            component: format!("{word}={name}"),
        });
    }
    for (text, dividers) in [(word, "#="), (name, "#")] {
        if let Some(character) = text.chars().find(|&c| dividers.contains(c)) {
            return Err(SourceFqnError::Divider {
                text: text.to_owned(),
                character,
            });
        }
    }
    Ok(())
}
