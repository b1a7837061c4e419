//! Standard error, without waiting: whoever should read it may not, and that is no reason to stop.
//!
//! The standard library's lock is not taken: a child that was forked while another thread held it would wait for ever.

use std::io;

/// Writes what fits into a pipe as a whole; an error where it would have to wait.
#[cfg(unix)]
pub(super) fn write(line: &[u8]) -> io::Result<()> {
    use std::os::fd::AsFd;
    write_now(io::stderr().as_fd(), line)
}

#[cfg(unix)]
fn write_now(target: std::os::fd::BorrowedFd<'_>, line: &[u8]) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    let mut polled = [PollFd::new(&target, PollFlags::OUT)];
    poll(&mut polled, Some(&Timespec::default()))?;
    let [polled] = polled;
    // With nobody at the other end a write would be a signal, too.
    if !polled.revents().contains(PollFlags::OUT) || polled.revents().contains(PollFlags::ERR) {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    rustix::io::write(target, line)?;
    Ok(())
}

/// Elsewhere as the standard library does it.
#[cfg(not(unix))]
pub(super) fn write(line: &[u8]) -> io::Result<()> {
    use std::io::Write;
    io::stderr().lock().write_all(line)
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::{Read, Write};
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn a_pipe_that_nobody_reads_holds_nobody_up() {
        let (mut reader, mut writer) = io::pipe().unwrap();
        write_now(writer.as_fd(), b"first\n").unwrap();
        let mut read = [0; 6];
        reader.read_exact(&mut read).unwrap();
        assert_eq!(&read, b"first\n");

        while write_now(writer.as_fd(), &[b'x'; 1000]).is_ok() {}
        let error = write_now(writer.as_fd(), b"lost\n").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        let mut some = [0; 32 << 10];
        reader.read_exact(&mut some).unwrap();
        write_now(writer.as_fd(), b"again\n").unwrap();
        writer.flush().unwrap();
    }

    #[test]
    fn nobody_at_the_other_end_is_an_error() {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        assert!(write_now(writer.as_fd(), b"lost\n").is_err());
    }
}
