//! Pipelining, for servers that take one record a request: requests are written without waiting, answers are
//! read in order, and each is its record's verdict at once.
//!
//! How many are on their way says the [`window`](super::window). What else holds:
//!
//! * **Nothing is written without reading.** A server may refuse to read on until its answers have gone, and
//!   how many of them the buffers in between hold is not known here. So writing never waits: where nothing
//!   more goes, an answer is read as soon as one has begun to come.
//! * **An answer belongs to the first request that has none.** One that comes before anything of that request
//!   was written belongs to nobody, and ends the connection; so does one to a request that is half written.
//! * **After a setback nothing more is written**, but the answers to what was are still read, within one
//!   timeout: they are verdicts that need not be asked for again.
//! * **A 400 with which the connection ends, while other requests are on their way, is not believed**: it may mean
//!   requests that do not wait, and not this record. The record goes again, alone, and is then judged.
//! * **A 404, 405 or 409 is not believed at once**: a server that is being changed may answer so to everything, for a
//!   minute. Whether we are still let in is asked anew, on a new connection; the record goes there alone, and is rejected
//!   where it gets the same status.
//! * **A connection that ends after progress is no setback**; the first record without a verdict begins the
//!   next one. Each answer has the whole timeout, so a slow server is not taken for a dead one; nor is a slow
//!   link, where what is written has the time that the [`pace`](super::pace) gives.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::time::Duration;

use super::answer::{Answer, AnswerError};
use super::connection::{Connection, Written};
use super::pace::Pace;
use super::request::Content;
use super::session::Session;
use super::window::Window;
use super::wire::Wire;
use super::{Stop, status, verdict};
use crate::{Batch, Record, Setback, Verdict};

/// What a run needs beside the records.
pub(super) struct Means<'a> {
    pub(super) connection: &'a mut Connection,
    pub(super) window: &'a mut Window,
    pub(super) session: &'a Session,
    /// For each answer.
    pub(super) timeout: Duration,
    /// The requests that are being written: their memory is used again.
    pub(super) outgoing: &'a mut Vec<u8>,
    /// How many of the records to send, at most.
    pub(super) most: usize,
    /// What the first record was answered before access was asked for anew, and was not believed.
    pub(super) doubted: Option<u16>,
}

/// Sends the batch's unsettled records, one a request, at most so many as the means say, until all
/// are settled or the connection ends.
pub(super) fn run(means: Means<'_>, batch: &mut Batch<'_>) -> Result<(), Stop> {
    means.connection.usable = false;
    means.outgoing.clear();
    let mut pipeline = Pipeline {
        pace: Pace::new(means.timeout),
        means,
        flight: VecDeque::new(),
        queued: 0,
        written: 0,
        broken: false,
        settled: 0,
        verdicts: Vec::new(),
        stop: None,
    };
    let outcome = pipeline.run(batch);
    batch.settle_each(pipeline.verdicts.drain(..));
    let Pipeline {
        means, flight, stop, ..
    } = pipeline;
    let trouble = stop.is_some() || outcome.is_err();
    if trouble || !flight.is_empty() {
        means.window.fall(flight.len());
    }
    stop.map_or(outcome, Err)
}

struct Pipeline<'a> {
    means: Means<'a>,
    pace: Pace,
    /// The requests without an answer.
    flight: VecDeque<Request>,
    /// Bytes of all requests so far, and how many of them were written.
    queued: u64,
    written: u64,
    /// Writing has failed; what the server said before can still be read.
    broken: bool,
    settled: usize,
    /// What is known and has not been handed in.
    verdicts: Vec<(usize, Verdict)>,
    /// Why nothing more is written.
    stop: Option<Stop>,
}

/// A request on its way, from its first byte to behind its last.
struct Request {
    index: usize,
    start: u64,
    end: u64,
}

impl Pipeline<'_> {
    fn run(&mut self, batch: &mut Batch<'_>) -> Result<(), Stop> {
        let records: Vec<(usize, &Record)> = batch.unsettled().take(self.means.most).collect();
        let mut waiting = records.into_iter().peekable();
        // Where answers have come in a crowd nothing is asked between them.
        while self.means.connection.incoming.has_more() || !batch.is_abandoned() {
            if self.stop.is_none() && !self.broken && self.means.window.wants_more(self.flight.len()) {
                while let Some((index, record)) = waiting.next_if(|(_, record)| self.admits(record)) {
                    self.queue(index, record);
                }
            }
            if self.flight.is_empty() {
                // What nobody asked for could be taken for the answer to the next request.
                self.means.connection.usable = !self.broken && !self.means.connection.incoming.has_more();
                return Ok(());
            }
            self.write()?;
            if !self.read(batch)? {
                return Ok(());
            }
        }
        Ok(())
    }

    fn admits(&mut self, record: &Record) -> bool {
        let first = self.flight.front().map_or(self.queued, |request| request.start);
        let bytes = self.queued - first + record.bytes().len() as u64;
        self.means
            .window
            .admits(self.flight.len(), bytes, self.means.connection.answered)
    }

    fn queue(&mut self, index: usize, record: &Record) {
        if self.flight.is_empty() {
            self.pace.begin(self.means.connection.wire.socket());
        }
        let before = self.means.outgoing.len();
        self.means
            .session
            .head
            .append(Content::Json, &[record.bytes()], self.means.outgoing);
        let start = self.queued;
        self.queued += (self.means.outgoing.len() - before) as u64;
        let end = self.queued;
        self.flight.push_back(Request { index, start, end });
    }

    /// Writes until everything is written, or there is something to read first.
    fn write(&mut self) -> Result<(), Stop> {
        if self.broken {
            return Ok(());
        }
        let sent = self.means.outgoing.len() - (self.queued - self.written) as usize;
        let rest = self.means.outgoing.get(sent..).unwrap_or_default();
        let (count, how) = self.means.connection.write(rest, &mut self.pace);
        self.written += count as u64;
        match how {
            Written::All => self.means.outgoing.clear(),
            Written::News => {}
            // A server that has seen enough answers and closes.
            Written::Broken => self.broken = true,
            Written::Late => {
                let why = "the server did not read the requests in time";
                return Err(Stop::Setback(Setback::retry(why)));
            }
        }
        Ok(())
    }

    /// Reads an answer; false where it is the connection's last.
    fn read(&mut self, batch: &mut Batch<'_>) -> Result<bool, Stop> {
        let connection = &mut *self.means.connection;
        let mut from = BeforeWaiting {
            wire: &mut connection.wire,
            hand_in: || batch.settle_each(self.verdicts.drain(..)),
        };
        let answer = match connection.incoming.next(&mut from) {
            Ok(answer) => answer,
            Err(error) => return Err(self.no_answer(&error)),
        };
        let asked_for = self
            .flight
            .pop_front()
            .filter(|request| request.start < self.written);
        let Some(request) = asked_for else {
            let why = "the server answers more requests than it was sent";
            return Err(Stop::Setback(Setback::retry(why)));
        };
        connection.answered += 1;
        if answer.status == status::BAD_REQUEST && !answer.reusable && !self.flight.is_empty() {
            self.means.window.ended(connection.answered);
            self.flight.push_front(request);
            return Err(Stop::Ended("the server answered 400 and closed".to_owned()));
        }
        let goes_on = answer.reusable && request.end <= self.written;
        if goes_on && !answer.old {
            self.means.window.answered(connection.answered);
        } else if !goes_on {
            self.means.window.ended(connection.answered);
        }
        self.judge(&answer, request.index);
        Ok(goes_on)
    }

    fn judge(&mut self, answer: &Answer, index: usize) {
        let session = self.means.session;
        let stop = match session.detour(answer).or_else(|| self.doubt(answer)) {
            Some(stop) => stop,
            None => match verdict::of_one(answer, &session.secrets) {
                Ok(verdict) => {
                    self.settled += 1;
                    self.verdicts.push((index, verdict));
                    return self.allow_another();
                }
                Err(setback) => Stop::Setback(setback),
            },
        };
        if self.stop.is_none() {
            // Nobody is to wait for answers to what was not sent.
            let written = self.written;
            self.flight.retain(|request| request.end <= written);
            self.broken |= self.written < self.queued;
            self.pace.begin(self.means.connection.wire.socket());
            self.stop = Some(stop);
        }
    }

    /// Why this answer is not believed, if it is not.
    fn doubt(&self, answer: &Answer) -> Option<Stop> {
        if !status::is_doubtful(answer.status) {
            return None;
        }
        match self.means.doubted {
            None => Some(Stop::Doubted(answer.status)),
            Some(before) if before == answer.status => None,
            // It answers now this, now that.
            Some(_) => Some(Stop::Setback(verdict::retry(answer, &self.means.session.secrets))),
        }
    }

    /// Each answer has the whole timeout, but those after the one that stops us share one.
    fn allow_another(&mut self) {
        if self.stop.is_none() {
            self.pace.begin(self.means.connection.wire.socket());
        }
    }

    fn no_answer(&mut self, error: &AnswerError) -> Stop {
        let connection = &*self.means.connection;
        let ended = match error {
            AnswerError::Closed => connection.answered > 0,
            AnswerError::Cut => self.settled > 0,
            _ => false,
        };
        if ended {
            self.means.window.ended(connection.answered);
            return Stop::Ended(error.to_string());
        }
        Stop::Setback(error.setback())
    }
}

/// The wire, where what is known is handed in before anybody waits for more: in a crowd of answers that is once.
struct BeforeWaiting<'a, F> {
    wire: &'a mut Wire,
    hand_in: F,
}

impl<F: FnMut()> Read for BeforeWaiting<'_, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (self.hand_in)();
        self.wire.read(buffer)
    }
}
