//! What a broker's reasons mean: for a record, for the connection, for who we are.

use tnt4_mqtt::Reason;

use super::Stop;
use crate::net::words::{Secrets, shown};
use crate::{Setback, Verdict};

/// What a reason about a message means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judgement {
    Verdict(Verdict),
    /// We may not: nobody is asked again until somebody has changed that.
    Refused,
    /// Not now.
    Later,
}

/// What a reason in PUBACK or PUBREC means for the record.
pub(super) fn of_message(reason: Reason) -> Judgement {
    match reason {
        reason if !reason.is_failure() => Judgement::Verdict(Verdict::Done),
        Reason::TOPIC_INVALID | Reason::TOO_LARGE | Reason::PAYLOAD_FORMAT => {
            Judgement::Verdict(Verdict::Rejected(format!("the broker says: {reason}")))
        }
        Reason::NOT_AUTHORIZED => Judgement::Refused,
        _ => Judgement::Later,
    }
}

/// The setback that a message met, in the broker's words.
pub(super) fn setback_of_message(judgement: &Judgement, reason: Reason, topic: &str, words: &str) -> Setback {
    match judgement {
        Judgement::Refused => Setback::Refused {
            why: format!(
                "the broker does not let us publish to {} ({reason}){words}: allow it, or use another topic",
                shown(topic, &Secrets::default())
            ),
        },
        _ => Setback::retry(format!("the broker does not take a message now: {reason}{words}")),
    }
}

/// Why a CONNECT was refused, as a setback.
pub(super) fn of_connect(reason: Reason, words: &str) -> Setback {
    let (refused, remedy) = match reason {
        Reason::CREDENTIALS | Reason::AUTHENTICATION_METHOD => (true, "check user name and password"),
        Reason::NOT_AUTHORIZED => (true, "check user name, password and what the broker allows them"),
        Reason::BANNED => (true, "ask who runs the broker"),
        Reason::CLIENT_ID => (false, "give another client id"),
        Reason::VERSION => (false, "give another version of MQTT"),
        Reason::QOS | Reason::RETAIN | Reason::TOO_LARGE | Reason::TOPIC_INVALID => {
            (false, "the broker does not take what we want to send")
        }
        _ => return Setback::retry(format!("the broker does not let us in now: {reason}{words}")),
    };
    let why = format!("the broker does not let us in: {reason}{words}; {remedy}");
    if refused {
        return Setback::Refused { why };
    }
    Setback::Blocked { why }
}

/// Why the broker ended a connection.
pub(super) fn of_disconnect(reason: Reason, words: &str) -> Stop {
    let why = format!("the broker ended the connection: {reason}{words}");
    match reason {
        Reason::NOT_AUTHORIZED | Reason::BANNED => Stop::Setback(Setback::Refused { why }),
        Reason::TAKEN_OVER => Stop::Setback(Setback::Blocked {
            why: format!("{why}; somebody else uses our client id: each needs one of its own"),
        }),
        // It may be for what was sent last.
        Reason::UNSPECIFIED
        | Reason::MALFORMED
        | Reason::PROTOCOL_ERROR
        | Reason::IMPLEMENTATION
        | Reason::TOPIC_INVALID
        | Reason::RECEIVE_MAXIMUM
        | Reason::TOO_LARGE
        | Reason::PAYLOAD_FORMAT => Stop::Ended(why),
        _ => Stop::Setback(Setback::retry(why)),
    }
}
