//! The names of what a statement says: each time the same, in the same order, as a rule. What becomes of a value of that
//! name is found out once, and the name encoded once.

use tnt4_model::EncodedName;

use super::role::Role;
use crate::redaction::Names;

/// So many names of one statement are remembered.
const REMEMBERED: usize = 32;
/// The longest name that is, in bytes.
const LONGEST: usize = 256;

/// A name that somebody gives to a value.
#[derive(Debug)]
pub(crate) struct KnownName {
    text: Box<str>,
    pub(crate) role: Role,
    pub(crate) encoded: EncodedName,
}

/// The names of what a statement says, in the order in which it said them last.
#[derive(Debug, Default)]
pub(crate) struct KnownNames {
    known: Vec<KnownName>,
    /// How many of them have come.
    next: usize,
    /// The latest name, where it is not remembered.
    passing: Option<KnownName>,
}

impl KnownName {
    fn new(text: &str, names: &Names) -> Self {
        KnownName {
            text: text.into(),
            role: Role::of(text, names),
            encoded: EncodedName::new(text),
        }
    }
}

impl KnownNames {
    /// The statement begins to speak.
    pub(super) fn begin(&mut self) {
        self.next = 0;
        self.passing = None;
    }

    /// The name that comes next.
    pub(super) fn next(&mut self, text: &str, names: &Names) -> &KnownName {
        let is_expected = self
            .known
            .get(self.next)
            .is_some_and(|known| *known.text == *text);
        if is_expected || self.find(text, names) {
            self.passing = None;
            self.next += 1;
        }
        self.current()
    }

    /// The name that came last: one has.
    pub(super) fn current(&self) -> &KnownName {
        match &self.passing {
            Some(passing) => passing,
            None => &self.known[self.next - 1],
        }
    }

    /// Brings the name to where it is looked for next, from wherever it is; false where it is only passing.
    #[cold]
    fn find(&mut self, text: &str, names: &Names) -> bool {
        let rest = self.known.get(self.next..).unwrap_or_default();
        if let Some(ahead) = rest.iter().position(|known| *known.text == *text) {
            self.known.swap(self.next, self.next + ahead);
            return true;
        }
        let name = KnownName::new(text, names);
        if text.len() > LONGEST || self.known.len() >= REMEMBERED {
            self.passing = Some(name);
            return false;
        }
        self.known.insert(self.next, name);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_itself_whoever_had_its_place() {
        let names = Names::usual();
        let mut known = KnownNames::default();
        for round in 0..4 {
            known.begin();
            for number in 0..2 * REMEMBERED {
                // Some are left out now and then, so that the others move up.
                if number % 5 == round {
                    continue;
                }
                let text = format!("{}{number}", if number % 3 == 0 { "password" } else { "order" });
                let name = known.next(&text, &names);
                assert_eq!(name.encoded, EncodedName::new(&text));
                assert_eq!(name.role, Role::of(&text, &names));
            }
        }
        assert!(known.known.len() <= REMEMBERED);
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(known.next(&long, &names).encoded, EncodedName::new(&long));
        assert!(known.known.iter().all(|known| known.text.len() <= LONGEST));
    }
}
