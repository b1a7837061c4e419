//! What a status means for the record it answers: pure functions.

use std::time::{Duration, SystemTime};

use super::date;

/// The server does not understand the request, or does not like the record in it.
pub(crate) const BAD_REQUEST: u16 = 400;
/// The body is longer than the server takes.
pub(crate) const TOO_LARGE: u16 = 413;
/// The server does not take such bodies.
pub(crate) const UNSUPPORTED: u16 = 415;
/// A proxy wants to know who we are.
pub(crate) const PROXY_AUTHENTICATION: u16 = 407;

/// What a status means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The server has it.
    Done,
    /// The server cannot take it now.
    Retry,
    /// The server does not let us in.
    Refused,
    /// The server takes it elsewhere, or nowhere: the address is wrong.
    Redirected,
    /// The server will never take it.
    Rejected,
}

/// What this status means. 1xx does not come here: it is no answer.
pub(crate) const fn meaning(status: u16) -> Meaning {
    match status {
        200..=299 => Meaning::Done,
        300..=399 => Meaning::Redirected,
        401 | 403 | PROXY_AUTHENTICATION => Meaning::Refused,
        // The server did not wait for the request's end, did not dare to, or had too many.
        408 | 425 | 429 => Meaning::Retry,
        501 => Meaning::Rejected,
        500..=599 => Meaning::Retry,
        _ => Meaning::Rejected,
    }
}

/// Whether a server that is being changed may answer so as well, to whatever is sent there meanwhile.
pub(crate) const fn is_doubtful(status: u16) -> bool {
    matches!(status, 404 | 405 | 409)
}

/// The usual words for a status; empty for unusual ones.
pub(crate) const fn words(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}

/// Reads `Retry-After`: seconds or a date. What is neither, and what has passed, is ignored.
pub(crate) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds mean: very long.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::from(u32::MAX))));
    }
    date::parse(value)?.duration_since(now).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_status_has_its_meaning() {
        let of = |statuses: &[u16]| statuses.iter().map(|status| meaning(*status)).collect::<Vec<_>>();
        assert!(
            of(&[200, 201, 202, 204, 299])
                .iter()
                .all(|meaning| *meaning == Meaning::Done)
        );
        assert!(
            of(&[408, 425, 429, 500, 502, 503, 504, 599])
                .iter()
                .all(|meaning| *meaning == Meaning::Retry)
        );
        assert!(
            of(&[300, 301, 302, 303, 304, 307, 308, 399])
                .iter()
                .all(|meaning| *meaning == Meaning::Redirected)
        );
        assert!(
            of(&[401, 403, 407])
                .iter()
                .all(|meaning| *meaning == Meaning::Refused)
        );
        assert!(
            of(&[400, 402, 404, 405, 409, 410, 413, 415, 422, 501])
                .iter()
                .all(|meaning| *meaning == Meaning::Rejected)
        );
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(retry_after(" 3 ", noon), Some(Duration::from_secs(3)));
        assert!(retry_after("99999999999999999999999", noon) > Some(Duration::from_secs(999_999)));
        assert_eq!(
            retry_after("Sun, 06 Nov 1994 08:49:47 GMT", noon),
            Some(Duration::from_secs(10))
        );
        for garbage in [
            "",
            "soon",
            "-3",
            "3.5",
            "Sun, 06 Nov 1994 08:49:27 GMT",
            "Sun, 99 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(retry_after(garbage, noon), None, "{garbage}");
        }
    }

    proptest! {
        #[test]
        fn no_value_is_fatal(value in ".{0,40}") {
            let _ = retry_after(&value, SystemTime::now());
        }
    }
}
