//! Ctrl-C, SIGTERM and SIGHUP as values: a command asks whether one came, and ends as it sees fit.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::{Exit, Failure};

/// A wish that the command end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// What a supervisor sends, and a terminal that is closed.
    Terminate,
}

impl Signal {
    /// How a command ends that this signal cut short.
    pub(crate) const fn exit(self) -> Exit {
        match self {
            Signal::Interrupt => Exit::Interrupted,
            Signal::Terminate => Exit::Terminated,
        }
    }

    fn from_number(number: i32) -> Self {
        match number {
            SIGTERM | SIGHUP => Signal::Terminate,
            _ => Signal::Interrupt,
        }
    }
}

/// The signals, from now on until it is dropped.
pub(crate) struct Watch(Signals);

impl Watch {
    pub(crate) fn begin() -> Result<Self, Failure> {
        Signals::new([SIGINT, SIGTERM, SIGHUP])
            .map(Watch)
            .map_err(|error| Failure::not_done(format_args!("cannot watch for Ctrl-C: {error}")))
    }

    /// One that came since the last look.
    pub(crate) fn poll(&mut self) -> Option<Signal> {
        // All of them are taken: one that is left would not end the next wait.
        self.0.pending().last().map(Signal::from_number)
    }

    /// The next one.
    pub(crate) fn wait(&mut self) -> Signal {
        loop {
            if let Some(number) = self.0.wait().last() {
                return Signal::from_number(number);
            }
        }
    }
}
