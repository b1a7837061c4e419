//! The head of a request, as far as the loop needs it.

use tnt4_model::PathHint;

use crate::guard::{Guard, Visitor};
use crate::ingest;

/// How long a head may be; a longer one is refused before it is whole.
pub(super) const LONGEST_HEAD: usize = 64 * 1024;

/// How many fields a head may have.
const MOST_FIELDS: usize = 64;

/// What the bytes received so far begin with.
#[derive(Debug)]
pub(super) enum Parsed {
    /// Not yet a whole head.
    Partial,
    /// No HTTP; the text says what is wrong.
    Bad(String),
    /// A request for axum.
    Foreign,
    /// A plain POST to a path that takes records.
    Post(Head),
}

/// A plain POST to a path that takes records.
#[derive(Debug)]
pub(super) struct Head {
    /// The head's bytes, with the empty line.
    pub(super) length: usize,
    /// The body's bytes, as announced.
    pub(super) body: usize,
    /// What the path says of the records.
    pub(super) hint: PathHint,
    /// The token, from `X-API-Key`, else from `token`.
    pub(super) token: Option<String>,
    /// JESL's wishes.
    pub(super) pragma: Pragma,
    /// Whether the sender called the body NDJSON.
    pub(super) lines: bool,
    /// Whether the sender closes the connection, or cannot keep it.
    pub(super) closes: bool,
    /// Why the guard does not let it in.
    pub(super) stranger: Option<String>,
}

/// What JESL asks for by `Pragma`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pragma {
    /// An answer, as usual.
    Answer,
    /// No answer at all.
    NoResponse,
    /// An answer once everything before it is committed.
    Ping,
}

/// Reads the head that `bytes` begin with.
pub(super) fn parse(bytes: &[u8], guard: &Guard) -> Parsed {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut request = httparse::Request::new(&mut fields);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => read(&request, length, guard),
        Ok(httparse::Status::Partial) if bytes.len() > LONGEST_HEAD => Parsed::Bad(format!(
            "the head of the request is longer than {LONGEST_HEAD} bytes"
        )),
        Ok(httparse::Status::Partial) => Parsed::Partial,
        Err(error) => Parsed::Bad(format!("not an HTTP request: {error}")),
    }
}

fn read(request: &httparse::Request<'_, '_>, length: usize, guard: &Guard) -> Parsed {
    let (Some("POST"), Some(hint)) = (request.method, request.path.and_then(ingest::hint_of)) else {
        return Parsed::Foreign;
    };
    let mut head = Head {
        length,
        body: 0,
        hint,
        token: None,
        pragma: Pragma::Answer,
        lines: false,
        closes: request.version == Some(0),
        stranger: None,
    };
    let mut announced = None;
    let mut other_token = None;
    let mut visitor = Visitor::default();
    for field in request.headers.iter() {
        // Browsers need more answers than this loop gives; chunks and compression more reading.
        if FOREIGN.iter().any(|name| field.name.eq_ignore_ascii_case(name)) {
            return Parsed::Foreign;
        }
        let Ok(value) = std::str::from_utf8(field.value).map(str::trim) else {
            if READ.iter().any(|name| field.name.eq_ignore_ascii_case(name)) {
                return Parsed::Bad(format!("the field {} is no text", field.name));
            }
            continue;
        };
        match_field(field.name, &mut |name| match name {
            "x-api-key" => head.token = Some(value.to_owned()),
            "token" => other_token = Some(value.to_owned()),
            "content-length" => announced = Some((length_of(value), announced.is_some())),
            "content-type" => head.lines = ingest::is_ndjson(value),
            "pragma" if value.eq_ignore_ascii_case("no-response") => head.pragma = Pragma::NoResponse,
            "pragma" if value.eq_ignore_ascii_case("ping") => head.pragma = Pragma::Ping,
            "connection" => head.closes |= value.eq_ignore_ascii_case("close"),
            "host" => visitor.host = Some(value),
            "sec-fetch-site" => visitor.fetch_site = Some(value),
            "sec-fetch-mode" => visitor.fetch_mode = Some(value),
            _ => {}
        });
    }
    match announced {
        Some((Some(length), false)) => head.body = length,
        Some(_) => return Parsed::Bad("Content-Length is no number, or is given twice".to_owned()),
        None => {}
    }
    head.token = head.token.filter(|token| !token.is_empty()).or(other_token);
    head.stranger = guard.check(visitor).err();
    Parsed::Post(head)
}

/// Fields whose requests this loop leaves to axum.
const FOREIGN: [&str; 5] = [
    "transfer-encoding",
    "content-encoding",
    "expect",
    "origin",
    "upgrade",
];

/// Fields that this loop reads; an unreadable one must not be taken for an absent one.
const READ: [&str; 9] = [
    "x-api-key",
    "token",
    "content-length",
    "content-type",
    "pragma",
    "connection",
    "host",
    "sec-fetch-site",
    "sec-fetch-mode",
];

/// A length is digits and nothing else, or a proxy in front could read another one.
fn length_of(value: &str) -> Option<usize> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    if digits { value.parse().ok() } else { None }
}

/// Calls `take` with the field's name in small letters; longer names are none of ours.
fn match_field(name: &str, take: &mut dyn FnMut(&str)) {
    let mut small = [0; 16];
    if let Some(small) = small.get_mut(..name.len()) {
        small.copy_from_slice(name.as_bytes());
        small.make_ascii_lowercase();
        if let Ok(name) = std::str::from_utf8(small) {
            take(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_text(text: &str) -> Parsed {
        parse(text.as_bytes(), &Guard::default())
    }

    fn post(fields: &str) -> Head {
        match parse_text(&format!(
            "POST /event HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n"
        )) {
            Parsed::Post(head) => head,
            other => panic!("{fields}: {other:?}"),
        }
    }

    #[test]
    fn the_fields_that_count_are_read_in_any_case() {
        let head = post("x-api-KEY: one\r\nToken: two\r\ncontent-LENGTH: 7\r\nPragma: No-Response\r\n");
        assert_eq!(
            (head.token.as_deref(), head.body, head.pragma),
            (Some("one"), 7, Pragma::NoResponse)
        );
        assert_eq!(post("token: two\r\n").token.as_deref(), Some("two"));
        assert_eq!(post("Pragma: ping\r\n").pragma, Pragma::Ping);
        assert!(post("Content-Type: application/x-ndjson; charset=utf-8\r\n").lines);
        assert!(post("Connection: close\r\n").closes);
        assert!(post("").stranger.is_none());
    }

    #[test]
    fn strangers_are_known_by_their_host() {
        let Parsed::Post(head) = parse_text("POST / HTTP/1.1\r\nHost: evil.example\r\n\r\n") else {
            panic!()
        };
        assert!(head.stranger.is_some_and(|why| why.contains("evil.example")));
    }

    #[test]
    fn other_requests_are_foreign() {
        for head in [
            "GET / HTTP/1.1",
            "POST /jkool-service/jkql HTTP/1.1",
            "OPTIONS /event HTTP/1.1",
        ] {
            assert!(
                matches!(
                    parse_text(&format!("{head}\r\nHost: localhost\r\n\r\n")),
                    Parsed::Foreign
                ),
                "{head}"
            );
        }
        for field in [
            "Transfer-Encoding: chunked",
            "Expect: 100-continue",
            "Origin: null",
            "Content-Encoding: gzip",
        ] {
            let text = format!("POST /event HTTP/1.1\r\nHost: localhost\r\n{field}\r\n\r\n");
            assert!(matches!(parse_text(&text), Parsed::Foreign), "{field}");
        }
    }

    #[test]
    fn fields_that_are_no_text_are_never_overlooked() {
        let parse_field = |field: &[u8]| {
            let bytes = [
                b"POST /event HTTP/1.1\r\nHost: localhost\r\n",
                field,
                b"\xff\r\n\r\n",
            ]
            .concat();
            parse(&bytes, &Guard::default())
        };
        assert!(matches!(
            parse_field(b"Origin: http://evil.example"),
            Parsed::Foreign
        ));
        assert!(matches!(
            parse_field(b"Transfer-Encoding: chunked"),
            Parsed::Foreign
        ));
        assert!(matches!(parse_field(b"Content-Length: 2"), Parsed::Bad(_)));
        assert!(matches!(parse_field(b"Host: localhost"), Parsed::Bad(_)));
        assert!(matches!(parse_field(b"X-Other: text"), Parsed::Post(_)));
    }

    #[test]
    fn what_is_no_request_is_told_from_half_of_one() {
        assert!(matches!(parse_text("POST /event HT"), Parsed::Partial));
        assert!(matches!(parse_text(""), Parsed::Partial));
        assert!(matches!(parse_text("\x16\x03\x01hello"), Parsed::Bad(_)));
        assert!(matches!(
            parse_text(&format!("POST / HTTP/1.1\r\nX: {}", "x".repeat(LONGEST_HEAD))),
            Parsed::Bad(_)
        ));
        for bad in [
            "x",
            "-1",
            "+2",
            "",
            "1\r\nContent-Length: 1",
            "99999999999999999999",
        ] {
            let text = format!("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {bad}\r\n\r\n");
            assert!(matches!(parse_text(&text), Parsed::Bad(_)), "{bad}");
        }
    }
}
