//! What the stream has to say about itself: one line per change of state, to standard error.
//!
//! Never to standard output, which belongs to the application, and never through a logging framework, which
//! may end in this very stream. `TNT4_DIAGNOSTICS=off` silences it; any other value is a file to append to.
//! A line that cannot be written, or not without waiting, is lost: nobody could be told. A stream has twenty lines at
//! once and then one every three seconds: what goes wrong by the second is left out, and counted in the next line.

mod pace;
mod standard_error;

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use self::pace::Pace;

/// Where a stream says what has changed.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    target: Target,
    pace: Arc<Pace>,
}

/// The longest line, in bytes: a pipe takes so much as a whole.
const LONGEST: usize = 4096;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    StandardError,
    File(PathBuf),
    Off,
}

/// Whether they go to the same place.
impl PartialEq for Diagnostics {
    fn eq(&self, other: &Self) -> bool {
        self.target == other.target
    }
}

impl Eq for Diagnostics {}

impl Diagnostics {
    /// What the environment variable `TNT4_DIAGNOSTICS` says; standard error where it is not set.
    #[must_use]
    pub fn from_env() -> Self {
        match std::env::var_os("TNT4_DIAGNOSTICS") {
            None => Self::standard_error(),
            Some(value) if value.is_empty() => Self::standard_error(),
            Some(value) if value.eq_ignore_ascii_case("off") => Self::off(),
            Some(value) => Self::file(PathBuf::from(value)),
        }
    }

    /// To standard error; the default.
    #[must_use]
    pub fn standard_error() -> Self {
        Self::to(Target::StandardError)
    }

    /// To the end of a file, which is created where it does not exist.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::to(Target::File(path.into()))
    }

    /// Nowhere.
    #[must_use]
    pub fn off() -> Self {
        Self::to(Target::Off)
    }

    fn to(target: Target) -> Self {
        Diagnostics {
            target,
            pace: Arc::new(Pace::new()),
        }
    }

    /// Says one line, unless there have been many; what is built upon a stream can say by it what the stream cannot know.
    pub fn say(&self, text: &str) {
        match self.pace.admits() {
            None => {}
            Some(0) => self.say_in_any_case(text),
            Some(more) => self.say_in_any_case(&format!("{text} ({more} lines before this were left out)")),
        }
    }

    /// Says one line that nobody may miss, and that there is only one of.
    pub(crate) fn say_in_any_case(&self, text: &str) {
        let line = line_of(text);
        // One write a line, so that lines of several threads do not mix.
        let _ = match &self.target {
            Target::Off => Ok(()),
            Target::StandardError => standard_error::write(line.as_bytes()),
            Target::File(path) => OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .and_then(|mut file| file.write_all(line.as_bytes())),
        };
    }
}

/// What the longest character takes, and the end of a line that is cut.
const ROOM: usize = 16;

/// The line for `text`: parts of it may come from a server, so control characters are shown, not obeyed.
/// So are those that turn the direction of writing, and could make one word look like another.
fn line_of(text: &str) -> String {
    let mut line = String::with_capacity(text.len() + 8);
    line.push_str("tnt4: ");
    for character in text.chars() {
        if line.len() > LONGEST - ROOM {
            line.push('…');
            break;
        }
        if character.is_control() || turns_text(character) {
            let _ = write!(line, "{}", character.escape_default());
        } else {
            line.push(character);
        }
    }
    line.push('\n');
    line
}

fn turns_text(character: char) -> bool {
    let marks = '\u{200e}'..='\u{200f}';
    let separators_and_embeddings = '\u{2028}'..='\u{202e}';
    let isolates = '\u{2066}'..='\u{2069}';
    [marks, separators_and_embeddings, isolates]
        .iter()
        .any(|range| range.contains(&character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_on_its_line() {
        assert_eq!(line_of("a\nb\u{1b}[31mc"), "tnt4: a\\nb\\u{1b}[31mc\n");
        assert_eq!(line_of("a\u{202e}b"), "tnt4: a\\u{202e}b\n");
    }

    #[test]
    fn a_line_fits_into_a_pipe() {
        for text in ["x", "\u{202e}", "€"].map(|text| text.repeat(5000)) {
            let line = line_of(&text);
            assert!(line.len() <= LONGEST && line.ends_with("…\n"), "{}", line.len());
        }
    }
}
