//! What the stories of load and faults are told with; the stories are the tests beside this folder.
//!
//! ```text
//! oracle: what was issued ─▶ stream ─▶ sink: what came ─▶ oracle: does it add up?
//!                              ▲          ▲
//!                            actor      storm
//! ```
//!
//! * [`Dice`]: chance that can be repeated.
//! * [`Play`]: events whose every byte follows from two numbers, so that any process can issue one and any
//!   other can tell whether it came whole.
//! * [`sink`]: an HTTP server that keeps a book of what it took, and has the faults that it is told to have.
//! * [`Storm`]: tells it, by dice.
//! * [`Oracle`]: hears what each call answered, and judges in the end.
//! * [`Actor`]: a process that sends, and ends in the way it is told to; [`Mode`]: with a spool, or without.
//! * [`Vitals`]: memory, descriptors and threads of a process.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

mod actor;
mod dice;
mod mode;
mod oracle;
mod play;
pub mod sink;
mod storm;
mod vitals;

pub use actor::{Actor, Ending};
pub use dice::Dice;
pub use mode::Mode;
pub use oracle::Oracle;
pub use play::{Play, Shape};
pub use sink::Sink;
pub use storm::Storm;
pub use vitals::Vitals;
