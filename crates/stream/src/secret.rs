//! A token, and the promise that nothing prints it.
//!
//! `Debug` and `Display` show `***`, followed by the last four characters where the whole is long enough
//! (12 characters) that these give nothing away. Only the rooms that write requests can read the whole.

use std::fmt;

/// How long a secret must be before its last characters may be shown.
const LONG_ENOUGH: usize = 12;

/// A token that is never printed.
///
/// ```
/// let token = tnt4::Secret::new("0123456789abcdef").expect("printable");
/// assert_eq!(format!("{token} {token:?}"), "***cdef ***cdef");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a token as the server's administrator gave it.
    ///
    /// # Errors
    /// [`SecretError`] where the text could not go into a request's header.
    pub fn new(text: impl Into<String>) -> Result<Self, SecretError> {
        let text = text.into();
        if text.is_empty() {
            return Err(SecretError::Empty);
        }
        // A line break would end the header and begin another of the token's own choice.
        if text.chars().any(char::is_control) {
            return Err(SecretError::ControlCharacter);
        }
        Ok(Secret(text))
    }

    /// The whole: for requests, never for people.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")?;
        let length = self.0.chars().count();
        if length >= LONG_ENOUGH {
            self.0
                .chars()
                .skip(length - 4)
                .try_for_each(|character| fmt::Write::write_char(f, character))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is no token. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// There is no text.
    #[error("the token is empty: give the one that the server's administrator issued")]
    Empty,
    /// A line break, a tab or another control character, most often the end of a line that was read with it.
    #[error("the token contains a line break or another control character: remove it")]
    ControlCharacter,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_ones_show_nothing_at_all() {
        let secret = Secret::new("abcdefghijk").unwrap();
        assert_eq!(format!("{secret} {secret:?}"), "*** ***");
    }

    #[test]
    fn what_would_break_a_header_is_refused() {
        for text in ["a\rb", "a\nX-Other: b", "a\tb", "\u{7f}", "a\u{85}b"] {
            assert_eq!(Secret::new(text), Err(SecretError::ControlCharacter));
        }
        assert_eq!(Secret::new(""), Err(SecretError::Empty));
    }
}
