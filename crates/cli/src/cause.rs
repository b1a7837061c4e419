//! What kind of problem kept records from being acknowledged: it decides the exit code.
//!
//! The stream tells a problem in words only; this room knows the words of its HTTP transport. The tests of the
//! exit codes run against real servers, so words that change there are noticed here.

use crate::Exit;

/// What kind of problem it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The server does not let us in.
    Refused,
    /// It cannot be reached, or does not answer.
    Unreachable,
    /// TLS cannot be spoken with it.
    Tls,
    /// Nothing went wrong yet.
    Slow,
    /// It answers, and cannot or will not take what was sent.
    Other,
}

impl Cause {
    /// What kind of problem these words tell.
    pub(crate) fn of(problem: &str) -> Self {
        let begins = |word: &str| problem.starts_with(word);
        let has = |words: &[&str]| words.iter().any(|word| problem.contains(word));
        if begins("unauthorized:") || begins("forbidden:") {
            Cause::Refused
        } else if problem.starts_with(|first: char| first.is_ascii_digit()) {
            // A status, with words of the server's own: somebody is there.
            Cause::Other
        } else if has(&["TLS", "certificate"]) {
            Cause::Tls
        } else if has(&["has not answered yet"]) {
            Cause::Slow
        } else if has(&["connect", "resolve", "answer", "in time", "closed"]) {
            Cause::Unreachable
        } else {
            Cause::Other
        }
    }

    /// Whether waiting is of no use: only people can help.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Cause::Refused | Cause::Tls)
    }

    /// How a command ends that this kept from its end.
    pub(crate) fn exit(self) -> Exit {
        match self {
            Cause::Refused => Exit::Refused,
            Cause::Unreachable | Cause::Slow => Exit::Unreachable,
            Cause::Tls => Exit::Tls,
            Cause::Other => Exit::NotDone,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_the_cause() {
        let cases = [
            (
                "unauthorized: Undefined or expired access token; check the token",
                Cause::Refused,
            ),
            (
                "forbidden: the server answered 403 Forbidden; check what the token allows",
                Cause::Refused,
            ),
            (
                "cannot connect to 127.0.0.1:1 (Connection refused (os error 111)): is the server running?",
                Cause::Unreachable,
            ),
            (
                "the name nowhere.example cannot be resolved (…): check name and network",
                Cause::Unreachable,
            ),
            ("the server did not read the request in time", Cause::Unreachable),
            (
                "the server's certificate is refused: it has expired; renew it",
                Cause::Tls,
            ),
            (
                "TLS handshake broken off (…): does this port speak TLS?",
                Cause::Tls,
            ),
            (
                "503 Service Unavailable: no certificate for the connection",
                Cause::Other,
            ),
            ("the server has not answered yet", Cause::Slow),
        ];
        for (words, cause) in cases {
            assert_eq!(Cause::of(words), cause, "{words}");
        }
    }
}
