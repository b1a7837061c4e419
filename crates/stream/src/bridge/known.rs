//! The names of what a statement says: each time the same, in the same order, as a rule. What becomes of a value of that
//! name is found out once, and the name encoded once.

use tnt4_model::EncodedName;

use super::role::Role;
use crate::redaction::Names;

/// So many names of one statement are remembered.
const REMEMBERED: usize = 32;

/// A name that somebody gives to a value.
#[derive(Debug)]
pub(crate) struct KnownName {
    text: Box<str>,
    pub(crate) role: Role,
    pub(crate) encoded: EncodedName,
}

/// The names of what a statement says, in their order.
#[derive(Debug, Default)]
pub(crate) struct KnownNames {
    known: Vec<KnownName>,
    next: usize,
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
    }

    /// The name that comes next.
    pub(super) fn next(&mut self, text: &str, names: &Names) -> &KnownName {
        // Those beyond share the last place.
        let at = self.next.min(REMEMBERED);
        self.next = at + 1;
        if self.known.get(at).is_none_or(|known| *known.text != *text) {
            self.learn(at, KnownName::new(text, names));
        }
        self.current()
    }

    /// The name that came last.
    pub(super) fn current(&self) -> &KnownName {
        // One has come, and names are remembered from the first on.
        &self.known[self.next - 1]
    }

    #[cold]
    fn learn(&mut self, at: usize, name: KnownName) {
        match self.known.get_mut(at) {
            Some(known) => *known = name,
            // They come one by one, so this is the end.
            None => self.known.push(name),
        }
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
        assert!(known.known.len() <= REMEMBERED + 1);
    }
}
