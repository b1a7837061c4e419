//! Text of bounded length. What is longer than it may be loses its middle, since the beginning says what it is and
//! the end how it came out.

use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Of what somebody shows, so many times as much is held as is kept; a `Debug` may write for ever.
const HELD: usize = 4;

/// Appends what is shown, about `most` bytes of it, and says whether that is the whole. The application's code runs; where
/// it panics, what it had written remains, with a note.
pub(crate) fn show(out: &mut String, most: usize, shown: fmt::Arguments<'_>) -> bool {
    let start = out.len();
    let mut writer = Writer::new(out, start, most);
    // What is constant needs no code.
    let outcome = match shown.as_str() {
        Some(text) => Ok(writer.write_str(text)),
        None => catch_unwind(AssertUnwindSafe(|| writer.write_fmt(shown))),
    };
    let whole = !writer.end();
    if matches!(outcome, Ok(Ok(()))) {
        return whole;
    }
    out.push_str("…[cannot be shown]");
    false
}

/// Cuts the middle out of what begins at `start`, so that about `most` bytes remain, and says whether that was needed.
pub(crate) fn cut(text: &mut String, start: usize, most: usize) -> bool {
    Writer::new(text, start, most).end()
}

/// The next place from here on at which a character begins.
fn boundary(text: &str, from: usize) -> usize {
    let mut places = from..text.len();
    places
        .find(|place| text.is_char_boundary(*place))
        .unwrap_or(text.len())
}

/// Takes the beginning and the end of what is written, and counts the rest.
struct Writer<'a> {
    start: usize,
    most: usize,
    /// So long it may become before its middle is left out.
    longest: usize,
    /// Bytes that were left out.
    missing: usize,
    out: &'a mut String,
}

impl<'a> Writer<'a> {
    fn new(out: &'a mut String, start: usize, most: usize) -> Self {
        Writer {
            start,
            most,
            longest: start.saturating_add(HELD.saturating_mul(most)),
            missing: 0,
            out,
        }
    }

    /// Where the part that is left out begins.
    fn seam(&self) -> usize {
        boundary(self.out, self.start + self.most / 2)
    }

    /// Leaves the middle out, as long as there is more than is kept.
    fn compact(&mut self) {
        if self.out.len().saturating_sub(self.start) <= self.most {
            return;
        }
        let seam = self.seam();
        let rest = boundary(self.out, self.out.len() - (self.most - self.most / 2)).max(seam);
        self.out.replace_range(seam..rest, "");
        self.missing = self.missing.saturating_add(rest - seam);
    }

    /// Holds no more than it may.
    #[inline]
    fn bound(&mut self) {
        if self.out.len() > self.longest {
            self.compact();
        }
    }

    /// Notes what was left out, if anything was.
    fn end(&mut self) -> bool {
        self.compact();
        if self.missing > 0 {
            let note = format!("…[truncated {} bytes]", self.missing);
            self.out.insert_str(self.seam(), &note);
        }
        self.missing > 0
    }
}

impl Write for Writer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.out.push_str(text);
        self.bound();
        Ok(())
    }

    /// What is padded comes in characters.
    fn write_char(&mut self, character: char) -> fmt::Result {
        self.out.push(character);
        self.bound();
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
            assert!(!show(&mut out, 8, format_args!("{text}")));
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
        assert!(!show(&mut out, 100, format_args!("{endless}.")));
        assert!(out.len() < 200 && out.ends_with("abcdefgh."), "{out}");
        assert!(
            out.contains(&format!("[truncated {} bytes]", (8 << 20) + 1 - 100)),
            "{out}"
        );
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
