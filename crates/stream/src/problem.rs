//! What kind of problem keeps records from being acknowledged: words are for people, and this is for programs.

/// What kind of problem keeps records from being acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// None yet: the server has not answered so far.
    Unanswered,
    /// The server cannot be reached, does not answer as it should, or cannot take records at present.
    Unreachable,
    /// TLS cannot be spoken with it: its certificate is refused, or ours.
    Tls,
    /// The server does not accept who we are: the token is to be looked at.
    Unauthorized,
    /// Something else that only people can mend is in the way: an address, a file, a proxy.
    Blocked,
    /// The server will never take the records.
    Rejected,
    /// Something on this machine: a disk that cannot be read, no room for a thread.
    Local,
}
