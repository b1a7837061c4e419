//! What a sink may do instead of its work, and how it treats its connections.

use std::time::Duration;

/// What is done with one request, in the place of taking and answering it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// What is heard of it.
    pub act: Act,
    /// Whether its records are taken all the same: then nobody may lose the copy that comes again.
    pub takes: bool,
}

/// What is heard of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A status, and in so many seconds one may ask again.
    Status(u16, Option<u64>),
    /// The answer, but later.
    Late(Duration),
    /// The connection is closed.
    Close,
    /// The connection is reset.
    Reset,
    /// Half of the answer, then the end.
    HalfAndClose,
    /// Half of the answer, then a reset.
    HalfAndReset,
    /// Nothing, for as long as the other side has patience.
    Silence,
}

/// What is done with requests from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    /// They are taken and answered.
    #[default]
    Well,
    /// Each has this fault.
    Each(Fault),
    /// Each that holds records has this fault; access is granted.
    Records(Fault),
    /// The next has this fault, those after it are taken.
    Next(Fault),
}

/// How connections are treated that begin from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Manner {
    /// Announces that a body may hold many records, one a line; otherwise it takes one a request.
    pub many: bool,
    /// Closes after so many answers, with word of it or without.
    pub closes_after: Option<u64>,
    /// Reads a few hundred bytes, and rests for so long.
    pub rests: Option<Duration>,
}

impl Fault {
    /// The records are not taken, unless an answer begins to say so.
    #[must_use]
    pub const fn losing(act: Act) -> Self {
        Fault { act, takes: false }
    }

    /// The records are taken, and the client does not know.
    #[must_use]
    pub const fn keeping(act: Act) -> Self {
        Fault { act, takes: true }
    }

    /// Whether the records are taken: always where any of an answer says that they were, for a server that
    /// lies is not among the faults.
    pub(super) fn takes(&self) -> bool {
        self.takes || matches!(self.act, Act::Late(_) | Act::HalfAndClose | Act::HalfAndReset)
    }
}
