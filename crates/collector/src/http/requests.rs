//! What to do with one request: its records for the commit, and its answer.

use tnt4_model::Timestamp;

use super::answers::{self, Answer};
use super::head::{Head, Pragma};
use crate::access::Access;
use crate::ingest::{self, Body};
use crate::notices::Notices;
use crate::store::Arrival;

/// Above this size a body is read where it keeps no other connection waiting.
const LARGE: usize = 256 * 1024;

/// What a connection knows of its caller.
pub(super) struct Caller<'a> {
    pub(super) access: &'a Access,
    pub(super) notices: &'a Notices,
    /// Whether an access-request on this connection was granted.
    pub(super) let_in: bool,
}

/// What becomes of one request.
pub(super) struct Outcome {
    pub(super) answer: Answer,
    pub(super) arrivals: Vec<Arrival>,
    /// Whether the connection ends with this answer.
    pub(super) close: bool,
}

impl Caller<'_> {
    /// Reads one request's body.
    pub(super) fn take(&mut self, head: &Head, body: &[u8]) -> Outcome {
        if let Some(why) = &head.stranger {
            return refuse(head, "403 Forbidden", &format!("{why}\n"));
        }
        if head.pragma == Pragma::Ping && body.is_empty() {
            return Outcome {
                answer: Answer::Ping,
                arrivals: Vec::new(),
                close: head.closes,
            };
        }
        let read = || ingest::read(body, head.hint, head.lines, Timestamp::now());
        match if body.len() > LARGE {
            tokio::task::block_in_place(read)
        } else {
            read()
        } {
            Body::Access(request) => self.admit(head, request.token),
            _ if !self.may_send(head) => self.turn_away(head),
            Body::One(arrival) => accept(head, vec![*arrival], ""),
            Body::Several { arrivals, refused } => {
                if head.pragma == Pragma::NoResponse && !refused.is_empty() {
                    self.notices.lost(refused.len(), &refused[0].reason);
                }
                let summary = ingest::summary(arrivals.len(), &refused);
                accept(head, arrivals, &summary)
            }
            Body::Nothing(why) => {
                if head.pragma == Pragma::NoResponse {
                    self.notices.lost(1, &why);
                }
                refuse(head, "400 Bad Request", &format!("{why}\n"))
            }
        }
    }

    /// A token that is sent must be valid; without one, that of the connection's access-request counts.
    fn may_send(&self, head: &Head) -> bool {
        match &head.token {
            Some(token) => self.access.allows(Some(token)),
            None => self.let_in || self.access.allows(None),
        }
    }

    fn admit(&mut self, head: &Head, token: String) -> Outcome {
        let token = if token.is_empty() {
            head.token.clone()
        } else {
            Some(token)
        };
        self.let_in = self.access.allows(token.as_deref());
        let bytes = if self.let_in {
            answers::welcome(&ingest::granted(&token.unwrap_or_default()))
        } else {
            answers::refused("401 Unauthorized", &ingest::refused(UNAUTHORIZED))
        };
        Outcome {
            answer: Answer::Plain(bytes),
            arrivals: Vec::new(),
            close: head.closes,
        }
    }

    fn turn_away(&self, head: &Head) -> Outcome {
        let mut outcome = refuse(head, "401 Unauthorized", &format!("{UNAUTHORIZED}\n"));
        if head.pragma == Pragma::NoResponse {
            // It reads no answer; only the end of the connection tells it.
            self.notices.lost(1, UNAUTHORIZED);
            outcome.close = true;
        }
        outcome
    }
}

/// Why a caller is not let in. Clients know the first words.
pub(crate) const UNAUTHORIZED: &str =
    "Undefined or expired access token; send a valid one as X-API-Key or in an access-request";

fn accept(head: &Head, arrivals: Vec<Arrival>, summary: &str) -> Outcome {
    let answer = match head.pragma {
        Pragma::NoResponse => Answer::Silence,
        Pragma::Answer | Pragma::Ping => Answer::Committed(answers::accepted(summary)),
    };
    Outcome {
        answer,
        arrivals,
        close: head.closes,
    }
}

fn refuse(head: &Head, status: &str, why: &str) -> Outcome {
    let answer = match head.pragma {
        Pragma::NoResponse => Answer::Silence,
        Pragma::Answer | Pragma::Ping => Answer::Plain(answers::refused(status, why)),
    };
    Outcome {
        answer,
        arrivals: Vec::new(),
        close: head.closes,
    }
}
