//! Text out of records, made fit for a terminal: nothing in it is obeyed, and nothing reads backwards.
//!
//! Escaped are control characters (C0, DEL, C1; ESC is one of them), line and paragraph separators, and the
//! marks that turn the direction of writing, by which a line can show other words than it holds.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text as one line that shows what it holds, in the notation of Rust (`\n`, `\u{1b}`).
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, is_active, |character, out| {
        out.extend(character.escape_default());
    })
}

/// The same for JSON, in its own notation, so that the value stays the same. Line breaks and tabs between its
/// values stay as they are; within strings valid JSON has none.
pub(crate) fn visible_json(json: &str) -> Cow<'_, str> {
    let active = |character| is_active(character) && !matches!(character, '\n' | '\r' | '\t');
    escaped(json, active, |character, out| {
        // All of them are in the basic plane; a `String` takes every write.
        let _ = write!(out, "\\u{:04x}", u32::from(character));
    })
}

fn escaped(text: &str, active: impl Fn(char) -> bool, escape: impl Fn(char, &mut String)) -> Cow<'_, str> {
    if !text.chars().any(&active) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if active(character) {
            escape(character, &mut out);
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

fn is_active(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        assert_eq!(
            visible("a\u{1b}[31mred\r\n\tb\0\u{9b}2J\u{7f}"),
            r"a\u{1b}[31mred\r\n\tb\u{0}\u{9b}2J\u{7f}"
        );
        assert_eq!(
            visible("\u{202e}gpj.exe\u{2066}\u{200f}"),
            r"\u{202e}gpj.exe\u{2066}\u{200f}"
        );
    }

    #[test]
    fn ordinary_text_stays() {
        for text in ["", "Größe 👩‍🚀 مرحبا", r"C:\n"] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn escaped_json_has_the_same_value() {
        let json = "{\n\t\"a\": \"x\u{202e}y\u{9b}\"}";
        let shown = visible_json(json);
        assert_eq!(shown, "{\n\t\"a\": \"x\\u202ey\\u009b\"}");
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&shown), read(json));
    }
}
