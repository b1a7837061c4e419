//! Why a command did not do what it was asked to.

use std::fmt::Display;
use std::io;

use crate::Exit;

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// One line for people: what happened, to what, what to do. Never with a secret in it.
    #[error("{words}")]
    Said {
        /// The code that it ends with.
        exit: Exit,
        /// The line.
        words: String,
    },
    /// Nobody reads standard output any more, as in `tnt4 query … | head`: there is nothing to complain of.
    #[error("nobody reads the output")]
    NoReader,
}

impl Failure {
    /// A failure that ends with this code.
    pub(crate) fn new(exit: Exit, words: impl Display) -> Self {
        Failure::Said {
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

    /// Standard output does not take what was written.
    pub(crate) fn output(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Failure::NoReader
        } else {
            Failure::not_done(format_args!("cannot write to standard output: {error}"))
        }
    }
}
