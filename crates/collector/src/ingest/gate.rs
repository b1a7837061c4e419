//! Decides on one body: who may send it, and what it says. Both ways in, the loop in `http` and axum, ask
//! here, and only put the decision into words.

use std::sync::atomic::{AtomicBool, Ordering};

use tnt4_model::{PathHint, Timestamp};

use super::UNAUTHORIZED;
use super::access_request::AccessRequest;
use super::body::{self, Body, MOST_RECORDS, Refusal};
use crate::access::Access;
use crate::store::Arrival;

/// What is known of a body before it is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender<'a> {
    /// The token that came with the request.
    pub(crate) token: Option<&'a str>,
    /// What the path says of the records.
    pub(crate) hint: PathHint,
    /// Whether the sender called the body NDJSON.
    pub(crate) lines: bool,
}

/// What becomes of a body.
#[derive(Debug)]
pub(crate) enum Decision {
    /// The connection is let in; the text is the answer's XML.
    Welcome(String),
    /// It is not; the text is the answer's XML.
    Unwelcome(String),
    /// The sender has no valid token.
    Unauthorized,
    /// One record, to be committed.
    One(Box<Arrival>),
    /// Several, of which some may be refused.
    Several {
        /// Those to be committed.
        arrivals: Vec<Arrival>,
        /// The others.
        refused: Vec<Refusal>,
    },
    /// More than are taken at a time; the text says so.
    TooLarge(String),
    /// No record; the text says why.
    Bad(String),
}

/// Decides. `let_in` belongs to the connection: an access-request sets it, and other requests without a
/// token of their own go by it.
pub(crate) fn decide(access: &Access, let_in: &AtomicBool, sender: Sender<'_>, bytes: &[u8]) -> Decision {
    let token = sender.token.filter(|token| !token.is_empty());
    let bytes = body::trimmed(bytes);
    if bytes.first() == Some(&b'<') {
        return match std::str::from_utf8(bytes).ok().and_then(AccessRequest::parse) {
            Some(request) => admit(access, let_in, &request.token, token),
            None => Decision::Bad("the body begins like XML and is no access-request".to_owned()),
        };
    }
    // Before anything is read: what strangers send costs nothing.
    let may_send = match token {
        Some(token) => access.allows(Some(token)),
        None => let_in.load(Ordering::Relaxed) || access.allows(None),
    };
    if !may_send {
        return Decision::Unauthorized;
    }
    match body::read(bytes, sender.hint, sender.lines, Timestamp::now()) {
        Body::One(arrival) => Decision::One(arrival),
        Body::Several { arrivals, refused } => Decision::Several { arrivals, refused },
        Body::TooMany => Decision::TooLarge(format!(
            "the body has more than {MOST_RECORDS} records; send fewer at a time"
        )),
        Body::Nothing(why) => Decision::Bad(why),
    }
}

/// The token in the body counts; where it has none, that of the request.
fn admit(access: &Access, let_in: &AtomicBool, inside: &str, outside: Option<&str>) -> Decision {
    let token = Some(inside).filter(|token| !token.is_empty()).or(outside);
    let valid = access.allows(token);
    let_in.store(valid, Ordering::Relaxed);
    if valid {
        Decision::Welcome(super::granted(token.unwrap_or_default()))
    } else {
        Decision::Unwelcome(super::refused(UNAUTHORIZED))
    }
}
