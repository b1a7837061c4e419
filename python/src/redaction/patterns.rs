//! Texts that look like secrets.
//!
//! The engine is that of the crate `regex`, which takes linear time whatever the pattern, and refuses patterns that would
//! take much memory. What a pattern finds may have to pass a check that no pattern can make: the last digit of a card's
//! number depends on all others, and the words `basic configuration` are no credentials.
//!
//! The order counts: what has been replaced is not found again, and the whole of a header is more than a word in it.

use std::borrow::Cow;

use regex::{Captures, Regex, RegexBuilder};

use super::MASK;

/// How much memory a pattern may take, in bytes.
const PATTERN_SIZE: usize = 1 << 20;

/// What kind of secret, where it is, and what it must be besides. Of what is found, `keep` and `after` stay.
type Pattern = (&'static str, &'static str, fn(&str) -> bool);

const PATTERNS: &[Pattern] = &[
    (
        "private key",
        r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----)?",
        any,
    ),
    (
        "cookie",
        r#"(?i)(?P<keep>\bcookie["']?\s*[:=]\s*["']?)(?:[^\s"'=;,]+=[^\r\n"']*|[^\s"'=;,]{16,})"#,
        any,
    ),
    (
        "credentials",
        r#"(?i)(?P<keep>\bauthorization["']?\s*[:=]\s*)(?:digest\s[^\r\n]+|(?P<quote>["']?)[a-z][a-z0-9-]*\s+[^\s"',;]+)"#,
        any,
    ),
    (
        "web token",
        r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
        any,
    ),
    (
        "credentials",
        r"(?i)\b(?:bearer|basic)\s+[A-Za-z0-9._~+/-]{8,}=*",
        is_no_word,
    ),
    (
        "key of a service",
        concat!(
            r"\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}",
            r"|glpat-[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{16,}|xox[abeprs]-[A-Za-z0-9-]{10,}",
            r"|(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{20,}",
            r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|hvs\.[A-Za-z0-9_-]{20,}|AGE-SECRET-KEY-[0-9A-Z]{20,})",
        ),
        has_digit,
    ),
    (
        "card number",
        r"\b(?:[2-6]\d{3}(?:[ -]?\d{4}){3}|3\d{3}[ -]?\d{6}[ -]?\d{4,5})\b",
        is_card,
    ),
    (
        "password in an address",
        r"(?P<keep>[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@/]+(?P<after>@)",
        any,
    ),
    (
        "named secret",
        concat!(
            r#"(?i)(?P<keep>\b[\w-]*(?:password|passwd|passphrase|pwd|secret|token|(?:api|access|account|private)[_-]?key"#,
            r#"|authorization|sessionid)["']?\s*[=:]\s*["']?)[^\s"',;&}\])]+"#,
        ),
        is_value,
    ),
];

/// The kind of what the application's own patterns find.
const OWN: &str = "own pattern";

/// What is looked for.
#[derive(Default)]
pub(super) struct Patterns(Vec<Built>);

/// A pattern that is ready for use.
struct Built {
    kind: &'static str,
    regex: Regex,
    check: fn(&str) -> bool,
}

/// The kinds of secret that were found, each once.
#[derive(Default)]
pub(crate) struct Kinds(Vec<&'static str>);

impl Patterns {
    /// The usual ones, and these.
    pub(super) fn new(usual: bool, own: &[String]) -> Result<Self, String> {
        let usual = PATTERNS.iter().filter(|_| usual).copied();
        let own = own
            .iter()
            .map(|pattern| (OWN, pattern.as_str(), any as fn(&str) -> bool));
        let built = usual.chain(own).map(|(kind, pattern, check)| {
            let built = RegexBuilder::new(pattern).size_limit(PATTERN_SIZE).build();
            let built =
                built.map_err(|error| format!("redact_patterns: {pattern:?} cannot be used: {error}"));
            Ok(Built {
                kind,
                regex: built?,
                check,
            })
        });
        built.collect::<Result<_, String>>().map(Patterns)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Replaces what is found.
    pub(super) fn scrub(&self, text: &mut String) -> Kinds {
        let mut kinds = Kinds::default();
        for Built { kind, regex, check } in &self.0 {
            let mut any = false;
            let replaced = regex.replace_all(text, |found: &Captures<'_>| {
                let part = |name| found.name(name).map_or("", |part| part.as_str());
                let whole = found.get(0).map_or("", |whole| whole.as_str());
                let (keep, after) = (part("keep"), part("after"));
                let secret = whole.strip_prefix(keep).unwrap_or(whole);
                if secret == MASK || !check(secret) {
                    return whole.to_owned();
                }
                any = true;
                format!("{keep}{}{MASK}{after}", part("quote"))
            });
            if any && let Cow::Owned(replaced) = replaced {
                *text = replaced;
                kinds.add(kind);
            }
        }
        kinds
    }
}

impl Kinds {
    /// Whether there was any.
    pub(crate) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// What was found in another text as well.
    pub(crate) fn take_up(&mut self, other: Self) {
        other.0.into_iter().for_each(|kind| self.add(kind));
    }

    fn add(&mut self, kind: &'static str) {
        if !self.0.contains(&kind) {
            self.0.push(kind);
        }
    }

    /// The kinds as text.
    pub(crate) fn named(&self) -> String {
        self.0.join(", ")
    }
}

fn any(_: &str) -> bool {
    true
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether what stands behind a scheme is none of the words that do: `bearer authentication`, `Basic Settings`.
fn is_no_word(text: &str) -> bool {
    let given = text.split_ascii_whitespace().nth(1).unwrap_or_default();
    has_digit(given) || given.ends_with('=') || given.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
}

/// Whether it is more than the word for nothing.
fn is_value(text: &str) -> bool {
    const NOTHING: &[&str] = &["none", "null", "nil", "true", "false", "undefined"];
    !text.starts_with(MASK) && !NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether the last digit is that which the others ask for, as the numbers of all cards have it (ISO/IEC 7812).
fn is_card(text: &str) -> bool {
    let digits = text
        .bytes()
        .rev()
        .filter(u8::is_ascii_digit)
        .map(|digit| u32::from(digit - b'0'));
    let sum: u32 = digits
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (0, digit) => digit,
            (_, 0..=4) => digit * 2,
            (_, digit) => digit * 2 - 9,
        })
        .sum();
    sum.is_multiple_of(10)
}
