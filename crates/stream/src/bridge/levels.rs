//! From which level on something is sent: `info`, or `warn,shop=debug,shop::db=off`.
//!
//! Words divided by commas: a level alone is that of all targets, `target=level` that of a target and what is below it.
//! The longest target that fits decides.

/// How detailed a bridge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// Levels in words, and what they stand for.
const WORDS: &[(&str, Level)] = &[
    ("off", Level::Off),
    ("error", Level::Error),
    ("warn", Level::Warn),
    ("warning", Level::Warn),
    ("info", Level::Info),
    ("debug", Level::Debug),
    ("trace", Level::Trace),
];

/// The variable that says it.
const VARIABLE: &str = "TNT4_LEVEL";

/// From which level on something is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Levels {
    /// Of what has no target of its own.
    pub(crate) general: Level,
    pub(crate) targets: Vec<(String, Level)>,
}

/// Why a text does not say from which level on something is sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{word}`, in TNT4_LEVEL or the levels that were given, is neither a level nor target=level: write for instance info, or \
     warn,shop=debug; levels are off, error, warn, info, debug and trace"
)]
pub struct LevelsError {
    word: String,
}

impl Levels {
    /// All of this level and above.
    pub(crate) const fn of(general: Level) -> Self {
        Levels {
            general,
            targets: Vec::new(),
        }
    }

    /// What `TNT4_LEVEL` says; `INFO` where it is not set.
    pub(crate) fn from_env() -> Result<Self, LevelsError> {
        Self::parse(&std::env::var(VARIABLE).unwrap_or_default())
    }

    pub(crate) fn parse(text: &str) -> Result<Self, LevelsError> {
        let mut levels = Levels::of(Level::Info);
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let (target, name) = match word.split_once('=') {
                Some((target, name)) => (Some(target.trim()), name.trim()),
                None => (None, word),
            };
            let level = level(name).ok_or_else(|| LevelsError {
                word: word.to_owned(),
            })?;
            match target {
                Some(target) => levels.targets.push((target.to_owned(), level)),
                None => levels.general = level,
            }
        }
        Ok(levels)
    }

    /// The most detailed level that any target has.
    pub(crate) fn most_detailed(&self) -> Level {
        let targets = self.targets.iter().map(|(_, level)| *level);
        targets.fold(self.general, Level::max)
    }

    /// The level of this target.
    pub(crate) fn of_target(&self, target: &str) -> Level {
        let fitting = self.targets.iter().filter(|(known, _)| contains(known, target));
        fitting
            .max_by_key(|(known, _)| known.len())
            .map_or(self.general, |(_, level)| *level)
    }
}

fn level(name: &str) -> Option<Level> {
    let known = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(name));
    known.map(|(_, level)| *level)
}

/// Whether the one is the other, or a module around it.
fn contains(outer: &str, target: &str) -> bool {
    target
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_target_that_fits_decides() {
        let levels = Levels::parse("warn, shop=debug,shop::db=Off").unwrap();
        for (target, level) in [
            ("shop", Level::Debug),
            ("shop::cart", Level::Debug),
            ("shop::db::pool", Level::Off),
            ("shopping", Level::Warn),
            ("", Level::Warn),
        ] {
            assert_eq!(levels.of_target(target), level, "{target}");
        }
        assert_eq!(levels.most_detailed(), Level::Debug);
    }

    #[test]
    fn nothing_means_info_and_nonsense_is_refused() {
        assert_eq!(Levels::parse(" , ").unwrap(), Levels::of(Level::Info));
        for text in ["loud", "shop=", "shop=loud", "info,shop=loud"] {
            let error = Levels::parse(text).unwrap_err();
            assert!(error.to_string().contains("neither a level"), "{error}");
        }
    }
}
