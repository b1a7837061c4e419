//! The access-request that opens a connection: who we are, and may we?
//!
//! A yes is a 2xx. Where its body is an access-response, that must say success; servers that send none are
//! taken at their status. The yes may announce what else the server takes.

use super::answer::Answer;
use super::gzip;
use super::status::{self, Meaning};
use super::verdict;
use super::words::{Secrets, escape_xml, shown, unescape_xml};
use crate::{Secret, Setback};

/// The request's body. It contains the token: never shown.
pub(crate) fn body(token: Option<&Secret>) -> String {
    let token = token.map_or_else(String::new, |token| escape_xml(token.expose()));
    format!("<access-request><token>{token}</token></access-request>")
}

/// What the server grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Grant {
    /// Bodies of many records, one a line.
    pub(crate) takes_many: bool,
    /// Bodies that are compressed.
    pub(crate) takes_gzip: bool,
}

/// Reads the answer.
pub(crate) fn grant(answer: &Answer, secrets: &Secrets) -> Result<Grant, Setback> {
    let body = String::from_utf8_lossy(&answer.body);
    let response = body.trim_start().starts_with("<access-resp>");
    let said_no =
        response && element(&body, "success").is_some_and(|word| !word.eq_ignore_ascii_case("true"));
    match status::meaning(answer.status) {
        Meaning::Done if !said_no => {
            let takes_many = answer
                .accept_post
                .split(',')
                .filter_map(|range| range.split(';').next())
                .any(|range| range.trim().eq_ignore_ascii_case("application/x-ndjson"));
            Ok(Grant {
                takes_many,
                takes_gzip: gzip::is_accepted(&answer.accept_encoding),
            })
        }
        Meaning::Retry => Err(verdict::retry(answer, secrets)),
        Meaning::Done | Meaning::Refused | Meaning::Rejected | Meaning::Redirected => {
            let why = match element(&body, "reason").filter(|_| response) {
                Some(reason) => refused(answer.status, &shown(&unescape_xml(reason), secrets)),
                None => verdict::no(answer, secrets),
            };
            // Only these say that it is the token.
            Err(match status::meaning(answer.status) {
                Meaning::Done | Meaning::Refused => Setback::Refused { why },
                _ => Setback::Blocked { why },
            })
        }
    }
}

/// Words for a reason that the server gave.
fn refused(status: u16, reason: &str) -> String {
    let word = if status == 403 {
        "forbidden"
    } else {
        "unauthorized"
    };
    format!("{word}: {reason}; check the token")
}

/// The text of the first element of this name.
fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            body: body.as_bytes().to_vec(),
            ..Answer::default()
        }
    }

    #[track_caller]
    fn assert_refused(status: u16, body: &str, words: &str) {
        let why = match grant(&answer(status, body), &Secrets::default()) {
            Err(Setback::Refused { why } | Setback::Blocked { why }) => why,
            other => panic!("{other:?}"),
        };
        assert!(why.contains(words), "{why}");
    }

    #[test]
    fn the_token_is_escaped() {
        let token = Secret::new("a<b>&").unwrap();
        assert_eq!(
            body(Some(&token)),
            "<access-request><token>a&lt;b&gt;&amp;</token></access-request>"
        );
        assert_eq!(body(None), "<access-request><token></token></access-request>");
    }

    #[test]
    fn a_yes_may_have_any_body() {
        let yes = "<access-resp><success>true</success></access-resp>";
        for body in ["", yes, "OK", "{}", "<html><success>false</success></html>"] {
            assert_eq!(
                grant(&answer(200, body), &Secrets::default()),
                Ok(Grant::default()),
                "{body}"
            );
        }
        let many = Answer {
            accept_post: "text/xml, Application/X-NDJSON;q=1".to_owned(),
            accept_encoding: "gzip".to_owned(),
            ..answer(204, "")
        };
        let all = Grant {
            takes_many: true,
            takes_gzip: true,
        };
        assert_eq!(grant(&many, &Secrets::default()), Ok(all));
    }

    #[test]
    fn a_no_says_why() {
        let no = "<access-resp><success>false</success><reason>no &lt;such&gt; token</reason></access-resp>";
        assert_refused(200, no, "unauthorized: no <such> token");
        assert_refused(401, no, "unauthorized: no <such> token");
        assert_refused(403, "go away", "forbidden");
        assert_refused(400, "what?", "400 Bad Request: what?");
    }

    #[test]
    fn a_server_in_trouble_is_no_refusal() {
        let outcome = grant(
            &answer(503, "<access-resp><success>false</success></access-resp>"),
            &Secrets::default(),
        );
        assert!(matches!(outcome, Err(Setback::Retry { .. })));
    }
}
