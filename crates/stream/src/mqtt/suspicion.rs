//! Messages for which a broker ends the connection.
//!
//! A broker of 3.1.1 has no words for "too large" or "not allowed": it closes. So the first message that was unanswered
//! when a connection ended is suspected, and goes alone. Where a new connection ends with that message, and nothing else,
//! on its way, and then another one, the record is rejected, and the others go on.
//!
//! Where that happens to record after record without any being acknowledged in between, it is not the records: the broker
//! may close on every topic that we are not allowed. Then everything is kept, and somebody has to look.

use super::session::is_same;
use crate::Record;

/// How many connections a message has to end alone.
const ALONE: u32 = 2;

/// How many records may be rejected that way, one after the other.
const IN_A_ROW: u32 = 8;

/// Who is suspected.
#[derive(Default)]
pub(super) struct Suspicion {
    suspect: Option<Record>,
    strikes: u32,
    rejected: u32,
}

/// What to do about the first unanswered message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sentence {
    /// Try again.
    None,
    /// It is rejected.
    Rejected,
    /// It is kept with all others: it is not its fault.
    Refused,
}

impl Suspicion {
    /// A message was acknowledged.
    pub(super) fn answered(&mut self) {
        self.rejected = 0;
        self.suspect = None;
    }

    /// A connection has ended, and this was its first unanswered message. `alone` says that the connection was new and
    /// nothing else was sent on it.
    pub(super) fn ended(&mut self, first: &Record, alone: bool) -> Sentence {
        if !self
            .suspect
            .as_ref()
            .is_some_and(|suspect| is_same(suspect, first))
        {
            self.suspect = Some(first.again());
            self.strikes = 0;
        }
        self.strikes += u32::from(alone);
        if self.strikes < ALONE {
            return Sentence::None;
        }
        self.strikes = 0;
        if self.rejected >= IN_A_ROW {
            return Sentence::Refused;
        }
        self.rejected += 1;
        self.suspect = None;
        Sentence::Rejected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(text: &str) -> Record {
        Record::alone(0, text.as_bytes().to_vec())
    }

    #[test]
    fn only_who_ends_two_connections_alone_is_rejected() {
        let mut suspicion = Suspicion::default();
        let (one, other) = (record("1"), record("2"));
        assert_eq!(suspicion.ended(&one, false), Sentence::None);
        assert_eq!(suspicion.ended(&one, true), Sentence::None);
        assert_eq!(suspicion.ended(&other, true), Sentence::None);
        assert_eq!(suspicion.ended(&one, true), Sentence::None);
        assert_eq!(suspicion.ended(&one, true), Sentence::Rejected);
    }

    #[test]
    fn where_nothing_goes_nothing_is_rejected_for_long() {
        let mut suspicion = Suspicion::default();
        let mut sentences = Vec::new();
        for number in 0..10 {
            let record = record(&number.to_string());
            assert_eq!(suspicion.ended(&record, true), Sentence::None);
            sentences.push(suspicion.ended(&record, true));
        }
        assert!(
            sentences[..8]
                .iter()
                .all(|sentence| *sentence == Sentence::Rejected)
        );
        assert_eq!(sentences[8..], [Sentence::Refused, Sentence::Refused]);
        suspicion.answered();
        assert_eq!(suspicion.ended(&record("x"), true), Sentence::None);
        assert_eq!(suspicion.ended(&record("x"), true), Sentence::Rejected);
    }
}
