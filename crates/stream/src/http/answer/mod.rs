//! Answers, read from a connection: HTTP/1.0 and 1.1, bodies by length, in chunks or until the end.
//!
//! Everything is bounded before it is parsed: heads to 16 KiB and 64 headers, bodies to 64 KiB; what is longer
//! is left unread, and the connection is then of no further use. No input makes it panic.

mod body;
mod unread;

use std::io::{self, Read};
use std::mem::MaybeUninit;

use body::Framing;
pub(super) use body::LONGEST_BODY;
use unread::Unread;

use crate::{ProblemKind, Setback};

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

impl AnswerError {
    /// The setback that it is.
    pub(crate) fn setback(&self) -> Setback {
        let kind = match self {
            // The words of TLS: what a server has against our certificate comes with its first answer.
            AnswerError::Broken(error) if error.kind() == io::ErrorKind::InvalidData => ProblemKind::Tls,
            _ => ProblemKind::Unreachable,
        };
        Setback::retry_of(kind, self.to_string())
    }
}

/// The reading side of a connection: bytes that were read and belong to no answer yet.
#[derive(Debug, Default)]
pub(crate) struct Incoming {
    buffer: Unread,
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
                self.buffer.consume(length);
                return Ok(head);
            }
            if self.buffer.len() >= LONGEST_HEAD {
                return Err(AnswerError::NotHttp("its head is too long".to_owned()));
            }
            let nothing_yet = first && self.buffer.is_empty();
            match self.buffer.fill(from) {
                Ok(true) => {}
                Ok(false) if nothing_yet => return Err(AnswerError::Closed),
                Ok(false) => return Err(AnswerError::Cut),
                Err(AnswerError::Cut) if nothing_yet => return Err(AnswerError::Closed),
                Err(error) => return Err(error),
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
        let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
        let mut parsed = httparse::Response::new(&mut []);
        let outcome = httparse::ParserConfig::default().parse_response_with_uninit_headers(
            &mut parsed,
            bytes,
            &mut headers,
        );
        let length = match outcome {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(error) => return Err(AnswerError::NotHttp(error.to_string())),
        };
        let status = parsed.code.unwrap_or_default();
        let mut named = Headers::default();
        for header in &*parsed.headers {
            if let Some(value) = named.of(header.name) {
                if !value.is_empty() {
                    value.push_str(", ");
                }
                value.push_str(&String::from_utf8_lossy(header.value));
            }
        }
        let framing = Framing::of(status, &named.transfer_encoding, &named.content_length)?;
        let has = |word: &str| {
            let mut options = named.connection.split(',');
            options.any(|option| option.trim().eq_ignore_ascii_case(word))
        };
        let persistent = if parsed.version == Some(1) {
            !has("close")
        } else {
            has("keep-alive")
        };
        let answer = Answer {
            status,
            retry_after: named.retry_after,
            location: named.location,
            accept_post: named.accept_post,
            accept_encoding: named.accept_encoding,
            body: Vec::new(),
            whole: true,
            old: parsed.version != Some(1),
            reusable: persistent && framing != Framing::UntilTheEnd,
        };
        Ok(Some((Head { answer, framing }, length)))
    }
}

/// The values of the headers that mean something to us; those of one name are joined by commas.
#[derive(Default)]
struct Headers {
    transfer_encoding: String,
    content_length: String,
    connection: String,
    retry_after: String,
    location: String,
    accept_post: String,
    accept_encoding: String,
}

impl Headers {
    fn of(&mut self, name: &str) -> Option<&mut String> {
        let known = [
            ("content-length", &mut self.content_length),
            ("connection", &mut self.connection),
            ("transfer-encoding", &mut self.transfer_encoding),
            ("retry-after", &mut self.retry_after),
            ("location", &mut self.location),
            ("accept-post", &mut self.accept_post),
            ("accept-encoding", &mut self.accept_encoding),
        ];
        let mut known = known.into_iter();
        known
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests;
