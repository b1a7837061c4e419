//! What to do with one request: its records for the commit, and its answer.

use std::sync::atomic::AtomicBool;

use super::answers::{self, Answer};
use super::head::{Head, Pragma};
use crate::ingest::{self, Decision, Sender, UNAUTHORIZED};
use crate::shared::Shared;
use crate::store::Arrival;

/// Above this size a body is read where it keeps no other connection waiting.
const LARGE: usize = 256 * 1024;

/// What becomes of one request.
pub(super) struct Outcome {
    pub(super) answer: Answer,
    pub(super) arrivals: Vec<Arrival>,
    /// Whether the connection ends with this answer.
    pub(super) close: bool,
}

/// Decides on one request of a connection.
pub(super) fn take(shared: &Shared, let_in: &AtomicBool, head: &Head, body: &[u8]) -> Outcome {
    if let Some(why) = &head.stranger {
        return refuse(head, "403 Forbidden", why);
    }
    if head.pragma == Pragma::Ping && body.is_empty() {
        return outcome(head, Answer::Ping, Vec::new());
    }
    let sender = Sender {
        token: head.token.as_deref(),
        hint: head.hint,
        lines: head.lines,
    };
    let decide = || ingest::decide(&shared.access, let_in, sender, body);
    let decision = if body.len() > LARGE {
        tokio::task::block_in_place(decide)
    } else {
        decide()
    };
    match decision {
        Decision::Welcome(xml) => outcome(head, Answer::Plain(answers::welcome(&xml)), Vec::new()),
        Decision::Unwelcome(xml) => outcome(
            head,
            Answer::Plain(answers::refused("401 Unauthorized", &xml)),
            Vec::new(),
        ),
        Decision::Unauthorized => turn_away(shared, head),
        Decision::One(arrival) => accept(head, vec![*arrival], ""),
        Decision::Several { arrivals, refused } => {
            if let Some(first) = refused.first()
                && head.pragma == Pragma::NoResponse
            {
                shared.notices.lost(refused.len(), &first.reason);
            }
            let summary = ingest::summary(arrivals.len(), &refused);
            accept(head, arrivals, &summary)
        }
        Decision::TooLarge(why) => lose(shared, head, "413 Content Too Large", &why),
        Decision::Bad(why) => lose(shared, head, "400 Bad Request", &why),
    }
}

/// Refuses a request; of one that wants no answer the operator is told.
pub(super) fn lose(shared: &Shared, head: &Head, status: &str, why: &str) -> Outcome {
    if head.pragma == Pragma::NoResponse {
        shared.notices.lost(1, why);
    }
    refuse(head, status, why)
}

fn turn_away(shared: &Shared, head: &Head) -> Outcome {
    let mut outcome = lose(shared, head, "401 Unauthorized", UNAUTHORIZED);
    // Who reads no answer is told by the end of the connection.
    outcome.close |= head.pragma == Pragma::NoResponse;
    outcome
}

fn accept(head: &Head, arrivals: Vec<Arrival>, summary: &str) -> Outcome {
    let answer = match head.pragma {
        Pragma::NoResponse => Answer::Silence,
        Pragma::Answer | Pragma::Ping => Answer::Committed(answers::accepted(summary)),
    };
    outcome(head, answer, arrivals)
}

fn refuse(head: &Head, status: &str, why: &str) -> Outcome {
    let answer = match head.pragma {
        Pragma::NoResponse => Answer::Silence,
        Pragma::Answer | Pragma::Ping => Answer::Plain(answers::refused(status, &format!("{why}\n"))),
    };
    outcome(head, answer, Vec::new())
}

fn outcome(head: &Head, answer: Answer, arrivals: Vec<Arrival>) -> Outcome {
    Outcome {
        answer,
        arrivals,
        close: head.closes,
    }
}
