//! The body of an answer, in each of its three framings, up to 64 MiB.

use std::io::{self, Read};

use super::response::{Fault, malformed};

/// The longest body, in bytes.
const LONGEST: usize = 64 * 1024 * 1024;

/// The longest line that tells a chunk's size, in bytes.
const LONGEST_SIZE_LINE: usize = 4 * 1024;

/// How a body's end is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
    UntilClose,
}

/// Reads a body that begins with what is in `buffer`.
pub(super) fn read(framing: Framing, buffer: Vec<u8>, wire: &mut impl Read) -> Result<Vec<u8>, Fault> {
    match framing {
        Framing::Length(length) => {
            let length = usize::try_from(length)
                .ok()
                .filter(|length| *length <= LONGEST)
                .ok_or(Fault::TooLong)?;
            let mut body = buffer;
            fill_up_to(length, &mut body, wire)?;
            body.truncate(length);
            Ok(body)
        }
        Framing::Chunked => read_chunks(buffer, wire),
        Framing::UntilClose => {
            let mut body = buffer;
            while fill(wire, &mut body)? > 0 {
                if body.len() > LONGEST {
                    return Err(Fault::TooLong);
                }
            }
            Ok(body)
        }
    }
}

/// Reads once, to the end of the buffer. 0 is the end of the connection.
pub(super) fn fill(wire: &mut impl Read, buffer: &mut Vec<u8>) -> Result<usize, Fault> {
    let mut piece = [0; 16 * 1024];
    loop {
        match wire.read(&mut piece) {
            Ok(read) => {
                buffer.extend_from_slice(&piece[..read]);
                return Ok(read);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn fill_up_to(length: usize, buffer: &mut Vec<u8>, wire: &mut impl Read) -> Result<(), Fault> {
    while buffer.len() < length {
        if fill(wire, buffer)? == 0 {
            return Err(Fault::Io(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the connection was closed",
            )));
        }
    }
    Ok(())
}

fn read_chunks(mut buffer: Vec<u8>, wire: &mut impl Read) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    loop {
        let (line, size) = loop {
            match httparse::parse_chunk_size(&buffer) {
                Ok(httparse::Status::Complete(found)) => break found,
                Ok(httparse::Status::Partial) if buffer.len() <= LONGEST_SIZE_LINE => {
                    let wanted = buffer.len() + 1;
                    fill_up_to(wanted, &mut buffer, wire)?;
                }
                _ => return Err(malformed("a part of the answer has no size")),
            }
        };
        if size == 0 {
            // What may follow are trailers; the connection is not used again.
            return Ok(body);
        }
        let size = usize::try_from(size)
            .ok()
            .filter(|size| body.len().saturating_add(*size) <= LONGEST)
            .ok_or(Fault::TooLong)?;
        // The chunk and the line end after it.
        fill_up_to(line + size + 2, &mut buffer, wire)?;
        body.extend_from_slice(&buffer[line..line + size]);
        buffer.drain(..line + size + 2);
    }
}
