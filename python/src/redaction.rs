//! What must not leave the process: values under the names of secrets, and text that looks like one.
//!
//! By name it is on by default, in properties and in containers at any depth: a name counts in any case, and with any
//! of `-_. ` in it. By pattern it is off by default, since patterns hit what is no secret as well; they are looked for in the
//! message, the exception and text values. The engine is that of the crate `regex`, which takes linear time whatever
//! the pattern, and refuses patterns that would take much memory.

use regex::{Regex, RegexBuilder};
use tnt4::redaction::Names;
pub(crate) use tnt4::redaction::{HINT, MASK};

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

/// How much memory a pattern may take, in bytes.
const PATTERN_SIZE: usize = 1 << 20;

/// What is hidden.
#[derive(Default)]
pub(crate) struct Redaction {
    names: Names,
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
        let known = match by_name || !names.is_empty() {
            true => Names::usual(),
            false => Names::none(),
        };
        Ok(Redaction {
            names: names.iter().fold(known, |known, name| known.and(name)),
            patterns,
        })
    }

    /// Whether a value of this name is hidden.
    pub(crate) fn hides(&self, name: &str) -> bool {
        self.names.hides(name)
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
