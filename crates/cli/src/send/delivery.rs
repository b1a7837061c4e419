//! From the input to the stream, then the wait for the last acknowledgement.
//!
//! It looks around ten times a second, whatever it waits for: for a signal, for a problem that only people
//! can solve, and to show how far it is.
//!
//! With a spool the stream also delivers what earlier ones have left, beside these lines. All counts here are those
//! of the lines alone; once they are settled, the others have the rest of the time.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tnt4::{Dropped, Flushed, Inherited, ProblemKind, Stream};

use super::account::{Account, Others, Stop, Unit};
use super::input::Input;
use super::lines::Line;
use super::outgoing::Outgoing;
use crate::Printer;
use crate::cause;
use crate::query::grouped;
use crate::signals::Watch;

/// How often it looks around.
const PACE: Duration = Duration::from_millis(100);

/// How often it looks whether what others have left is settled.
const SHORT_PACE: Duration = Duration::from_millis(5);

/// How long it goes on trying after a signal.
const GRACE: Duration = Duration::from_secs(2);

/// A delivery under way.
pub(super) struct Delivery<'a> {
    stream: Stream,
    outgoing: Outgoing,
    timeout: Duration,
    watch: Watch,
    printer: &'a mut Printer,
    looked: Instant,
    lines: u64,
    rejected: u64,
    too_large: u64,
    problem: Option<String>,
    problem_kind: Option<ProblemKind>,
    announced: bool,
    stop: Option<Stop>,
}

impl<'a> Delivery<'a> {
    pub(super) fn new(
        stream: Stream,
        outgoing: Outgoing,
        timeout: Duration,
        watch: Watch,
        printer: &'a mut Printer,
    ) -> Self {
        Delivery {
            stream,
            outgoing,
            timeout,
            watch,
            printer,
            looked: Instant::now(),
            lines: 0,
            rejected: 0,
            too_large: 0,
            problem: None,
            problem_kind: None,
            announced: false,
            stop: None,
        }
    }

    /// Sends everything there is, and waits until it is settled or has to stop.
    pub(super) fn run(&mut self, input: &Receiver<Input>) -> &mut Self {
        let outcome = self.feed(input).and_then(|()| {
            let until = Instant::now() + self.timeout;
            self.wait(until)?;
            self.wait_for_others(until)
        });
        if let Err(stop) = outcome {
            if let Stop::Signal(_) = stop {
                // A second signal ends this wait; there is nothing more to learn of it.
                let _ = self.wait(Instant::now() + GRACE);
            }
            self.stop = Some(stop);
        }
        self
    }

    /// What became of it. The stream takes no more.
    pub(super) fn finish(&mut self, unit: Unit) -> Account {
        let stats = self.stream.stats();
        let others = Others {
            inherited: stats.inherited,
            folder: self.stream.folder(),
        };
        // The command has waited as long as it may, and the account tells what is left.
        let outcome = self.stream.close(Duration::ZERO);
        self.rejected += outcome.rejected();
        Account {
            unit,
            lines: self.lines,
            acknowledged: self.acknowledged(),
            rejected: self.rejected,
            too_large: self.too_large,
            kept: outcome.kept(),
            problem: self.problem.take(),
            problem_kind: self.problem_kind,
            stop: self.stop.take(),
            others,
        }
    }

    fn feed(&mut self, input: &Receiver<Input>) -> Result<(), Stop> {
        loop {
            match input.recv_timeout(PACE) {
                Ok(Input::Lines(lines)) => {
                    for line in lines {
                        self.offer(&line)?;
                    }
                    self.look_in_time()?;
                }
                Ok(Input::Failed(error)) => return Err(Stop::Input(error.to_string())),
                Err(RecvTimeoutError::Timeout) => self.look()?,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    /// Waits for room, as long as the server goes on taking records.
    fn offer(&mut self, line: &Line) -> Result<(), Stop> {
        self.lines += 1;
        // What the server takes of others shows as well that it is at work.
        let mut taken = self.stream.stats().acknowledged;
        let mut since = Instant::now();
        loop {
            match self.outgoing.offer(&self.stream, line, PACE) {
                Ok(()) => return Ok(()),
                Err(Dropped::RecordTooLarge) => {
                    self.too_large += 1;
                    return Ok(());
                }
                Err(_) => self.look()?,
            }
            let now_taken = self.stream.stats().acknowledged;
            if now_taken > taken {
                (taken, since) = (now_taken, Instant::now());
            } else if since.elapsed() >= self.timeout {
                return Err(Stop::TimeIsUp);
            }
        }
    }

    /// Waits until all lines are settled.
    fn wait(&mut self, until: Instant) -> Result<(), Stop> {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let flushed = self.stream.flush(left.min(PACE));
            self.note(&flushed);
            if self.pending() == 0 {
                return Ok(());
            }
            if left.is_zero() {
                return Err(Stop::TimeIsUp);
            }
            self.look()?;
        }
    }

    /// Waits until what others have left is settled, as long as there is time and hope.
    fn wait_for_others(&mut self, until: Instant) -> Result<(), Stop> {
        loop {
            let Inherited { pending, more, .. } = self.stream.stats().inherited;
            let hopeless = self.stream.problem_kind().is_some_and(cause::is_final);
            if (pending == 0 && !more) || hopeless || Instant::now() >= until {
                return Ok(());
            }
            std::thread::sleep(SHORT_PACE);
            self.look_in_time()?;
        }
    }

    /// How many lines the server has.
    fn acknowledged(&self) -> u64 {
        let stats = self.stream.stats();
        stats.acknowledged.saturating_sub(stats.inherited.acknowledged)
    }

    /// How many lines wait, or are on their way.
    fn pending(&self) -> u64 {
        let stats = self.stream.stats();
        stats.pending.saturating_sub(stats.inherited.pending)
    }

    fn look_in_time(&mut self) -> Result<(), Stop> {
        if self.looked.elapsed() < PACE {
            return Ok(());
        }
        self.look()
    }

    fn look(&mut self) -> Result<(), Stop> {
        self.looked = Instant::now();
        if let Some(signal) = self.watch.poll() {
            return Err(Stop::Signal(signal));
        }
        let flushed = self.stream.flush(Duration::ZERO);
        self.note(&flushed);
        if let (Some(problem), Some(kind)) = (self.problem.as_deref(), self.problem_kind) {
            if cause::is_final(kind) && self.pending() > 0 {
                return Err(Stop::NoUse);
            }
            if kind != ProblemKind::Unanswered
                && self.pending() > 0
                && !std::mem::replace(&mut self.announced, true)
            {
                let seconds = self.timeout.as_secs();
                self.printer
                    .say(&format!("tnt4: trying for up to {seconds} s: {problem}"));
            }
        }
        let (lines, taken) = (self.lines, self.acknowledged());
        self.printer
            .progress(|| format!("{} lines read, {} acknowledged", grouped(lines), grouped(taken)));
        Ok(())
    }

    /// Counts what was rejected, which is told once, and keeps the last problem; that there is no answer yet is none
    /// beside another.
    fn note(&mut self, flushed: &Flushed) {
        self.rejected += flushed.rejected();
        if let Some(problem) = flushed.problem()
            && (self.problem.is_none() || flushed.problem_kind() != Some(ProblemKind::Unanswered))
        {
            self.problem = Some(problem.to_owned());
            self.problem_kind = flushed.problem_kind();
        }
    }
}
