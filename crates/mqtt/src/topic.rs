//! What a message can be published to.
//!
//! A topic has 1 to 65,535 bytes of UTF-8, no control character, neither `+` nor `#`, which stand for others in filters, and
//! does not begin with `$`, where servers keep their own. NUL the standard forbids; the other control characters it advises
//! against, and servers close connections over them.

use std::borrow::Cow;
use std::fmt;

/// The longest topic, in bytes.
const LONGEST: usize = 65_535;

/// What a message is published to.
///
/// ```
/// use tnt4_mqtt::Topic;
/// assert_eq!(Topic::new("orders/eu")?.as_str(), "orders/eu");
/// assert!(Topic::new("orders/#").is_err());
/// assert_eq!(Topic::sanitised("$app.c#").map(|topic| topic.to_string()).as_deref(), Some("_app.c_"));
/// # Ok::<(), tnt4_mqtt::TopicError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Topic(Box<str>);

/// Why a text is no topic. The text is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TopicError {
    /// There is no text.
    #[error("the topic is empty: give one such as orders/eu")]
    Empty,
    /// More than 65,535 bytes.
    #[error("the topic has {0} bytes, and MQTT allows 65,535: use a shorter one")]
    TooLong(usize),
    /// A wildcard.
    #[error("the topic contains {0:?}, which stands for other topics in filters: leave it out")]
    Wildcard(char),
    /// A control character.
    #[error("the topic contains a control character: leave it out")]
    ControlCharacter,
    /// `$` in front.
    #[error("the topic begins with $, where brokers keep their own: begin it otherwise")]
    Reserved,
}

impl Topic {
    /// Takes a topic as its user wrote it.
    ///
    /// # Errors
    /// [`TopicError`], where a server would not take it.
    pub fn new(text: impl Into<String>) -> Result<Self, TopicError> {
        let text = text.into();
        Self::check(&text)?;
        Ok(Topic(text.into()))
    }

    /// Whether a text is one.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        Self::check(text).is_ok()
    }

    /// Makes a topic of a name that was not meant as one, such as a logger's: `_` stands for what a topic must not
    /// contain, and what is too long is cut off. `None` where there is no text.
    #[must_use]
    pub fn sanitised(name: &str) -> Option<Self> {
        let fit = Self::fit(name);
        (!fit.is_empty()).then(|| Topic(fit.into()))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn check(text: &str) -> Result<(), TopicError> {
        if text.is_empty() {
            return Err(TopicError::Empty);
        }
        if text.len() > LONGEST {
            return Err(TopicError::TooLong(text.len()));
        }
        if text.starts_with('$') {
            return Err(TopicError::Reserved);
        }
        for character in text.chars() {
            if is_wildcard(character) {
                return Err(TopicError::Wildcard(character));
            }
            if character.is_control() {
                return Err(TopicError::ControlCharacter);
            }
        }
        Ok(())
    }

    fn fit(name: &str) -> Cow<'_, str> {
        let end = (0..=LONGEST.min(name.len()))
            .rev()
            .find(|end| name.is_char_boundary(*end));
        let name = name.get(..end.unwrap_or(0)).unwrap_or_default();
        let unfit = |character: char| is_wildcard(character) || character.is_control();
        if !name.contains(unfit) && !name.starts_with('$') {
            return Cow::Borrowed(name);
        }
        let characters = name.char_indices().map(|(at, character)| {
            if unfit(character) || at == 0 && character == '$' {
                '_'
            } else {
                character
            }
        });
        Cow::Owned(characters.collect())
    }
}

fn is_wildcard(character: char) -> bool {
    matches!(character, '+' | '#')
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl AsRef<str> for Topic {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_broker_would_not_take_is_refused() {
        let long = "t".repeat(70_000);
        for (text, error) in [
            ("", TopicError::Empty),
            ("a/#", TopicError::Wildcard('#')),
            ("+", TopicError::Wildcard('+')),
            ("a\0b", TopicError::ControlCharacter),
            ("a\nb", TopicError::ControlCharacter),
            ("$SYS/x", TopicError::Reserved),
            (long.as_str(), TopicError::TooLong(70_000)),
        ] {
            assert_eq!(Topic::new(text), Err(error));
        }
        for text in ["a", "/", "a//b", "a/$b", "ü/logs", &long[..65_535]] {
            assert_eq!(Topic::new(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn names_that_were_not_meant_as_topics_become_some() {
        for (name, topic) in [
            ("../x#y", "../x_y"),
            ("$SYS/x", "_SYS/x"),
            ("a\0+", "a__"),
            ("a.b", "a.b"),
        ] {
            assert_eq!(Topic::sanitised(name).unwrap().as_str(), topic);
        }
        assert_eq!(Topic::sanitised(""), None);
        assert_eq!(
            Topic::sanitised(&"ü".repeat(40_000)).unwrap().as_str().len(),
            65_534
        );
    }

    proptest! {
        #[test]
        fn any_name_becomes_a_topic(name in any::<String>()) {
            if let Some(topic) = Topic::sanitised(&name) {
                prop_assert_eq!(Topic::new(topic.as_str()), Ok(topic));
            } else {
                prop_assert!(name.is_empty());
            }
        }
    }
}
