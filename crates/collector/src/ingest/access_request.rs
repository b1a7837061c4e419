//! `<access-request><token>…</token></access-request>`, with which jKool's clients open a connection, and
//! its answer.
//!
//! The answer must begin with `<access-resp>`, without a prologue, or JESL does not know it.

/// A client's request for access.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AccessRequest {
    /// The token; empty where the client sent none.
    pub(crate) token: String,
}

impl AccessRequest {
    /// Reads the body; `None` where it is no such request.
    pub(crate) fn parse(body: &str) -> Option<Self> {
        let body = body.trim();
        let body = match body.strip_prefix("<?") {
            Some(rest) => rest.split_once("?>")?.1.trim_start(),
            None => body,
        };
        if body == "<access-request/>" {
            return Some(AccessRequest { token: String::new() });
        }
        let inner = body
            .strip_prefix("<access-request>")?
            .strip_suffix("</access-request>")?;
        let token = match inner.split_once("<token>") {
            Some((_, rest)) => rest.split_once("</token>")?.0,
            None => "",
        };
        Some(AccessRequest {
            token: unescape(token.trim()),
        })
    }
}

/// The answer to a caller who may come in.
pub(crate) fn granted(token: &str) -> String {
    format!(
        "<access-resp><token>{}</token><success>true</success></access-resp>",
        escape(token)
    )
}

/// The answer to a caller who may not; its text reaches the log of the caller's user.
pub(crate) fn refused(reason: &str) -> String {
    format!(
        "<access-resp><success>false</success><reason>{}</reason></access-resp>",
        escape(reason)
    )
}

const ENTITIES: [(char, &str); 5] = [
    ('&', "&amp;"),
    ('<', "&lt;"),
    ('>', "&gt;"),
    ('"', "&quot;"),
    ('\'', "&apos;"),
];

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match ENTITIES.iter().find(|(plain, _)| *plain == character) {
            Some((_, entity)) => escaped.push_str(entity),
            None => escaped.push(character),
        }
    }
    escaped
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        match ENTITIES.iter().find(|(_, entity)| rest.starts_with(entity)) {
            Some((character, entity)) => {
                plain.push(*character);
                rest = &rest[entity.len()..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(body: &str) -> Option<String> {
        AccessRequest::parse(body).map(|request| request.token)
    }

    #[test]
    fn the_token_is_read() {
        assert_eq!(
            token("<access-request><token>T</token></access-request>").as_deref(),
            Some("T")
        );
        assert_eq!(
            token(" <?xml version=\"1.0\"?>\n<access-request>\n<token> T </token>\n</access-request>\n")
                .as_deref(),
            Some("T")
        );
        assert_eq!(
            token("<access-request><token>&lt;a&amp;amp;b&gt;&x</token></access-request>").as_deref(),
            Some("<a&amp;b>&x")
        );
        assert_eq!(token("<access-request></access-request>").as_deref(), Some(""));
        assert_eq!(token("<access-request/>").as_deref(), Some(""));
    }

    #[test]
    fn anything_else_is_no_request_for_access() {
        for body in [
            "",
            "<",
            "<access-request>",
            "<access-request><token>T</access-request>",
            "<html></html>",
            "<?xml",
        ] {
            assert_eq!(token(body), None, "{body}");
        }
    }

    #[test]
    fn what_is_escaped_is_unescaped() {
        let odd = "a<b>&\"c'&lt;";
        assert_eq!(unescape(&escape(odd)), odd);
        assert!(granted(odd).starts_with("<access-resp><token>a&lt;b&gt;&amp;"));
    }
}
