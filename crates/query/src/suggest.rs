//! "Did you mean …?": the nearest of the words that would have been right.

use std::fmt;

/// The word that was probably meant, if one is near enough; shown as `; did you mean …?`, or as nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hint(Option<String>);

impl Hint {
    /// No suggestion.
    pub(crate) fn none() -> Hint {
        Hint(None)
    }

    /// The candidate nearest to `word`, ignoring case; the first one of several equally near.
    pub(crate) fn for_word<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Hint {
        Hint(nearest(word, candidates).map(str::to_owned))
    }

    /// The same suggestion, spelt as keywords are in messages.
    pub(crate) fn in_capitals(self) -> Hint {
        Hint(self.0.map(|word| word.to_ascii_uppercase()))
    }

    /// The suggested word.
    #[must_use]
    pub fn word(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(word) => write!(f, "; did you mean {word}?"),
            None => Ok(()),
        }
    }
}

/// The candidate with the fewest slips of the keyboard from `word`, if it is a plausible misspelling of it.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = folded(word);
    let allowed = slips_allowed(letters.len())?;
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let slips = slips(&letters, &folded(candidate));
            (slips <= allowed).then_some((slips, candidate))
        })
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// How many slips a word of this length may hold; short words are near to everything, endless ones to nothing.
fn slips_allowed(letters: usize) -> Option<usize> {
    match letters {
        4..=8 => Some(1),
        9..=40 => Some(2),
        _ => None,
    }
}

fn folded(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).collect()
}

/// The number of letters left out, added, replaced or swapped with their neighbour.
fn slips(from: &[char], to: &[char]) -> usize {
    if from.len().abs_diff(to.len()) > 2 {
        return usize::MAX;
    }
    let width = to.len() + 1;
    let mut before_last: Vec<usize> = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    for (row, from_letter) in from.iter().enumerate() {
        let mut current = vec![row + 1; width];
        for (column, to_letter) in to.iter().enumerate() {
            let replaced = last[column] + usize::from(from_letter != to_letter);
            let mut best = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            let swapped =
                row > 0 && column > 0 && from_letter == &to[column - 1] && &from[row - 1] == to_letter;
            if swapped {
                best = best.min(before_last[column - 1] + 1);
            }
            current[column + 1] = best;
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[width - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_count_a_swap_of_neighbours_once() {
        for (from, to, wanted) in [
            ("where", "where", 0),
            ("wher", "where", 1),
            ("hwere", "where", 1),
            ("sort", "short", 1),
            ("sort", "sorted", 2),
        ] {
            assert_eq!(slips(&folded(from), &folded(to)), wanted, "{from} → {to}");
        }
    }

    #[test]
    fn short_words_get_no_suggestion() {
        assert_eq!(nearest("nme", ["name"]), None);
        assert_eq!(nearest("severty", ["message", "severity"]), Some("severity"));
    }
}
