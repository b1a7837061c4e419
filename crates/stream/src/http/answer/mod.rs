//! Answers, read from a connection: HTTP/1.0 and 1.1, bodies by length, in chunks or until the end.
//!
//! Everything is bounded before it is parsed: heads to 16 KiB and 64 headers, bodies to 64 KiB; what is longer
//! is left unread, and the connection is then of no further use. No input makes it panic.

mod body;

use std::io::{self, Read};

use body::Framing;
pub(super) use body::LONGEST_BODY;

/// The longest head.
const LONGEST_HEAD: usize = 16 * 1024;
/// The most headers.
const MOST_HEADERS: usize = 64;
/// The most interim answers (1xx) before the real one.
const MOST_INTERIM: usize = 16;

/// An answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The headers that mean something to us; empty where absent.
    pub(crate) retry_after: String,
    pub(crate) location: String,
    pub(crate) accept_post: String,
    pub(crate) accept_encoding: String,
    pub(crate) body: Vec<u8>,
    /// Whether the body is all there, and not cut at the bound.
    pub(crate) whole: bool,
    /// Whether the connection takes another request.
    pub(crate) reusable: bool,
    /// Whether it is HTTP/1.0, which knows of no second request before the first answer.
    pub(crate) old: bool,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerError {
    /// The connection ended before the answer began.
    #[error("the server closed the connection without an answer")]
    Closed,
    /// The connection ended within the answer.
    #[error("the server closed the connection in the middle of an answer")]
    Cut,
    /// The deadline came first.
    #[error("the server did not answer in time")]
    Late,
    /// Reading failed otherwise.
    #[error("the connection failed: {0}")]
    Broken(io::Error),
    /// These bytes are not an answer.
    #[error("what the server answers is not HTTP ({0}): is this the right address?")]
    NotHttp(String),
}

/// The reading side of a connection: bytes that were read and belong to no answer yet.
#[derive(Debug, Default)]
pub(crate) struct Incoming {
    buffer: Vec<u8>,
}

impl Incoming {
    /// Reads the next answer, skipping interim ones.
    pub(crate) fn next(&mut self, from: &mut impl Read) -> Result<Answer, AnswerError> {
        self.read(from, |_| true)
    }

    /// As [`next`](Self::next), for the answer to a `CONNECT`: what follows a yes is no body, but what is said
    /// through the tunnel.
    pub(crate) fn next_to_connect(&mut self, from: &mut impl Read) -> Result<Answer, AnswerError> {
        self.read(from, |status| !(200..300).contains(&status))
    }

    fn read(&mut self, from: &mut impl Read, has_body: impl Fn(u16) -> bool) -> Result<Answer, AnswerError> {
        for interim in 0..=MOST_INTERIM {
            let head = self.head(from, interim == 0)?;
            if !(100..200).contains(&head.answer.status) {
                return match has_body(head.answer.status) {
                    true => body::read(self, from, head),
                    false => Ok(head.answer),
                };
            }
            if head.answer.status == 101 {
                return Err(AnswerError::NotHttp("101 without a request for it".to_owned()));
            }
        }
        Err(AnswerError::NotHttp("too many interim answers".to_owned()))
    }

    /// Whether something came that belongs to no answer.
    pub(crate) fn has_more(&self) -> bool {
        !self.buffer.is_empty()
    }

    fn head(&mut self, from: &mut impl Read, first: bool) -> Result<Head, AnswerError> {
        loop {
            if let Some((head, length)) = Head::parse(&self.buffer)? {
                self.buffer.drain(..length);
                return Ok(head);
            }
            if self.buffer.len() >= LONGEST_HEAD {
                return Err(AnswerError::NotHttp("its head is too long".to_owned()));
            }
            let nothing_yet = first && self.buffer.is_empty();
            match self.fill(from) {
                Ok(true) => {}
                Ok(false) if nothing_yet => return Err(AnswerError::Closed),
                Ok(false) => return Err(AnswerError::Cut),
                Err(AnswerError::Cut) if nothing_yet => return Err(AnswerError::Closed),
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads some more; false at the end.
    fn fill(&mut self, from: &mut impl Read) -> Result<bool, AnswerError> {
        let mut some = [0; 4096];
        loop {
            match from.read(&mut some) {
                Ok(count) => {
                    self.buffer
                        .extend_from_slice(some.get(..count).unwrap_or_default());
                    return Ok(count > 0);
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::Interrupted => {}
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => return Err(AnswerError::Late),
                    io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::BrokenPipe
                    | io::ErrorKind::NotConnected
                    | io::ErrorKind::UnexpectedEof => return Err(AnswerError::Cut),
                    _ => return Err(AnswerError::Broken(error)),
                },
            }
        }
    }
}

/// A head, read, and how the body after it ends.
struct Head {
    answer: Answer,
    framing: Framing,
}

impl Head {
    /// The head at the front of `bytes` and its length; `None` while it is incomplete.
    fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, AnswerError> {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut parsed = httparse::Response::new(&mut headers);
        let length = match parsed.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(error) => return Err(AnswerError::NotHttp(error.to_string())),
        };
        let status = parsed.code.unwrap_or_default();
        let value = |name: &str| {
            let named = parsed
                .headers
                .iter()
                .filter(|header| header.name.eq_ignore_ascii_case(name));
            named
                .map(|header| String::from_utf8_lossy(header.value))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let framing = Framing::of(status, &value("Transfer-Encoding"), &value("Content-Length"))?;
        let connection = value("Connection");
        let has = |word: &str| {
            connection
                .split(',')
                .any(|option| option.trim().eq_ignore_ascii_case(word))
        };
        let persistent = if parsed.version == Some(1) {
            !has("close")
        } else {
            has("keep-alive")
        };
        let answer = Answer {
            status,
            retry_after: value("Retry-After"),
            location: value("Location"),
            accept_post: value("Accept-Post"),
            accept_encoding: value("Accept-Encoding"),
            body: Vec::new(),
            whole: true,
            old: parsed.version != Some(1),
            reusable: persistent && framing != Framing::UntilTheEnd,
        };
        Ok(Some((Head { answer, framing }, length)))
    }
}

#[cfg(test)]
mod tests;
