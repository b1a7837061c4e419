//! One connection, and an exchange on it: a request goes out, its answer comes in.
//!
//! Writing never waits for a server that has begun to answer: one that has seen enough reads no further. Many requests
//! at once are the [`pipeline`](super::pipeline)'s affair.

use std::io;
use std::time::Duration;

use super::Timeouts;
use super::access::Grant;
use super::answer::{Answer, AnswerError, Incoming};
use super::pace::Pace;
use super::wire::Wire;
use crate::Setback;

/// How often writing is tried again where it got stuck and no answer comes.
const TRY_AGAIN: Duration = Duration::from_millis(2);

/// One connection.
pub(crate) struct Connection {
    pub(super) wire: Wire,
    pub(super) incoming: Incoming,
    /// How many requests it has had answered.
    pub(crate) answered: u64,
    /// Whether it takes another request.
    pub(crate) usable: bool,
    /// What may be sent on it.
    pub(crate) grant: Grant,
}

/// Why a request had no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExchangeError {
    /// The connection ended before any of the answer came: it may have been dead already.
    #[error("{0}")]
    Dead(String),
    /// The server was too slow, in reading or in answering.
    #[error("{0}")]
    Late(String),
    /// It failed.
    #[error(transparent)]
    Failed(AnswerError),
}

impl ExchangeError {
    /// The setback that it is.
    pub(crate) fn setback(&self) -> Setback {
        match self {
            ExchangeError::Failed(error) => error.setback(),
            other => Setback::retry(other.to_string()),
        }
    }
}

/// How writing has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    All,
    /// There is something to read first.
    News,
    /// It failed; what the server said before can still be read.
    Broken,
    /// The other side has not read in time.
    Late,
}

impl Connection {
    pub(super) fn new(wire: Wire) -> Self {
        Connection {
            wire,
            incoming: Incoming::default(),
            answered: 0,
            usable: true,
            grant: Grant::default(),
        }
    }

    /// Whether it takes a request, and nothing has come that no request has asked for: its end, or what the server says
    /// about it (408, 400, 503), which would be taken for the answer.
    pub(super) fn is_fresh(&mut self) -> bool {
        self.usable &= !self.wire.is_addressed();
        self.usable
    }

    /// Sends a request and reads its answer, each as the [`Pace`] allows.
    pub(crate) fn exchange(&mut self, request: &[u8], timeouts: Timeouts) -> Result<Answer, ExchangeError> {
        self.usable = false;
        let mut pace = Pace::new(timeouts.answer);
        pace.begin(self.wire.socket());
        let (_, written) = self.write(request, &mut pace);
        match written {
            Written::Late => {
                let why = "the server did not read the request in time";
                return Err(ExchangeError::Late(why.to_owned()));
            }
            Written::News => pace.begin(self.wire.socket()),
            // A server that has seen enough answers and closes.
            Written::All | Written::Broken => {}
        }
        match self.incoming.next(&mut self.wire) {
            Ok(answer) => {
                self.answered += 1;
                // What nobody asked for could be taken for the answer to the next request.
                self.usable = written == Written::All && answer.reusable && !self.incoming.has_more();
                Ok(answer)
            }
            Err(AnswerError::Closed) => Err(ExchangeError::Dead(AnswerError::Closed.to_string())),
            Err(AnswerError::Late) => Err(ExchangeError::Late(AnswerError::Late.to_string())),
            Err(error) => Err(ExchangeError::Failed(error)),
        }
    }

    /// Writes until everything is written or there is something to read first; says how many bytes were.
    pub(super) fn write(&mut self, bytes: &[u8], pace: &mut Pace) -> (usize, Written) {
        let mut rest = bytes;
        let how = loop {
            let outcome = match rest {
                [] => self.wire.flush_now().map(|()| 0),
                rest => self.wire.write_now(rest),
            };
            match outcome {
                Ok(_) if rest.is_empty() => break Written::All,
                Ok(0) => break Written::Broken,
                Ok(count) => {
                    rest = rest.get(count..).unwrap_or_default();
                    pace.wrote(count, rest.len(), self.wire.socket());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if self.incoming.has_more() || self.wire.has_news(TRY_AGAIN) {
                        break Written::News;
                    }
                    if self.wire.socket().left().is_err() {
                        break Written::Late;
                    }
                }
                Err(_) => break Written::Broken,
            }
        };
        (bytes.len() - rest.len(), how)
    }
}
