//! Hears what each call answered, and says in the end whether everything adds up.
//!
//! | | what must hold |
//! |---|---|
//! | I1 | every accepted event was delivered, at least once |
//! | I2 | nothing was delivered that was not issued, or that was refused |
//! | I3 | every event is what was issued, to the byte |
//! | I4 | all copies of an event are alike, its `tnt4-id` included, and no two events share one |
//! | I5 | issued = delivered + dropped, and the stream's own books say the same |
//! | I6 | after the faults a fresh event gets through ([`Oracle::send_fresh`]) |
//! | I7 | no call took long ([`Oracle::worst_call`]) or panicked (which ends the test) |

mod findings;
mod stopwatch;

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tnt4::{Dropped, Event, Stats, Stream};

use self::findings::Findings;
use crate::{Play, Shape, Sink};

/// Issues the events of one play, from any thread, and judges.
#[derive(Debug)]
pub struct Oracle {
    play: Play,
    issued: AtomicU64,
    refused: Mutex<HashMap<u64, Dropped>>,
    worst_nanos: AtomicU64,
}

impl Oracle {
    /// For a play that the seed names.
    #[must_use]
    pub fn new(seed: u64, shape: Shape) -> Self {
        Oracle {
            play: Play { id: seed, shape },
            issued: AtomicU64::new(0),
            refused: Mutex::default(),
            worst_nanos: AtomicU64::new(0),
        }
    }

    /// The play.
    #[must_use]
    pub fn play(&self) -> Play {
        self.play
    }

    /// How many events have been issued.
    #[must_use]
    pub fn issued(&self) -> u64 {
        self.issued.load(Ordering::SeqCst)
    }

    /// An event that nobody has issued before, and its number. Whoever gets it tells [what became of
    /// it](Self::told).
    pub fn issue(&self) -> (u64, Event) {
        let number = self.issued.fetch_add(1, Ordering::SeqCst);
        (number, self.play.event(number))
    }

    /// Another process issues the next `count` events of this play, and accepts them all.
    pub fn issued_elsewhere(&self, count: u64) {
        self.issued.fetch_add(count, Ordering::SeqCst);
    }

    /// What the stream answered to the event of this number.
    pub fn told(&self, number: u64, outcome: Result<(), Dropped>) {
        if let Err(reason) = outcome {
            self.refused.lock().unwrap().insert(number, reason);
        }
    }

    /// Issues an event and sends it.
    ///
    /// # Errors
    /// What the stream said.
    pub fn send(&self, stream: &Stream) -> Result<(), Dropped> {
        let (number, event) = self.issue();
        let (outcome, took) = stopwatch::time(|| stream.send(event));
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.worst_nanos.fetch_max(nanos, Ordering::Relaxed);
        self.told(number, outcome);
        outcome
    }

    /// Sends one more event, when all that is pending has been settled; each step must be within the time.
    /// A queue that was full may need a moment until it takes records again.
    pub fn send_fresh(&self, stream: &Stream, timeout: Duration) {
        self.flush(stream, timeout);
        let (number, event) = self.issue();
        let outcome = stream.send_waiting(event, timeout);
        self.told(number, outcome);
        assert_eq!(outcome, Ok(()), "{}: I6", self.named());
        self.flush(stream, timeout);
    }

    fn flush(&self, stream: &Stream, timeout: Duration) {
        let outcome = stream.flush(timeout);
        let rejected = outcome.rejected();
        assert_eq!(
            outcome.unacknowledged(),
            rejected,
            "{}: I6: {outcome}",
            self.named()
        );
    }

    /// The longest that a call of [`send`](Self::send) took, without its waits for a processor.
    #[must_use]
    pub fn worst_call(&self) -> Duration {
        Duration::from_nanos(self.worst_nanos.load(Ordering::Relaxed))
    }

    /// How many events were refused for this reason.
    #[must_use]
    pub fn refused(&self, reason: Dropped) -> u64 {
        let refused = self.refused.lock().unwrap();
        refused.values().filter(|other| **other == reason).count() as u64
    }

    /// Judges what the sink has, where other processes sent it, and all was accepted and is to have arrived.
    ///
    /// # Panics
    /// Where something does not add up; it says what, and the seed.
    pub fn judge(&self, sink: &Sink) {
        self.verdict(sink).unwrap_or_else(|findings| panic!("{findings}"));
    }

    /// As [`judge`](Self::judge), for whoever expects that something is wrong.
    ///
    /// # Errors
    /// What does not add up, and the seed.
    pub fn verdict(&self, sink: &Sink) -> Result<(), String> {
        let (mut findings, missing) = self.compare(sink);
        findings.add_all("I1: accepted, and never delivered", missing);
        findings.told(&self.named())
    }

    /// Judges what the sink has, and what the one stream says that sent it.
    ///
    /// # Panics
    /// As [`judge`](Self::judge).
    pub fn judge_with(&self, sink: &Sink, stats: &Stats) {
        let (mut findings, missing) = self.compare(sink);
        let left = stats.pending + stats.dropped.by(Dropped::LeftAtClose);
        if missing.len() as u64 > left {
            findings.add_all("I1: accepted, and neither delivered nor counted", missing);
        }
        let issued = self.issued();
        let dropped = stats.dropped.total();
        let known = stats.acknowledged + dropped + stats.pending;
        if stats.enqueued != issued || known != issued + stats.inherited.adopted {
            findings.add("I5: the books do not add up to what was issued", issued);
        }
        // What is left may have been delivered without an answer; nothing else is in doubt.
        let delivered = sink.book().different(self.play.id);
        if delivered + dropped + stats.pending < issued
            || delivered + dropped - (left - stats.pending) > issued
        {
            findings.add(
                "I5: issued is not delivered and dropped, delivered are",
                delivered,
            );
        }
        for reason in [Dropped::QueueFull, Dropped::RecordTooLarge, Dropped::Closed] {
            if stats.dropped.by(reason) != self.refused(reason) {
                findings.add(
                    &format!("I5: {} is not what callers heard", reason.name()),
                    self.refused(reason),
                );
            }
        }
        let told = findings.told(&format!("{}, {stats:?}", self.named()));
        told.unwrap_or_else(|findings| panic!("{findings}"));
    }

    /// What can be said without the stream, and the numbers of the accepted events that are not there.
    fn compare(&self, sink: &Sink) -> (Findings, Vec<u64>) {
        let (mut findings, mut missing) = (Findings::default(), Vec::new());
        let (book, refused, issued) = (sink.book(), self.refused.lock().unwrap(), self.issued());
        let lines = book.lines(self.play.id);
        let mut ids = HashSet::new();
        for number in 0..issued.max(lines.len() as u64) {
            let line = lines.get(number as usize).filter(|line| line.copies > 0);
            match line {
                None if refused.contains_key(&number) || sink.poisons(number) => {}
                None => missing.push(number),
                Some(_) if number >= issued => findings.add("I2: never issued, and delivered", number),
                Some(_) if refused.contains_key(&number) => {
                    findings.add("I2: refused, and delivered", number);
                }
                Some(line) => {
                    if line.checksum != self.play.checksum(number) {
                        findings.add("I3: not what was issued", number);
                    }
                    if !ids.insert(line.id) {
                        findings.add("I4: the tnt4-id of another event", number);
                    }
                }
            }
        }
        findings.add_all("I2: nobody's", book.strangers.iter());
        findings.add_all("I4: a copy that is not like the first", book.changed.iter());
        (findings, missing)
    }

    fn named(&self) -> String {
        format!("TNT4_SEED={}", self.play.id)
    }
}
