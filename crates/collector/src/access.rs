//! Who may send and ask: the tokens.

use std::fmt;

/// The tokens that are accepted. Without any, on loopback, every caller is.
#[derive(Clone, Default)]
pub(crate) struct Access {
    tokens: Vec<String>,
}

impl Access {
    pub(crate) fn new(tokens: &[String]) -> Self {
        // As on the wire, where blanks around a field's value do not belong to it.
        let tokens = tokens.iter().map(|token| token.trim().to_owned()).collect();
        Access { tokens }
    }

    /// Whether a caller with this token, or none, may come in.
    pub(crate) fn allows(&self, token: Option<&str>) -> bool {
        if self.tokens.is_empty() {
            return true;
        }
        let Some(token) = token else { return false };
        // Every token is compared, and each to its end, so that the time tells nothing of how much of one
        // was right.
        self.tokens.iter().fold(false, |found, valid| {
            found | same(valid.as_bytes(), token.as_bytes())
        })
    }
}

fn same(valid: &[u8], given: &[u8]) -> bool {
    let different = valid.len() ^ given.len();
    let different = valid.iter().enumerate().fold(different, |sum, (at, byte)| {
        sum | usize::from(byte ^ given.get(at).copied().unwrap_or(!byte))
    });
    std::hint::black_box(different) == 0
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Access({} tokens)", self.tokens.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_tokens_everyone_may_come_in() {
        let access = Access::default();
        assert!(access.allows(None) && access.allows(Some("any")));
    }

    #[test]
    fn with_tokens_only_who_has_one_may() {
        let access = Access::new(&["first".to_owned(), " second ".to_owned()]);
        assert!(access.allows(Some("first")) && access.allows(Some("second")));
        for wrong in [
            None,
            Some(""),
            Some("firs"),
            Some("first "),
            Some("First"),
            Some("firstsecond"),
        ] {
            assert!(!access.allows(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn tokens_are_never_printed() {
        assert_eq!(
            format!("{:?}", Access::new(&["canary".to_owned()])),
            "Access(1 tokens)"
        );
    }
}
