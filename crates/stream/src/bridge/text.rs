//! Text of bounded length. What is longer than it may be loses its middle, since the beginning says what it is and
//! the end how it came out.

use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Of what somebody shows, so many times as much is taken as is kept; a `Debug` may write for ever.
const TAKEN: usize = 4;

/// Appends what is shown, at most about `most` bytes of it, and says whether that is the whole. The application's code
/// runs; where it panics, what it had written remains, with a note.
pub(crate) fn show(out: &mut String, most: usize, shown: fmt::Arguments<'_>) -> bool {
    let start = out.len();
    // What is constant needs no code.
    if let Some(text) = shown.as_str() {
        out.push_str(text);
        return !cut(out, start, most);
    }
    let mut writer = Writer {
        room: most.saturating_mul(TAKEN),
        missing: 0,
        out,
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| writer.write_fmt(shown)));
    let missing = writer.missing;
    let mut whole = !cut(out, start, most) && missing == 0;
    if missing > 0 {
        let _ = write!(out, "…[truncated {missing} bytes]");
    }
    if !matches!(outcome, Ok(Ok(()))) {
        out.push_str("…[cannot be shown]");
        whole = false;
    }
    whole
}

/// Cuts the middle out of what begins at `start`, so that about `most` bytes remain, and says whether that was needed.
pub(crate) fn cut(text: &mut String, start: usize, most: usize) -> bool {
    if text.len().saturating_sub(start) <= most {
        return false;
    }
    let head = boundary(text, start + most / 2);
    let tail = boundary(text, text.len() - (most - most / 2));
    let note = format!("…[truncated {} bytes]", tail.saturating_sub(head));
    text.replace_range(head..tail.max(head), &note);
    true
}

/// The next place from here on at which a character begins.
fn boundary(text: &str, from: usize) -> usize {
    let mut places = from..text.len();
    places
        .find(|place| text.is_char_boundary(*place))
        .unwrap_or(text.len())
}

/// Takes so much and counts the rest.
struct Writer<'a> {
    out: &'a mut String,
    room: usize,
    missing: usize,
}

impl Write for Writer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.len() <= self.room {
            self.room -= text.len();
            self.out.push_str(text);
            return Ok(());
        }
        let (taken, left) = text.split_at(boundary(text, self.room).min(text.len()));
        self.out.push_str(taken);
        self.room = 0;
        self.missing = self.missing.saturating_add(left.len());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows itself by a function.
    struct By<F>(F);

    impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Display for By<F> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0(f)
        }
    }

    #[test]
    fn what_is_too_long_loses_its_middle() {
        for text in ["0123456789", "ääääää", "😀😀😀"] {
            let mut out = "kept ".to_owned();
            assert!(!show(&mut out, 4, format_args!("{text}")));
            assert!(out.starts_with("kept ") && out.contains("…[truncated "), "{out}");
            assert!(out.ends_with(text.chars().last().unwrap()), "{out}");
        }
        let mut out = String::new();
        assert!(show(&mut out, 10, format_args!("{}", "0123456789")));
        assert_eq!(out, "0123456789");
    }

    #[test]
    fn what_never_ends_is_counted() {
        let endless = By(|f: &mut fmt::Formatter<'_>| (0..1 << 20).try_for_each(|_| f.write_str("abcdefgh")));
        let mut out = String::new();
        assert!(!show(&mut out, 100, format_args!("{endless}")));
        assert!(out.len() < 200, "{}", out.len());
    }

    #[test]
    fn what_fails_or_panics_keeps_what_it_said() {
        let fails = By(|f: &mut fmt::Formatter<'_>| f.write_str("so far").and(Err(fmt::Error)));
        let panics = By(|f: &mut fmt::Formatter<'_>| {
            f.write_str("so far")?;
            std::panic::resume_unwind(Box::new(()))
        });
        for shown in [format_args!("{fails}"), format_args!("{panics}")] {
            let mut out = String::new();
            assert!(!show(&mut out, 100, shown));
            assert_eq!(out, "so far…[cannot be shown]");
        }
    }
}
