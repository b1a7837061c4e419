//! What a chore with several steps did: each step's outcome and time, and one line at the end.
//!
//! A step that fails does not stop the ones after it: one run shows all that is wrong.

use std::time::{Duration, Instant};

/// How a step ended that did not fail.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It ran, and all was well.
    Passed,
    /// It could not run here, for this reason.
    Skipped(String),
}

/// The steps so far.
pub(crate) struct Report {
    chore: &'static str,
    /// Whether a skipped step is a failure.
    strict: bool,
    times: Vec<String>,
    skipped: Vec<String>,
    failed: Vec<String>,
}

impl Report {
    /// An empty report on the chore of this name.
    pub(crate) fn new(chore: &'static str, strict: bool) -> Report {
        Report {
            chore,
            strict,
            times: Vec::new(),
            skipped: Vec::new(),
            failed: Vec::new(),
        }
    }

    /// Runs one step and notes how it ended.
    pub(crate) fn step(&mut self, name: &str, body: impl FnOnce() -> Result<Outcome, String>) {
        let start = Instant::now();
        let outcome = body();
        self.note(name, outcome, start.elapsed());
    }

    /// Prints the end of the report; an error where a step failed.
    pub(crate) fn finish(self) -> Result<(), String> {
        println!();
        for line in self.skipped.iter().chain(&self.failed) {
            println!("{line}");
        }
        let summary = self.summary();
        if self.failed.is_empty() {
            println!("{summary}");
            return Ok(());
        }
        Err(summary)
    }

    fn note(&mut self, name: &str, outcome: Result<Outcome, String>, took: Duration) {
        match outcome {
            Ok(Outcome::Passed) => self.times.push(format!("{name} {:.1} s", took.as_secs_f64())),
            Ok(Outcome::Skipped(reason)) if !self.strict => {
                self.skipped.push(format!("NOT RUN: {name}: {reason}"));
            }
            Ok(Outcome::Skipped(reason)) => {
                self.failed.push(format!(
                    "FAILED: {name}: {reason} (with CI=true nothing may be skipped)"
                ));
            }
            Err(reason) => self.failed.push(format!("FAILED: {name}: {reason}")),
        }
    }

    fn summary(&self) -> String {
        let ran = if self.times.is_empty() {
            String::new()
        } else {
            format!(" ({})", self.times.join(", "))
        };
        format!(
            "{}: {} passed{ran}, {} skipped, {} failed",
            self.chore,
            self.times.len(),
            self.skipped.len(),
            self.failed.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(strict: bool) -> Report {
        let mut report = Report::new("test", strict);
        report.note("rust", Ok(Outcome::Passed), Duration::from_millis(1_250));
        report.note(
            "python",
            Ok(Outcome::Skipped("there is no python3".to_owned())),
            Duration::ZERO,
        );
        report
    }

    #[test]
    fn a_skip_is_counted_and_forgiven() {
        assert_eq!(
            report(false).summary(),
            "test: 1 passed (rust 1.2 s), 1 skipped, 0 failed"
        );
        assert_eq!(report(false).finish(), Ok(()));
    }

    #[test]
    fn a_skip_fails_a_strict_run() {
        let message = report(true).finish().unwrap_err();
        assert_eq!(message, "test: 1 passed (rust 1.2 s), 0 skipped, 1 failed");
    }

    #[test]
    fn the_steps_after_a_failure_still_run() {
        let mut report = Report::new("lint", false);
        report.step("format", || Err("two files differ".to_owned()));
        report.step("clippy", || Ok(Outcome::Passed));
        assert_eq!((report.times.len(), report.failed.len()), (1, 1));
    }
}
