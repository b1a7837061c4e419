//! Text from a server, made fit to be shown.

/// As much of a server's text as is shown, in characters.
const SHOWN: usize = 200;

/// What must not be shown, whoever repeats it.
#[derive(Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    pub(crate) fn of<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let forms = secrets
            .into_iter()
            .filter(|secret| !secret.is_empty())
            .flat_map(|secret| [secret.to_owned(), escape_xml(secret)]);
        Secrets(forms.collect())
    }

    fn strike_out(&self, text: &str) -> String {
        self.0
            .iter()
            .fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
    }
}

/// One line of at most 200 characters, without control characters and without our secrets, which a server may
/// well repeat when it says that it does not know them.
pub(crate) fn shown(text: &str, secrets: &Secrets) -> String {
    let text = secrets.strike_out(text);
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
        let none = Secrets::default();
        assert_eq!(shown("<p>\r\n\u{1b}[1m  no\u{0}</p>", &none), "<p> [1m no </p>");
        assert_eq!(shown(&"ü".repeat(300), &none), format!("{}…", "ü".repeat(200)));
    }

    #[test]
    fn the_token_is_struck_out() {
        let token = Secrets::of(["a<b&c-0123456789"]);
        let text = format!("unknown: a<b&c-0123456789 {}", escape_xml("a<b&c-0123456789"));
        assert_eq!(shown(&text, &token), "unknown: *** ***");
    }

    #[test]
    fn escaping_is_undone() {
        let text = "&lt; <a b='c' d=\"e\"> & &amp;";
        assert_eq!(unescape_xml(&escape_xml(text)), text);
    }
}
