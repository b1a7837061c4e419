//! What the builders of all bridges let their users choose.

use tnt4_model::SourceFqn;

use super::{Levels, LevelsError, Manner, Origin};
use crate::redaction::Names;

/// What the builders of all bridges let their users choose.
pub(crate) struct Choices {
    pub(crate) origin: Origin,
    pub(crate) redact: bool,
    pub(crate) more_names: Vec<String>,
    pub(crate) source: Option<SourceFqn>,
    pub(crate) levels: Option<String>,
}

impl Choices {
    /// Where nothing was chosen.
    pub(crate) const fn new() -> Self {
        Choices {
            origin: Origin::Environment,
            redact: true,
            more_names: Vec::new(),
            source: None,
            levels: None,
        }
    }

    /// How records are made.
    pub(crate) fn manner(&self) -> Manner {
        let names = match self.redact {
            true => Names::usual(),
            false => Names::none(),
        };
        let names = self.more_names.iter().fold(names, |names, name| names.and(name));
        Manner::new(names, self.source.clone())
    }

    /// From which level on something is sent; the environment says it where nobody has chosen.
    pub(crate) fn levels(&self) -> Result<Levels, LevelsError> {
        self.levels
            .as_deref()
            .map_or_else(Levels::from_env, Levels::parse)
    }
}

/// Gives a builder with the field `choices` the methods that fill it. They are inherent methods, so that nobody has to
/// import a trait.
macro_rules! choices_builder {
    ($type:ident) => {
        impl $type {
            /// A stream of this configuration, instead of the environment's.
            pub fn builder(mut self, builder: $crate::Builder) -> Self {
                self.choices.origin = $crate::bridge::Origin::Builder(Box::new(builder));
                self
            }

            /// This stream, instead of one of its own. Its end is the application's affair: the guard only flushes it.
            pub fn stream(mut self, stream: $crate::Stream) -> Self {
                self.choices.origin = $crate::bridge::Origin::Given(stream);
                self
            }

            /// Whether values under the names of secrets are hidden ([`Names::usual`](crate::redaction::Names::usual)). They
            /// are by default, but for [numbers that count](crate::redaction::Names::hides_number).
            pub fn redact(mut self, redact: bool) -> Self {
                self.choices.redact = redact;
                self
            }

            /// The value of this name is hidden, too, whatever it is.
            pub fn redact_name(mut self, name: impl Into<String>) -> Self {
                self.choices.more_names.push(name.into());
                self
            }

            /// Where records come from. By default the process: see [`source::of_process`](crate::source::of_process).
            pub fn source(mut self, source: $crate::SourceFqn) -> Self {
                self.choices.source = Some(source);
                self
            }
        }
    };
}

pub(crate) use choices_builder;
