//! Names under which secrets are kept: what bears one must not leave the process.
//!
//! A name counts in any case, and with any of `-_. ` in it. All bridges ask the same list, so that a value is hidden
//! whichever way it is logged; a number may be shown that would be hidden as a text ([`Names::hides_number`]).

use std::borrow::Cow;

/// What stands in the place of a secret.
pub const MASK: &str = "***";
/// The display hint of a property whose value was replaced.
pub const HINT: &str = "redacted";

/// Parts of names under which secrets are kept, in lower case and without separators. [`may_begin`] knows how each
/// begins.
const PARTS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "accountkey",
    "privatekey",
    "authorization",
    "cookie",
    "credential",
    "sessionid",
    "creditcard",
    "cardnumber",
];
/// Names that are secrets as a whole, and parts of many that are none.
const WHOLE: &[&str] = &["auth", "pin", "cvv", "cvc", "ssn", "jwt", "session", "sid"];

/// A name of this length and less takes no memory to be looked at, in bytes.
const USUAL_NAME: usize = 64;
/// So much of a name is looked at, in bytes.
const LONGEST_NAME: usize = 4_096;

/// The names whose values are hidden.
///
/// ```
/// use tnt4::redaction::Names;
///
/// let names = Names::usual().and("iban");
/// assert!(names.hides("X-Api-Key") && names.hides("IBAN"));
/// assert!(!names.hides("amount"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    usual: bool,
    more: Vec<Vec<u8>>,
}

impl Names {
    /// The usual names: passwords, tokens, keys, cookies, numbers of cards and the like.
    #[must_use]
    pub const fn usual() -> Self {
        Names {
            usual: true,
            more: Vec::new(),
        }
    }

    /// No names; nothing is hidden.
    #[must_use]
    pub const fn none() -> Self {
        Names {
            usual: false,
            more: Vec::new(),
        }
    }

    /// This name, too, as a whole.
    #[must_use]
    pub fn and(mut self, name: &str) -> Self {
        self.more.push(folded(name, &mut [0; USUAL_NAME]).into_owned());
        self
    }

    /// Whether the value of this name is hidden, unless it is [a number](Self::hides_number).
    #[must_use]
    pub fn hides(&self, name: &str) -> bool {
        if !self.usual && self.more.is_empty() {
            return false;
        }
        let mut memory = [0; USUAL_NAME];
        let folded = folded(name, &mut memory);
        self.usual && is_usual(&folded) || self.has(&folded)
    }

    /// Whether the value of this name is hidden although it is a number. Tokens in the plural are also what language models are
    /// paid by: under `max_tokens` a number is shown, unless that was named itself, or something else in the name is a
    /// secret's.
    #[must_use]
    pub fn hides_number(&self, name: &str) -> bool {
        let mut memory = [0; USUAL_NAME];
        self.has(&folded(name, &mut memory))
            || self.usual && is_usual(&folded(&without_counts(name), &mut memory))
    }

    fn has(&self, folded: &[u8]) -> bool {
        self.more.iter().any(|given| given == folded)
    }
}

/// Whether this is one of the usual names.
fn is_usual(folded: &[u8]) -> bool {
    has_part(folded) || WHOLE.iter().any(|whole| whole.as_bytes() == folded)
}

/// The name but for the word that is in the plural where something is counted. A word ends where the name does, at a separator or in front
/// of a capital: `token_secret` and `tokenSalt` have no such word.
fn without_counts(name: &str) -> String {
    const WORD: &str = "tokens";
    let (mut rest, mut kept) = (name, String::new());
    while let Some(character) = rest.chars().next() {
        let is_word = rest
            .get(..WORD.len())
            .is_some_and(|word| word.eq_ignore_ascii_case(WORD));
        let ends = |after: &str| !after.starts_with(|next: char| next.is_lowercase() || next.is_numeric());
        match rest.get(WORD.len()..).filter(|after| is_word && ends(after)) {
            Some(after) => rest = after,
            None => {
                kept.push(character);
                rest = rest.get(character.len_utf8()..).unwrap_or_default();
            }
        }
    }
    kept
}

/// The name in lower case and without separators, as long as it may be.
fn folded<'a>(name: &str, memory: &'a mut [u8; USUAL_NAME]) -> Cow<'a, [u8]> {
    let kept = name
        .bytes()
        .filter(|byte| !matches!(byte, b'-' | b'_' | b'.' | b' '));
    let kept = kept.map(|byte| byte.to_ascii_lowercase());
    if name.len() > USUAL_NAME {
        return Cow::Owned(kept.take(LONGEST_NAME).collect());
    }
    let mut length = 0;
    for (place, byte) in memory.iter_mut().zip(kept) {
        *place = byte;
        length += 1;
    }
    Cow::Borrowed(memory.get(..length).unwrap_or_default())
}

/// Whether a part of the name is one of [`PARTS`]. Every property of every event is asked, so most places in it are done
/// with after one look at two letters.
fn has_part(name: &[u8]) -> bool {
    let mut rest = name;
    while let [_, after @ ..] = rest {
        if may_begin(rest) && PARTS.iter().any(|part| rest.starts_with(part.as_bytes())) {
            return true;
        }
        rest = after;
    }
    false
}

/// Whether one of [`PARTS`] begins so.
fn may_begin(rest: &[u8]) -> bool {
    matches!(
        rest,
        [b'p', b'a' | b'w' | b'r', ..]
            | [b's', b'e', ..]
            | [b't', b'o', ..]
            | [b'a', b'p' | b'c' | b'u', ..]
            | [b'c', b'o' | b'r' | b'a', ..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_however_it_is_spelt() {
        let names = Names::usual();
        for name in [
            "password",
            "db.Pass-Word",
            "X-API-KEY",
            "apiKey",
            "AUTH",
            "set_cookie",
            "Session ID",
        ] {
            assert!(names.hides(name), "{name}");
        }
        for name in ["author", "spin", "passenger", "key", "", "amount", "sessions"] {
            assert!(!names.hides(name), "{name}");
            assert!(names.clone().and(name).hides(name), "{name}");
        }
        assert!(!Names::none().hides("password"));
        let only = Names::none().and("Customer-Id");
        assert!(only.hides("customer_id") && !only.hides("password"));
    }

    #[test]
    fn every_part_begins_as_is_looked_for() {
        for part in PARTS {
            assert!(may_begin(part.as_bytes()), "{part}");
        }
    }

    #[test]
    fn numbers_of_tokens_are_counts() {
        let names = Names::usual();
        for name in [
            "max_tokens",
            "promptTokens",
            "tokens-used",
            "TOKENS",
            "llm.tokensUsed",
        ] {
            assert!(names.hides(name) && !names.hides_number(name), "{name}");
        }
        let secrets = [
            "token",
            "pin",
            "token_secret",
            "oauth_token_secret",
            "tokenSalt",
            "token_seed",
            "token-session",
            "card_number_tokens",
            "pin_tokens",
            "tokens_secret",
            "tokens2",
        ];
        for name in secrets {
            assert!(names.hides_number(name), "{name}");
        }
        assert!(!names.hides_number("amount") && !Names::none().hides_number("token"));
        let named = Names::none().and("gift_tokens");
        assert!(named.hides_number("giftTokens"), "whoever names it means it");
    }

    #[test]
    fn a_long_name_is_looked_at_as_far_as_it_goes() {
        for before in [USUAL_NAME - 8, USUAL_NAME, LONGEST_NAME - 8] {
            assert!(Names::usual().hides(&format!("{}password", "x".repeat(before))));
        }
        assert!(!Names::usual().hides(&"x".repeat(1 << 20)));
    }
}
