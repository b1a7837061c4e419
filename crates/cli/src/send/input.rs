//! Reads ahead on a thread of its own, so that waiting for a line never keeps the command from acting: on
//! Ctrl-C, or when the server refuses the token.
//!
//! A producer that is slow has each line passed on at once; a fast one has them put together. At most some
//! five packets and five lines of the greatest length are in memory.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::lines::{KEPT, Line, Lines};
use crate::Failure;

/// A packet goes when it holds so many bytes or so many lines.
const PACKET_BYTES: usize = 64 * 1024;
const PACKET_LINES: usize = 512;

/// How many packets may wait.
const PACKETS: usize = 4;

/// What was read.
#[derive(Debug)]
pub(super) enum Input {
    /// The next lines.
    Lines(Vec<Line>),
    /// Nothing more can be read.
    Failed(io::Error),
}

/// The lines of a source; the channel ends with it.
pub(super) fn lines(source: impl Read + Send + 'static) -> Result<Receiver<Input>, Failure> {
    let (sender, receiver) = sync_channel(PACKETS);
    std::thread::Builder::new()
        .name("tnt4-input".to_owned())
        .spawn(move || {
            // It only fails where nobody wants the lines any more.
            let _ = pass_on(Lines::new(source), &sender);
        })
        .map_err(|error| Failure::not_done(format_args!("cannot start a thread: {error}")))?;
    Ok(receiver)
}

/// A message, as the only line.
pub(super) fn message(bytes: &[u8]) -> Receiver<Input> {
    let (sender, receiver) = sync_channel(1);
    let (kept, beyond) = bytes.split_at(bytes.len().min(KEPT));
    let line = Line {
        bytes: kept.to_vec(),
        beyond: beyond.len() as u64,
    };
    let _ = sender.send(Input::Lines(vec![line]));
    receiver
}

fn pass_on(
    mut lines: Lines<impl Read>,
    sender: &SyncSender<Input>,
) -> Result<(), std::sync::mpsc::SendError<Input>> {
    let mut packet = Vec::new();
    let mut bytes = 0;
    loop {
        match lines.next() {
            Ok(Some(line)) => {
                bytes += line.bytes.len();
                packet.push(line);
                if bytes < PACKET_BYTES && packet.len() < PACKET_LINES && lines.has_more_at_hand() {
                    continue;
                }
                bytes = 0;
                sender.send(Input::Lines(std::mem::take(&mut packet)))?;
            }
            outcome => {
                if !packet.is_empty() {
                    sender.send(Input::Lines(packet))?;
                }
                return match outcome {
                    Err(error) => sender.send(Input::Failed(error)),
                    Ok(_) => Ok(()),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: impl Read + Send + 'static) -> (usize, bool) {
        let mut count = 0;
        for input in lines(source).unwrap() {
            match input {
                Input::Lines(lines) => count += lines.len(),
                Input::Failed(_) => return (count, true),
            }
        }
        (count, false)
    }

    #[test]
    fn every_line_passes_once() {
        assert_eq!(read(io::Cursor::new("a\nb\n".repeat(5_000))), (10_000, false));
        assert_eq!(read(io::empty()), (0, false));
    }

    #[test]
    fn what_was_read_before_a_fault_passes_too() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("no more"))
            }
        }
        assert_eq!(read("a\nb\n".as_bytes().chain(Broken)), (2, true));
    }
}
