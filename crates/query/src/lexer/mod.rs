//! Text → tokens.
//!
//! Blanks and newlines separate, and mean nothing else. A word starts with a letter, `_` or `$` and goes on with these,
//! digits and dots (`cpu.user.value`). A text stands in single or double quotes; in it `\'`, `\"` and `\\` are the
//! character after the backslash, and any other backslash is itself. A number has digits and at most one point.
//! Whether a word is a keyword is for the parser to say: every keyword can also be the name of something.

mod token;

pub(crate) use token::{Symbol, Token, TokenKind};

use crate::error::{QueryError, SyntaxError, shown};
use crate::span::Span;

/// The tokens of `text`, the last of them [`TokenKind::End`].
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, QueryError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start().len();
        at += blank;
        let rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            tokens.push(Token {
                kind: TokenKind::End,
                span: Span::new(at, at),
            });
            return Ok(tokens);
        };
        let (kind, length) = token(rest, first)
            .map_err(|(problem, length)| QueryError::new(problem, Span::new(at, at + length), text))?;
        tokens.push(Token {
            kind,
            span: Span::new(at, at + length),
        });
        at += length;
    }
}

/// The token that `rest` starts with, and its length in bytes; or what is wrong, and the length of that.
fn token(rest: &str, first: char) -> Result<(TokenKind, usize), (SyntaxError, usize)> {
    if starts_word(first) {
        let length = rest.find(|letter| !continues_word(letter)).unwrap_or(rest.len());
        return Ok((TokenKind::Word, length));
    }
    if let Some(length) = number_length(rest) {
        return Ok((TokenKind::Number, length));
    }
    if first == '\'' || first == '"' {
        return quoted(rest, first).ok_or((SyntaxError::OpenText, rest.len()));
    }
    Symbol::at_start_of(rest)
        .map(|symbol| (TokenKind::Symbol(symbol), symbol.text().len()))
        .ok_or_else(|| {
            let length = first.len_utf8();
            (
                SyntaxError::StrayCharacter {
                    found: shown(rest.get(..length).unwrap_or_default()),
                },
                length,
            )
        })
}

fn starts_word(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_' || letter == '$'
}

fn continues_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$' | '.')
}

/// The length of the number that `rest` starts with: `12`, `4.5`, `.75`.
fn number_length(rest: &str) -> Option<usize> {
    let digits = |from: usize| rest.bytes().skip(from).take_while(u8::is_ascii_digit).count();
    let whole = digits(0);
    let fraction = if rest.as_bytes().get(whole) == Some(&b'.') {
        digits(whole + 1)
    } else {
        0
    };
    match (whole, fraction) {
        (0, 0) => None,
        (_, 0) => Some(whole),
        _ => Some(whole + 1 + fraction),
    }
}

/// The text in quotes that `rest` starts with.
fn quoted(rest: &str, quote: char) -> Option<(TokenKind, usize)> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            return Some((TokenKind::Quoted(text), at + letter.len_utf8()));
        }
        let escaped = (letter == '\\')
            .then(|| letters.next_if(|(_, next)| matches!(next, '\'' | '"' | '\\')))
            .flatten();
        text.push(escaped.map_or(letter, |(_, next)| next));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let tokens = tokens(text).unwrap();
        tokens.iter().map(|token| token.span.of(text)).collect()
    }

    #[test]
    fn spans_give_back_the_text() {
        let wanted = [
            "where",
            "disk.read",
            ">=",
            "4.5",
            "sec",
            "and",
            "x",
            "<>",
            ".75",
            "in",
            "(",
            "END",
            ")",
            "",
        ];
        assert_eq!(words("where disk.read>=4.5sec and x<>.75 in(END)"), wanted);
    }

    #[test]
    fn backslashes_free_quotes_and_themselves_only() {
        let text = r#"'it\'s \"x\" \\ \d'"#;
        assert_eq!(
            tokens(text).unwrap()[0].kind,
            TokenKind::Quoted(r#"it's "x" \ \d"#.to_owned())
        );
    }

    #[test]
    fn letters_of_every_script_are_words() {
        assert_eq!(words("Größe = 名前"), ["Größe", "=", "名前", ""]);
    }
}
