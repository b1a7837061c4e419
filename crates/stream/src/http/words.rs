//! Text from a server, made fit to be shown.

use crate::Secret;

/// As much of a server's text as is shown, in characters.
const SHOWN: usize = 200;

/// One line of at most 200 characters, without control characters and without the token, which a server may
/// well repeat when it says that it does not know it.
pub(crate) fn shown(text: &str, token: Option<&Secret>) -> String {
    let mut text = text.to_owned();
    if let Some(token) = token {
        text = text
            .replace(token.expose(), "***")
            .replace(&escape_xml(token.expose()), "***");
    }
    let visible = text.replace(|character: char| character.is_control(), " ");
    let words = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// Text as it goes between two tags.
pub(crate) fn escape_xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The text between two tags, read. References other than the five of XML itself stay as they are.
pub(crate) fn unescape_xml(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_becomes_a_line() {
        assert_eq!(shown("<p>\r\n\u{1b}[1m  no\u{0}</p>", None), "<p> [1m no </p>");
        assert_eq!(shown(&"ü".repeat(300), None), format!("{}…", "ü".repeat(200)));
    }

    #[test]
    fn the_token_is_struck_out() {
        let token = Secret::new("a<b&c-0123456789").unwrap();
        let text = format!("unknown: a<b&c-0123456789 {}", escape_xml("a<b&c-0123456789"));
        assert_eq!(shown(&text, Some(&token)), "unknown: *** ***");
    }

    #[test]
    fn escaping_is_undone() {
        let text = "&lt; <a b='c' d=\"e\"> & &amp;";
        assert_eq!(unescape_xml(&escape_xml(text)), text);
    }
}
