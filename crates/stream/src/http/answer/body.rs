//! The bodies of answers.

use std::io::Read;

use super::{Answer, AnswerError, Head, Incoming};

/// As much of a body as is read.
pub(in crate::http) const LONGEST_BODY: usize = 64 * 1024;
/// The longest line between two chunks, and all trailers together.
const LONGEST_LINE: usize = 16 * 1024;

/// How a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunks,
    UntilTheEnd,
}

impl Framing {
    /// What these headers say. Several of a name come joined by commas.
    pub(super) fn of(status: u16, transfer: &str, length: &str) -> Result<Self, AnswerError> {
        if status == 204 || status == 304 || (100..200).contains(&status) {
            return Ok(Framing::Length(0));
        }
        if let Some(last) = transfer
            .rsplit(',')
            .map(str::trim)
            .find(|coding| !coding.is_empty())
        {
            let chunked = last.eq_ignore_ascii_case("chunked");
            return Ok(if chunked {
                Framing::Chunks
            } else {
                Framing::UntilTheEnd
            });
        }
        if length.is_empty() {
            return Ok(Framing::UntilTheEnd);
        }
        let mut lengths = length.split(',').map(str::trim);
        let first = lengths.next().unwrap_or_default();
        let digits = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
        match first.parse() {
            // Repeated is well; contradictory would put the end in two places.
            Ok(number) if digits && lengths.all(|other| other == first) => Ok(Framing::Length(number)),
            _ => Err(AnswerError::NotHttp("its Content-Length is no length".to_owned())),
        }
    }
}

/// Reads the body that follows `head`.
pub(super) fn read(incoming: &mut Incoming, from: &mut impl Read, head: Head) -> Result<Answer, AnswerError> {
    let Head { mut answer, framing } = head;
    match framing {
        Framing::Length(length) => {
            let wanted = usize::try_from(length).unwrap_or(usize::MAX);
            take(incoming, from, wanted, &mut answer)?;
        }
        Framing::Chunks => chunks(incoming, from, &mut answer)?,
        Framing::UntilTheEnd => {
            // Many servers end TLS without saying so: the end is the end.
            while incoming.buffer.len() <= LONGEST_BODY {
                match incoming.buffer.fill(from) {
                    Ok(true) => {}
                    Ok(false) | Err(AnswerError::Cut) => break,
                    Err(error) => return Err(error),
                }
            }
            let rest = incoming.buffer.len();
            take(incoming, from, rest, &mut answer)?;
        }
    }
    Ok(answer)
}

/// Moves `count` bytes to the answer's body, or as many as the bound allows.
fn take(
    incoming: &mut Incoming,
    from: &mut impl Read,
    count: usize,
    answer: &mut Answer,
) -> Result<(), AnswerError> {
    let room = LONGEST_BODY - answer.body.len();
    let taken = count.min(room);
    need(incoming, from, taken)?;
    let taken = incoming.buffer.get(..taken).unwrap_or_default();
    answer.body.extend_from_slice(taken);
    let taken = taken.len();
    incoming.buffer.consume(taken);
    if taken < count {
        (answer.whole, answer.reusable) = (false, false);
    }
    Ok(())
}

/// Reads until so many bytes are there.
fn need(incoming: &mut Incoming, from: &mut impl Read, count: usize) -> Result<(), AnswerError> {
    while incoming.buffer.len() < count {
        if !incoming.buffer.fill(from)? {
            return Err(AnswerError::Cut);
        }
    }
    Ok(())
}

fn chunks(incoming: &mut Incoming, from: &mut impl Read, answer: &mut Answer) -> Result<(), AnswerError> {
    loop {
        let line = line(incoming, from)?;
        let size = chunk_size(&line)?;
        if size == 0 {
            return trailers(incoming, from);
        }
        take(incoming, from, size, answer)?;
        if !answer.whole {
            return Ok(());
        }
        if !line_is_empty(incoming, from)? {
            return Err(AnswerError::NotHttp("a chunk is longer than it says".to_owned()));
        }
    }
}

fn trailers(incoming: &mut Incoming, from: &mut impl Read) -> Result<(), AnswerError> {
    let mut length = 0;
    loop {
        let line = line(incoming, from)?;
        if line.is_empty() {
            return Ok(());
        }
        length += line.len();
        if length > LONGEST_LINE {
            return Err(AnswerError::NotHttp("its trailers are too long".to_owned()));
        }
    }
}

fn line_is_empty(incoming: &mut Incoming, from: &mut impl Read) -> Result<bool, AnswerError> {
    need(incoming, from, 2)?;
    let is_empty = incoming.buffer.starts_with(b"\r\n");
    incoming.buffer.consume(2);
    Ok(is_empty)
}

/// The next line, without its end.
fn line(incoming: &mut Incoming, from: &mut impl Read) -> Result<Vec<u8>, AnswerError> {
    let mut searched = 0;
    loop {
        let fresh = incoming.buffer.get(searched..).unwrap_or_default();
        if let Some(position) = fresh.iter().position(|byte| *byte == b'\n') {
            let length = searched + position + 1;
            let mut line = incoming.buffer.get(..length).unwrap_or_default().to_vec();
            incoming.buffer.consume(length);
            line.truncate(line.len() - 1);
            if line.last() == Some(&b'\r') {
                line.truncate(line.len() - 1);
            }
            return Ok(line);
        }
        searched = incoming.buffer.len();
        if searched > LONGEST_LINE {
            return Err(AnswerError::NotHttp("a line is too long".to_owned()));
        }
        need(incoming, from, searched + 1)?;
    }
}

/// A chunk's size, in hexadecimal, with or without extensions behind it.
fn chunk_size(line: &[u8]) -> Result<usize, AnswerError> {
    let digits = line
        .split(|byte| *byte == b';')
        .next()
        .unwrap_or_default()
        .trim_ascii();
    let text = std::str::from_utf8(digits).unwrap_or_default();
    let well_formed = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match usize::from_str_radix(text, 16) {
        Ok(size) if well_formed => Ok(size),
        _ => Err(AnswerError::NotHttp("a chunk's size is no number".to_owned())),
    }
}
