//! Names under which secrets are kept: what bears one must not leave the process.
//!
//! A name counts in any case, and with any of `-_. ` in it. All bridges ask the same list, so that a value is hidden
//! whichever way it is logged.

/// What stands in the place of a secret.
pub const MASK: &str = "***";
/// The display hint of a property whose value was replaced.
pub const HINT: &str = "redacted";

/// Parts of names under which secrets are kept, in lower case and without separators. Each begins with one of
/// [`FIRST`].
const PARTS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "authorization",
    "cookie",
    "credential",
    "sessionid",
    "creditcard",
    "cardnumber",
];
/// The letters with which [`PARTS`] begin.
const FIRST: &[u8] = b"pstac";
/// Names that are secrets as a whole, and parts of many that are none.
const WHOLE: &[&str] = &["auth", "pin", "cvv", "cvc", "ssn", "jwt", "session", "sid"];

/// So much of a name is looked at, in bytes.
const LONGEST_NAME: usize = 64;

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
        self.more.push(folded(name, &mut [0; LONGEST_NAME]).to_vec());
        self
    }

    /// Whether the value of this name is hidden.
    #[must_use]
    pub fn hides(&self, name: &str) -> bool {
        if !self.usual && self.more.is_empty() {
            return false;
        }
        let mut memory = [0; LONGEST_NAME];
        let name = folded(name, &mut memory);
        let usual = || has_part(name) || WHOLE.iter().any(|whole| whole.as_bytes() == name);
        self.usual && usual() || self.more.iter().any(|given| given == name)
    }
}

/// The name in lower case and without separators, as long as it may be.
fn folded<'a>(name: &str, memory: &'a mut [u8; LONGEST_NAME]) -> &'a [u8] {
    let kept = name
        .bytes()
        .filter(|byte| !matches!(byte, b'-' | b'_' | b'.' | b' '));
    let mut length = 0;
    for (place, byte) in memory.iter_mut().zip(kept) {
        *place = byte.to_ascii_lowercase();
        length += 1;
    }
    memory.get(..length).unwrap_or_default()
}

/// Whether a part of the name is one of [`PARTS`]. Every property of every event is asked, so most places in it are done
/// with after one look at their letter.
fn has_part(name: &[u8]) -> bool {
    (0..name.len()).any(|from| {
        let rest = name.get(from..).unwrap_or_default();
        rest.first().is_some_and(|letter| FIRST.contains(letter))
            && PARTS.iter().any(|part| rest.starts_with(part.as_bytes()))
    })
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
    fn every_part_begins_with_a_letter_that_is_looked_for() {
        for part in PARTS {
            assert!(FIRST.contains(&part.as_bytes()[0]), "{part}");
        }
    }

    #[test]
    fn a_long_name_is_looked_at_as_far_as_it_goes() {
        assert!(Names::usual().hides(&format!("{}password", "x".repeat(LONGEST_NAME - 8))));
        assert!(!Names::usual().hides(&"x".repeat(1 << 20)));
    }
}
