//! How a command ends.

/// How a command ended, as the number that shells and scripts see. The numbers never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum Exit {
    /// Everything was done; of records: all were acknowledged.
    Done = 0,
    /// It could not be done, or not all of it: records without acknowledgement, a query that was refused, a
    /// store that does not open, a count that is wrong, damage in the spool.
    NotDone = 1,
    /// The command line, or what it names, is wrong; nothing was begun.
    Usage = 2,
    /// The server refused the token, or user name and password.
    Refused = 3,
    /// The server could not be reached.
    Unreachable = 4,
    /// TLS failed: a certificate that is not trusted, most often.
    Tls = 5,
    /// Ended by Ctrl-C (SIGINT).
    Interrupted = 130,
    /// Ended by SIGTERM.
    Terminated = 143,
}

impl Exit {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// The paragraph of the help that lists them.
pub(crate) const REFERENCE: &str = "\
Exit codes:
    0  done; of records: all were acknowledged
    1  not done, or not all: records not acknowledged, a query refused, a wrong count,
       damage in the spool
    2  the command line, or what it names, is wrong
    3  the server refused the token, or user name and password
    4  the server cannot be reached
    5  TLS failed
  130  ended by Ctrl-C (`serve` and `demo` end with 0, and with this at a second one)
  143  ended by SIGTERM (likewise)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_in_the_reference() {
        let all = [
            Exit::Done,
            Exit::NotDone,
            Exit::Usage,
            Exit::Refused,
            Exit::Unreachable,
            Exit::Tls,
            Exit::Interrupted,
            Exit::Terminated,
        ];
        for exit in all {
            let line = format!("\n{:>5}  ", exit.code());
            assert!(REFERENCE.contains(&line), "{exit:?}");
        }
    }
}
