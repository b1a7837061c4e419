//! What must not leave the process: values under the names of secrets, and text that looks like one.
//!
//! By name it is on by default, in properties and in containers at any depth: a name counts in any case, and with any
//! of `-_. ` in it. By pattern it is off by default, since patterns hit what is no secret as well; they are looked for in the
//! message, the exception and text values. The engine is that of the crate `regex`, which takes linear time whatever
//! the pattern, and refuses patterns that would take much memory.

use regex::{Regex, RegexBuilder};

/// What stands in the place of a secret.
pub(crate) const MASK: &str = "***";
/// The display hint of a value in which something was replaced.
pub(crate) const HINT: &str = "redacted";

/// Parts of names under which secrets are kept, in lower case and without separators.
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
/// Names that are secrets as a whole, and parts of many that are none.
const WHOLE: &[&str] = &["auth", "pin", "cvv", "cvc", "ssn", "jwt", "session", "sid"];

/// Texts that look like secrets: web tokens, bearer and basic credentials, keys of clouds and of repositories, numbers
/// of cards, passwords in addresses, private keys, and `name=value` with the name of a secret.
const PATTERNS: &[&str] = &[
    r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
    r"(?i)\b(?:bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}",
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    r"\bgh[pousr]_[A-Za-z0-9]{20,}\b",
    r"\b(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{16,}\b",
    r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    r"\b(?:\d{4}[ -]?){3}\d{1,7}\b",
    r"(?P<keep>[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@/]+(?P<after>@)",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?",
    r#"(?i)(?P<keep>\b[\w-]*(?:password|passwd|pwd|secret|token|api[_-]?key|authorization|cookie)["']?\s*[=:]\s*["']?)[^\s"',;&}]+"#,
];

/// So much of a name is looked at, in bytes.
const LONGEST_NAME: usize = 64;

/// How much memory a pattern may take, in bytes.
const PATTERN_SIZE: usize = 1 << 20;

/// What is hidden.
#[derive(Default)]
pub(crate) struct Redaction {
    by_name: bool,
    names: Vec<Vec<u8>>,
    patterns: Vec<Regex>,
}

impl Redaction {
    /// By name, and by more names; by the usual patterns, and by more of them.
    pub(crate) fn new(
        by_name: bool,
        names: &[String],
        usual: bool,
        patterns: &[String],
    ) -> Result<Self, String> {
        let usual = PATTERNS.iter().copied().filter(|_| usual);
        let patterns = usual
            .chain(patterns.iter().map(String::as_str))
            .map(|pattern| {
                let built = RegexBuilder::new(pattern).size_limit(PATTERN_SIZE).build();
                built.map_err(|error| format!("redact_patterns: {pattern:?} cannot be used: {error}"))
            })
            .collect::<Result<_, _>>()?;
        Ok(Redaction {
            by_name: by_name || !names.is_empty(),
            names: names
                .iter()
                .map(|name| folded(name, &mut [0; LONGEST_NAME]).to_vec())
                .collect(),
            patterns,
        })
    }

    /// Whether a value of this name is hidden.
    pub(crate) fn hides(&self, name: &str) -> bool {
        if !self.by_name {
            return false;
        }
        let mut memory = [0; LONGEST_NAME];
        let name = folded(name, &mut memory);
        has_part(name)
            || WHOLE.iter().any(|whole| whole.as_bytes() == name)
            || self.names.iter().any(|given| given == name)
    }

    /// Hides what looks like a secret within a text, and says whether there was any.
    pub(crate) fn scrub(&self, text: &mut String) -> bool {
        let mut any = false;
        for pattern in &self.patterns {
            let scrubbed = pattern.replace_all(text, |found: &regex::Captures<'_>| {
                let kept = |name| found.name(name).map_or("", |part| part.as_str());
                format!("{}{MASK}{}", kept("keep"), kept("after"))
            });
            if let std::borrow::Cow::Owned(scrubbed) = scrubbed {
                *text = scrubbed;
                any = true;
            }
        }
        any
    }

    /// Whether text is looked at.
    pub(crate) fn reads_text(&self) -> bool {
        !self.patterns.is_empty()
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
        matches!(rest.first(), Some(b'p' | b's' | b't' | b'a' | b'c'))
            && PARTS.iter().any(|part| rest.starts_with(part.as_bytes()))
    })
}
