//! Why a command did not do what it was asked to.

use std::fmt::Display;

use crate::Exit;

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[error("{words}")]
pub(crate) struct Failure {
    /// The code that it ends with.
    pub(crate) exit: Exit,
    /// One line for people: what happened, to what, what to do. Never with a secret in it.
    pub(crate) words: String,
}

impl Failure {
    /// A failure that ends with this code.
    pub(crate) fn new(exit: Exit, words: impl Display) -> Self {
        Failure {
            exit,
            words: words.to_string(),
        }
    }

    /// The command line, or what it names, is wrong.
    pub(crate) fn usage(words: impl Display) -> Self {
        Failure::new(Exit::Usage, words)
    }

    /// It could not be done.
    pub(crate) fn not_done(words: impl Display) -> Self {
        Failure::new(Exit::NotDone, words)
    }
}
