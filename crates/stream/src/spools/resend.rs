//! Dead letters are sent again, byte for byte and to their topics, by the transport of a stream.
//!
//! What arrives is taken out of the file of letters, and what does not stays there as it was: a server that rejects
//! a letter again has not said anything new. Whoever is killed meanwhile sends some letters twice.

use std::cell::RefCell;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use super::error::Cause;
use super::{Destination, SpoolsError};
use crate::back_off::BackOff;
use crate::batch::{Batch, Desk};
use crate::record::Record;
use crate::spool::{Collected, Reader, listing};
use crate::{ProblemKind, Setback, Stream, Transport, Verdict, own_thread};

/// So many letters go in a batch, or so many bytes, whichever comes first.
const RECORDS: usize = 500;
const BYTES: usize = 512 * 1024;

/// How long it sleeps at once while it waits before another attempt.
const NAP: Duration = Duration::from_millis(100);

/// Sends dead letters again.
pub struct Resender<'a> {
    transport: Box<dyn Transport>,
    back_off: BackOff,
    patience: Duration,
    stop: &'a dyn Fn() -> bool,
    has_given_up: bool,
    resent: Resent,
}

/// What became of the letters.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Resent {
    /// How many the server has taken. They are no dead letters any more.
    pub arrived: u64,
    /// How many it has rejected again.
    pub rejected: u64,
    /// How many were not sent, or had no answer.
    pub left: u64,
    /// How many files were left alone, as living processes write to them.
    pub alive: u64,
    /// What stood in the way last, in words; or why a letter was rejected.
    pub problem: Option<String>,
    /// Of what kind that is.
    pub problem_kind: Option<ProblemKind>,
    /// What could not be read or changed on disk, in words.
    pub problems: Vec<String>,
}

impl<'a> Resender<'a> {
    /// Sends to where `stream` does, under its token, by a connection of its own. It gives up when nothing was
    /// answered for as long as `patience`, when the server does not let it in, or when `stop` says so.
    ///
    /// # Errors
    /// [`SpoolsError`], where the stream was given a transport of its own.
    pub fn new(stream: &Stream, patience: Duration, stop: &'a dyn Fn() -> bool) -> Result<Self, SpoolsError> {
        Ok(Resender {
            transport: stream.another_transport().ok_or(Cause::NoTransport)?,
            back_off: BackOff::default(),
            patience,
            stop,
            has_given_up: false,
            resent: Resent::default(),
        })
    }

    /// Sends what was rejected for this destination by streams that are dead.
    ///
    /// # Errors
    /// [`SpoolsError`], where the folder itself cannot be used. What else goes wrong is in the outcome.
    pub fn resend(&mut self, destination: &Destination) -> Result<(), SpoolsError> {
        for file in listing::dead_letters(destination.folder())? {
            if let Err(error) = self.resend_file(destination.folder(), &file.path) {
                self.resent.problems.push(error.to_string());
            }
        }
        Ok(())
    }

    /// What became of all letters.
    #[must_use]
    pub fn finish(self) -> Resent {
        self.resent
    }

    fn resend_file(&mut self, destination: &Path, path: &Path) -> Result<(), SpoolsError> {
        let Some(author) = listing::author(path) else {
            return Ok(());
        };
        // Held until the file has been rewritten, so that nobody takes the stream over and appends meanwhile. Where the
        // folder is gone, nobody can.
        let folder = listing::adopt(destination, author)?;
        if folder.is_none() && listing::is_owned(destination, author)? {
            self.resent.alive += 1;
            return Ok(());
        }
        let Some(collected) = Collected::try_take(path)? else {
            return Ok(());
        };
        let mut reader = Reader::open(path)?;
        let mut arrived = Vec::new();
        loop {
            let (letters, places) = next_batch(&mut reader).map_err(SpoolsError::io("read", path))?;
            if letters.is_empty() {
                break;
            }
            let verdicts = self.deliver(&letters);
            for (verdict, place) in verdicts.iter().zip(places) {
                match verdict {
                    Some(Verdict::Done) => arrived.push(place),
                    Some(Verdict::Rejected(_)) => self.resent.rejected += 1,
                    None => self.resent.left += 1,
                }
            }
        }
        let count = arrived.len() as u64;
        collected.remove(&arrived)?;
        self.resent.arrived += count;
        drop(folder);
        Ok(())
    }

    /// What the server says about each of them; `None` where it has said nothing, and it is of no use to wait.
    fn deliver(&mut self, letters: &[Record]) -> Vec<Option<Verdict>> {
        let desk = Verdicts {
            verdicts: RefCell::new(vec![None; letters.len()]),
            stop: self.stop,
        };
        let mut progress = Instant::now();
        while !self.has_given_up && !desk.is_abandoned() {
            let unsettled = desk.unsettled(letters);
            if unsettled.is_empty() {
                break;
            }
            let mut batch = Batch::new(&unsettled, &desk);
            let marked = own_thread::Marked::new();
            let outcome = self.transport.deliver(&mut batch);
            drop(marked);
            let account = batch.into_account();
            if let Some(reason) = account.last_rejection {
                self.resent.problem = Some(reason);
                self.resent.problem_kind = Some(ProblemKind::Rejected);
            }
            if account.unsettled < unsettled.len() {
                progress = Instant::now();
                self.back_off.reset();
            }
            if account.unsettled == 0 {
                continue;
            }
            let setback = outcome
                .err()
                .unwrap_or_else(|| Setback::retry("the transport gave no answer for some records"));
            self.resent.problem = Some(setback.why().to_owned());
            self.resent.problem_kind = Some(setback.kind());
            let asked = match &setback {
                Setback::Retry { after, .. } => *after,
                Setback::Refused { .. } | Setback::Blocked { .. } => {
                    self.has_given_up = true;
                    break;
                }
            };
            let until = Instant::now() + self.back_off.next(asked);
            self.has_given_up |= until.duration_since(progress) > self.patience;
            while !self.has_given_up && Instant::now() < until && !(self.stop)() {
                std::thread::sleep(NAP);
            }
        }
        desk.verdicts.into_inner()
    }
}

/// Collects what the server says.
struct Verdicts<'a> {
    verdicts: RefCell<Vec<Option<Verdict>>>,
    stop: &'a dyn Fn() -> bool,
}

impl Verdicts<'_> {
    fn unsettled(&self, letters: &[Record]) -> Vec<Record> {
        let verdicts = self.verdicts.borrow();
        let unsettled = letters.iter().zip(verdicts.iter());
        unsettled
            .filter(|(_, verdict)| verdict.is_none())
            .map(|(letter, _)| letter.again())
            .collect()
    }
}

impl Desk for Verdicts<'_> {
    fn settle(&self, verdicts: &[(&Record, Verdict)]) {
        let mut known = self.verdicts.borrow_mut();
        for (letter, verdict) in verdicts {
            let index = usize::try_from(letter.sequence).ok();
            if let Some(place) = index.and_then(|index| known.get_mut(index)) {
                *place = Some(verdict.clone());
            }
        }
    }

    fn is_abandoned(&self) -> bool {
        (self.stop)()
    }
}

/// The next letters, and where each lies in the file.
fn next_batch(reader: &mut Reader) -> io::Result<(Vec<Record>, Vec<Range<u64>>)> {
    let (mut letters, mut places, mut bytes) = (Vec::new(), Vec::new(), 0);
    while letters.len() < RECORDS
        && bytes < BYTES
        && let Some(letter) = reader.next().transpose()?
    {
        let letter = Record::to(letters.len() as u64, &letter.topic, letter.record.as_bytes());
        bytes += letter.bytes().len();
        letters.push(letter);
        places.push(reader.place());
    }
    Ok((letters, places))
}
