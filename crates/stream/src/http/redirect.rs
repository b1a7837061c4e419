//! Redirections: followed within the origin, and refused otherwise.
//!
//! * Only 307 and 308 ask for the same request again; 301 and 302 have made GETs of POSTs for too long.
//! * Scheme, host and port stay: the token goes nowhere that its owner has not named.
//! * At most three in a row.

use url::Url;

use super::answer::Answer;
use super::endpoint::Endpoint;
use super::words::{Secrets, shown};

/// How many are followed in a row.
pub(super) const MOST: usize = 3;

/// The path and query at which the request is wanted; `None` where the answer is no redirection, or none that is
/// followed.
pub(super) fn target(answer: &Answer, endpoint: &Endpoint) -> Option<String> {
    if !matches!(answer.status, 307 | 308) {
        return None;
    }
    let to = location(answer, endpoint)?;
    let is_ours = endpoint.is_origin_of(&to) && to.username().is_empty() && to.password().is_none();
    is_ours.then(|| to[url::Position::BeforePath..url::Position::AfterQuery].to_owned())
}

/// Words for a redirection that is not followed. Paths and queries may contain secrets.
pub(super) fn words(answer: &Answer, secrets: &Secrets) -> String {
    let status = answer.status;
    let to = Url::parse(&answer.location).map_or_else(
        |_| "another path".to_owned(),
        |url| shown(&url.origin().ascii_serialization(), secrets),
    );
    format!("{status} redirects to {to}, which is not followed: give the address where records are taken")
}

fn location(answer: &Answer, endpoint: &Endpoint) -> Option<Url> {
    let here = Url::parse(&format!("{endpoint}{}", endpoint.target)).ok()?;
    if answer.location.is_empty() {
        return None;
    }
    here.join(&answer.location).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed(status: u16, location: &str) -> Option<String> {
        let endpoint = Endpoint::parse("https://records.example/a/b?c").unwrap();
        let answer = Answer {
            status,
            location: location.to_owned(),
            ..Answer::default()
        };
        target(&answer, &endpoint)
    }

    #[test]
    fn within_the_origin() {
        for (location, target) in [
            ("/x?y#z", "/x?y"),
            ("x", "/a/x"),
            ("?x", "/a/b?x"),
            ("https://records.example/x", "/x"),
            ("HTTPS://RECORDS.example:443/x", "/x"),
            ("//records.example/x", "/x"),
        ] {
            assert_eq!(followed(307, location).as_deref(), Some(target), "{location}");
            assert_eq!(followed(308, location).as_deref(), Some(target), "{location}");
        }
    }

    #[test]
    fn and_nowhere_else() {
        for location in [
            "",
            "http://records.example/x",
            "https://records.example:8443/x",
            "https://other.example/x",
            "//other.example/x",
            "https://records.example.other.example/x",
            "https://user@records.example/x",
            "javascript:alert(1)",
            "https://[/",
        ] {
            assert_eq!(followed(307, location), None, "{location}");
        }
        for status in [200, 300, 301, 302, 303, 304, 401] {
            assert_eq!(followed(status, "/x"), None, "{status}");
        }
    }
}
