//! What does not add up, sorted by kind, in words that fit a screen.

/// Of each kind, so many findings are told.
const TOLD: usize = 5;

/// What does not add up, by kind.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<(String, Vec<String>)>);

impl Findings {
    /// Adds one.
    pub(super) fn add(&mut self, kind: &str, what: impl ToString) {
        self.add_all(kind, [what]);
    }

    /// Adds some, or none.
    pub(super) fn add_all(&mut self, kind: &str, what: impl IntoIterator<Item = impl ToString>) {
        let mut what = what.into_iter().map(|one| one.to_string()).peekable();
        if what.peek().is_none() {
            return;
        }
        match self.0.iter_mut().find(|(other, _)| other == kind) {
            Some((_, list)) => list.extend(what),
            None => self.0.push((kind.to_owned(), what.collect())),
        }
    }

    /// An error where there is any; `story` says in which story.
    pub(super) fn told(&self, story: &str) -> Result<(), String> {
        let tell = |(kind, list): &(String, Vec<String>)| {
            let some = list.iter().take(TOLD).cloned().collect::<Vec<_>>().join(", ");
            format!("{kind}: {} in all: {some}\n", list.len())
        };
        let told: String = self.0.iter().map(tell).collect();
        if told.is_empty() {
            Ok(())
        } else {
            Err(format!("{story}\n{told}"))
        }
    }
}
