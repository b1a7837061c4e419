//! Reads an answer: its head here, its body in [`body`].

use std::io::{self, Read};

use super::body::{self, Framing};

/// The longest head of an answer, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;

/// How many headers an answer may have.
const HEADERS: usize = 64;

/// An answer.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// What can happen while bytes go to and fro.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    TooLong,
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::Io(error)
    }
}

/// What is said contradicts the protocol.
pub(super) fn malformed(what: &str) -> Fault {
    Fault::Io(io::Error::new(io::ErrorKind::InvalidData, what))
}

/// Reads one answer; interim ones (1xx) are passed over.
pub(super) fn receive(wire: &mut impl Read) -> Result<Response, Fault> {
    let mut buffer = Vec::new();
    loop {
        let head = read_head(wire, &mut buffer)?;
        buffer.drain(..head.length);
        if !(100..200).contains(&head.status) {
            let body = body::read(head.framing, buffer, wire)?;
            return Ok(Response {
                status: head.status,
                body,
            });
        }
    }
}

struct Head {
    status: u16,
    framing: Framing,
    /// How many bytes it takes.
    length: usize,
}

fn read_head(wire: &mut impl Read, buffer: &mut Vec<u8>) -> Result<Head, Fault> {
    loop {
        if let Some(head) = parse_head(buffer)? {
            return Ok(head);
        }
        if buffer.len() > LONGEST_HEAD {
            return Err(malformed("the head of the answer does not end"));
        }
        if body::fill(wire, buffer)? == 0 {
            return Err(Fault::Io(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the connection was closed",
            )));
        }
    }
}

fn parse_head(buffer: &[u8]) -> Result<Option<Head>, Fault> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut parsed = httparse::Response::new(&mut headers);
    let length = match parsed.parse(buffer) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(malformed(&format!("this is not HTTP: {error}"))),
    };
    let status = parsed.code.unwrap_or_default();
    let value = |name: &str| {
        parsed
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| String::from_utf8_lossy(header.value))
    };
    let framing = match (value("transfer-encoding"), value("content-length")) {
        (Some(coding), _) if coding.trim().eq_ignore_ascii_case("chunked") => Framing::Chunked,
        (Some(_), _) => return Err(malformed("the answer comes in a coding that nobody asked for")),
        (None, Some(text)) => match text.trim().parse() {
            Ok(length) => Framing::Length(length),
            Err(_) => return Err(malformed("the length of the answer is no number")),
        },
        (None, None) => Framing::UntilClose,
    };
    Ok(Some(Head {
        status,
        framing,
        length,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            out[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn received(bytes: &str) -> Result<(u16, String), Fault> {
        let whole = receive(&mut bytes.as_bytes());
        let dropwise = receive(&mut Drops(bytes.as_bytes()));
        assert_eq!(whole.is_ok(), dropwise.is_ok(), "however it arrives");
        whole.map(|response| {
            (
                response.status,
                String::from_utf8_lossy(&response.body).into_owned(),
            )
        })
    }

    #[test]
    fn every_framing_is_read() {
        for answer in [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloEXTRA",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
            "HTTP/1.0 200\r\n\r\nhello",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        ] {
            assert_eq!(received(answer).unwrap(), (200, "hello".to_owned()), "{answer}");
        }
    }

    #[test]
    fn what_is_cut_short_or_strange_is_no_answer() {
        for answer in [
            "",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
            "SSH-2.0-OpenSSH\r\n\r\n",
        ] {
            assert!(received(answer).is_err(), "{answer}");
        }
        let huge = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n";
        assert!(matches!(received(huge), Err(Fault::TooLong)));
    }
}
