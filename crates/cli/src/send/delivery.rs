//! From the input to the stream, then the wait for the last acknowledgement.
//!
//! It looks around ten times a second, whatever it waits for: for a signal, for a problem that only people
//! can solve, and to show how far it is.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tnt4::{Dropped, Stream};

use super::account::{Account, Stop, Unit};
use super::cause::Cause;
use super::input::Input;
use super::lines::Line;
use super::template::Template;
use crate::Printer;
use crate::query::grouped;
use crate::signals::Watch;

/// How often it looks around.
const PACE: Duration = Duration::from_millis(100);

/// How long it goes on trying after a signal.
const GRACE: Duration = Duration::from_secs(2);

/// A delivery under way.
pub(super) struct Delivery<'a> {
    stream: Stream,
    template: Template,
    timeout: Duration,
    watch: Watch,
    printer: &'a mut Printer,
    looked: Instant,
    lines: u64,
    too_large: u64,
    problem: Option<String>,
    announced: bool,
    stop: Option<Stop>,
}

impl<'a> Delivery<'a> {
    pub(super) fn new(
        stream: Stream,
        template: Template,
        timeout: Duration,
        watch: Watch,
        printer: &'a mut Printer,
    ) -> Self {
        Delivery {
            stream,
            template,
            timeout,
            watch,
            printer,
            looked: Instant::now(),
            lines: 0,
            too_large: 0,
            problem: None,
            announced: false,
            stop: None,
        }
    }

    /// Sends everything there is, and waits until it is settled or has to stop.
    pub(super) fn run(&mut self, input: &Receiver<Input>) -> &mut Self {
        let outcome = self.feed(input).and_then(|()| self.wait(self.timeout));
        if let Err(stop) = outcome {
            if let Stop::Signal(_) = stop {
                // A second signal ends this wait; there is nothing more to learn of it.
                let _ = self.wait(GRACE);
            }
            self.stop = Some(stop);
        }
        self
    }

    /// What became of it. The stream takes no more.
    pub(super) fn finish(&mut self, unit: Unit) -> Account {
        // The command has waited as long as it may, and the account tells what is left.
        let _ = self.stream.close(Duration::ZERO);
        let stats = self.stream.stats();
        Account {
            unit,
            lines: self.lines,
            acknowledged: stats.acknowledged,
            rejected: stats.dropped.by(Dropped::Rejected),
            too_large: self.too_large,
            problem: self.problem.take(),
            stop: self.stop.take(),
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
        let mut taken = self.stream.stats().acknowledged;
        let mut since = Instant::now();
        loop {
            match self.stream.send_waiting(self.template.event(line), PACE) {
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

    /// Waits until everything is settled.
    fn wait(&mut self, timeout: Duration) -> Result<(), Stop> {
        let until = Instant::now() + timeout;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let flushed = self.stream.flush(left.min(PACE));
            self.note(flushed.problem());
            if self.stream.stats().pending == 0 {
                return Ok(());
            }
            if left.is_zero() {
                return Err(Stop::TimeIsUp);
            }
            self.look()?;
        }
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
        self.note(flushed.problem());
        if let Some(problem) = self.problem.as_deref() {
            let cause = Cause::of(problem);
            if cause.is_final() && self.stream.stats().pending > 0 {
                return Err(Stop::NoUse);
            }
            if cause != Cause::Slow && !std::mem::replace(&mut self.announced, true) {
                let seconds = self.timeout.as_secs();
                self.printer
                    .say(&format!("tnt4: trying for up to {seconds} s: {problem}"));
            }
        }
        let (lines, taken) = (self.lines, self.stream.stats().acknowledged);
        self.printer
            .progress(|| format!("{} lines read, {} acknowledged", grouped(lines), grouped(taken)));
        Ok(())
    }

    /// Keeps the last problem; that there is no answer yet is none beside another.
    fn note(&mut self, problem: Option<&str>) {
        if let Some(problem) = problem
            && (self.problem.is_none() || Cause::of(problem) != Cause::Slow)
        {
            self.problem = Some(problem.to_owned());
        }
    }
}
