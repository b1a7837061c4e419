//! What became of the lines, in words and as an exit code.

use std::path::PathBuf;

use tnt4::{Inherited, ProblemKind};

use crate::cause;
use crate::query::grouped;
use crate::signals::Signal;
use crate::{Exit, Failure, Printer};

/// What became of the lines.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) unit: Unit,
    /// How many were read.
    pub(super) lines: u64,
    pub(super) acknowledged: u64,
    /// How many the server said it will never take.
    pub(super) rejected: u64,
    /// How many are longer than a record can be, with what goes with them.
    pub(super) too_large: u64,
    /// How many wait on disk for the next start.
    pub(super) kept: u64,
    /// What stood in the way last.
    pub(super) problem: Option<String>,
    pub(super) problem_kind: Option<ProblemKind>,
    /// Why it ended before everything was settled.
    pub(super) stop: Option<Stop>,
    pub(super) others: Others,
}

/// What earlier senders had left, and what became of it.
#[derive(Debug, Default)]
pub(super) struct Others {
    pub(super) inherited: Inherited,
    /// Where it lies.
    pub(super) folder: Option<PathBuf>,
}

/// Who is to have them.
pub(super) struct Receiver {
    /// The address as it may be shown.
    pub(super) origin: String,
    /// What one of them is.
    pub(super) noun: &'static str,
    /// Whether anybody says that they have arrived.
    pub(super) acknowledges: bool,
}

/// What was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Message,
    Lines,
}

/// Why it ended before everything was settled.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Signal(Signal),
    /// The input cannot be read any further.
    Input(String),
    /// The server did not acknowledge everything in time.
    TimeIsUp,
    /// Only people can help.
    NoUse,
}

impl Account {
    /// Says it, and how the command ends.
    pub(super) fn tell(&self, receiver: &Receiver, printer: &mut Printer) -> Result<Exit, Failure> {
        if let Some(line) = self.others.line() {
            printer.say(&line);
        }
        if self.missing() == 0 && self.stop.is_none() {
            if self.lines == 0 {
                printer.say("nothing to send: the input is empty");
            } else {
                let what = counted(self.lines, receiver.noun);
                let origin = &receiver.origin;
                printer.say(&match receiver.acknowledges {
                    true => format!("{what} acknowledged by {origin}"),
                    false => format!("{what} sent to {origin}, which acknowledges nothing at QoS 0"),
                });
            }
            return Ok(Exit::Done);
        }
        Err(Failure::new(self.exit(), self.words()))
    }

    fn missing(&self) -> u64 {
        self.lines.saturating_sub(self.acknowledged)
    }

    fn exit(&self) -> Exit {
        match &self.stop {
            Some(Stop::Signal(signal)) => signal.exit(),
            Some(Stop::Input(_)) => Exit::NotDone,
            Some(Stop::TimeIsUp | Stop::NoUse) => cause::exit(self.problem_kind),
            None => Exit::NotDone,
        }
    }

    fn words(&self) -> String {
        let why = match &self.stop {
            Some(Stop::Signal(Signal::Interrupt)) => "interrupted: ".to_owned(),
            Some(Stop::Signal(Signal::Terminate)) => "terminated: ".to_owned(),
            Some(Stop::Input(error)) => format!("the input cannot be read any further ({error}): "),
            Some(Stop::TimeIsUp | Stop::NoUse) | None => String::new(),
        };
        format!("{why}{}", self.what())
    }

    fn what(&self) -> String {
        let problem = match &self.problem {
            Some(problem) => format!(": {problem}"),
            None => String::new(),
        };
        if self.missing() == 0 {
            return match self.lines {
                1 => "the one line that was read was acknowledged".to_owned(),
                lines => format!("all {lines} lines that were read were acknowledged"),
            };
        }
        if self.unit == Unit::Message {
            let kept = if self.kept > 0 {
                ", and is kept on disk for the next start"
            } else {
                ""
            };
            return format!("the event was not acknowledged{kept}{problem}");
        }
        let mut what = match self.lines {
            1 => "the line was not acknowledged".to_owned(),
            lines => format!(
                "{} of the {lines} lines read were not acknowledged",
                self.missing()
            ),
        };
        for (count, fate) in [(self.rejected, "rejected"), (self.too_large, "too large")] {
            if count > 0 {
                what.push_str(&format!(", {count} {fate}"));
            }
        }
        // The stream settles its records in their order.
        let settled = self.acknowledged + self.rejected + self.too_large;
        if settled < self.lines && self.lines > 1 {
            what.push_str(&format!(", all from line {} on", settled + 1));
        }
        if self.kept > 0 {
            what.push_str(&format!(", {} kept on disk for the next start", self.kept));
        }
        what + &problem
    }
}

impl Others {
    /// What there is to say; nothing where they had left nothing.
    fn line(&self) -> Option<String> {
        let Inherited {
            acknowledged,
            dropped,
            pending,
            more,
            ..
        } = self.inherited;
        if acknowledged + dropped + pending == 0 {
            return None;
        }
        let were = if acknowledged == 1 { "was" } else { "were" };
        let mut line = format!(
            "{} of earlier senders {were} delivered",
            counted(acknowledged, "record")
        );
        if dropped > 0 {
            line.push_str(&format!("; {} rejected or damaged", grouped(dropped)));
        }
        if pending > 0 || more {
            let or_more = if more { " or more" } else { "" };
            let are = if pending == 1 && !more { "is" } else { "are" };
            line.push_str(&format!("; {}{or_more} {are} left", grouped(pending)));
            if let Some(folder) = &self.folder {
                line.push_str(&format!(" in {}", folder.display()));
            }
        }
        Some(line)
    }
}

fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(lines: u64, acknowledged: u64) -> Account {
        Account {
            unit: Unit::Lines,
            lines,
            acknowledged,
            rejected: 0,
            too_large: 0,
            kept: 0,
            problem: None,
            problem_kind: None,
            stop: None,
            others: Others::default(),
        }
    }

    #[test]
    fn what_is_missing_is_counted_and_placed() {
        let lost = Account {
            problem_kind: Some(ProblemKind::Unreachable),
            problem: Some("cannot connect to h (refused): is the server running?".to_owned()),
            stop: Some(Stop::TimeIsUp),
            ..account(20, 8)
        };
        assert_eq!(
            lost.words(),
            "12 of the 20 lines read were not acknowledged, all from line 9 on: cannot connect to h (refused): is the server running?"
        );
        assert_eq!(lost.exit(), Exit::Unreachable);
        let rejected = Account {
            rejected: 2,
            problem_kind: Some(ProblemKind::Rejected),
            problem: Some("400 Bad Request: no name".to_owned()),
            ..account(20, 18)
        };
        assert_eq!(
            rejected.words(),
            "2 of the 20 lines read were not acknowledged, 2 rejected: 400 Bad Request: no name"
        );
        assert_eq!(rejected.exit(), Exit::NotDone);
    }

    #[test]
    fn a_signal_decides_the_code() {
        let ended = |signal, acknowledged| Account {
            stop: Some(Stop::Signal(signal)),
            ..account(3, acknowledged)
        };
        assert_eq!(
            ended(Signal::Interrupt, 3).words(),
            "interrupted: all 3 lines that were read were acknowledged"
        );
        assert_eq!(
            ended(Signal::Terminate, 1).words(),
            "terminated: 2 of the 3 lines read were not acknowledged, all from line 2 on"
        );
        assert_eq!(
            (
                ended(Signal::Interrupt, 3).exit(),
                ended(Signal::Terminate, 1).exit()
            ),
            (Exit::Interrupted, Exit::Terminated)
        );
    }

    #[test]
    fn what_is_kept_is_said() {
        let kept = |unit, lines| Account {
            unit,
            kept: lines,
            stop: Some(Stop::TimeIsUp),
            problem_kind: Some(ProblemKind::Unreachable),
            problem: Some("cannot connect".to_owned()),
            ..account(lines, 0)
        };
        assert_eq!(
            kept(Unit::Message, 1).words(),
            "the event was not acknowledged, and is kept on disk for the next start: cannot connect"
        );
        assert_eq!(
            kept(Unit::Lines, 3).words(),
            "3 of the 3 lines read were not acknowledged, all from line 1 on, 3 kept on disk for the next start: cannot connect"
        );
    }

    #[test]
    fn nothing_is_said_of_others_who_left_nothing() {
        assert_eq!(Others::default().line(), None);
    }
}
