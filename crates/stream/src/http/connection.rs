//! One connection, and an exchange on it: a request goes out, its answer comes in.
//!
//! Many requests at once are the [`pipeline`](super::pipeline)'s affair.

use std::io::Write;

use super::Timeouts;
use super::access::Grant;
use super::answer::{Answer, AnswerError, Incoming};
use super::socket::is_late;
use super::wire::Wire;

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
    /// It failed, or was too slow.
    #[error("{0}")]
    Failed(String),
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

    /// Sends a request and reads its answer, both within the timeout.
    pub(crate) fn exchange(&mut self, request: &[u8], timeouts: Timeouts) -> Result<Answer, ExchangeError> {
        self.usable = false;
        self.wire.socket().allow(timeouts.answer);
        let written = self.wire.write_all(request).and_then(|()| self.wire.flush());
        // Also where writing failed: a server that has seen enough answers and closes.
        match self.incoming.next(&mut self.wire) {
            Ok(answer) => {
                self.answered += 1;
                // What nobody asked for could be taken for the answer to the next request.
                self.usable = written.is_ok() && answer.reusable && !self.incoming.has_more();
                Ok(answer)
            }
            Err(AnswerError::Closed) => Err(ExchangeError::Dead(AnswerError::Closed.to_string())),
            Err(error) => match written {
                Err(cause) if is_late(&cause) => Err(ExchangeError::Failed(
                    "the server did not read the request in time".to_owned(),
                )),
                _ => Err(ExchangeError::Failed(error.to_string())),
            },
        }
    }
}
