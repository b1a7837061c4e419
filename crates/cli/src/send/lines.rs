//! Lines out of bytes, in bounded memory.
//!
//! A line ends with LF or CRLF, or with the input. Of a line that is longer than [`KEPT`] only so many bytes
//! are kept, and the others counted.

use std::io::{self, BufRead, BufReader, Read};

/// How many bytes of a line are kept: what a record can hold, and no more.
pub(crate) const KEPT: usize = 1024 * 1024;

/// How much of the rest of a long line is looked at in one go.
const STRIDE: u64 = 64 * 1024;

/// One line, without its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Line {
    /// Its bytes, at most [`KEPT`].
    pub(crate) bytes: Vec<u8>,
    /// How many bytes followed that were not kept.
    pub(crate) beyond: u64,
}

/// The lines of an input.
pub(crate) struct Lines<R> {
    input: BufReader<R>,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Lines {
            input: BufReader::with_capacity(64 * 1024, input),
        }
    }

    /// Whether the next line, or its beginning, has been read already: getting it need not wait.
    pub(crate) fn has_more_at_hand(&self) -> bool {
        !self.input.buffer().is_empty()
    }

    /// The next line; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line>> {
        let mut line = Line::default();
        let read = self.read_up_to(KEPT as u64, &mut line.bytes)?;
        if read == 0 {
            return Ok(None);
        }
        if read == KEPT && !line.bytes.ends_with(b"\n") {
            line.beyond = self.skip_rest()?;
        } else {
            trim_end(&mut line.bytes);
        }
        Ok(Some(line))
    }

    /// Skips to the end of the line, and returns how many bytes of it that were.
    fn skip_rest(&mut self) -> io::Result<u64> {
        let mut skipped = 0;
        let mut piece = Vec::new();
        loop {
            piece.clear();
            let read = self.read_up_to(STRIDE, &mut piece)?;
            let ended = read == 0 || piece.ends_with(b"\n");
            trim_end(&mut piece);
            skipped += piece.len() as u64;
            if ended {
                return Ok(skipped);
            }
        }
    }

    fn read_up_to(&mut self, limit: u64, out: &mut Vec<u8>) -> io::Result<usize> {
        self.input.by_ref().take(limit).read_until(b'\n', out)
    }
}

fn trim_end(bytes: &mut Vec<u8>) {
    if bytes.ends_with(b"\n") {
        bytes.pop();
        if bytes.ends_with(b"\r") {
            bytes.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(input: &[u8]) -> Vec<Line> {
        let mut lines = Lines::new(input);
        std::iter::from_fn(|| lines.next().unwrap()).collect()
    }

    fn texts(input: &[u8]) -> Vec<String> {
        all(input)
            .into_iter()
            .map(|line| String::from_utf8(line.bytes).unwrap())
            .collect()
    }

    #[test]
    fn lines_end_in_either_way_or_with_the_input() {
        assert_eq!(texts(b""), Vec::<String>::new());
        assert_eq!(texts(b"a\r\nb\n\nc"), ["a", "b", "", "c"]);
        assert_eq!(texts(b"a\r\n"), ["a"]);
        assert_eq!(texts(b"a\rb\n\r\n"), ["a\rb", ""]);
    }

    #[test]
    fn of_a_long_line_the_beginning_is_kept_and_the_rest_counted() {
        for end in ["", "\n", "\r\n"] {
            let mut input = vec![b'x'; 3 * KEPT];
            input.extend_from_slice(end.as_bytes());
            let last = if end.is_empty() { "" } else { "last" };
            input.extend_from_slice(last.as_bytes());
            let lines = all(&input);
            assert_eq!((lines[0].bytes.len(), lines[0].beyond), (KEPT, 2 * KEPT as u64));
            assert_eq!(
                lines.get(1).map(|line| &line.bytes[..]),
                (!last.is_empty()).then_some(&b"last"[..])
            );
        }
    }

    #[test]
    fn a_line_of_just_the_limit_is_whole() {
        let mut input = vec![b'x'; KEPT];
        input.extend_from_slice(b"\nnext");
        let lines = all(&input);
        assert_eq!((lines[0].bytes.len(), lines[0].beyond, lines.len()), (KEPT, 0, 2));
    }
}
