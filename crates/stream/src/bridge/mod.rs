//! What the bridges from logging frameworks share: the way from what somebody logs to the stream.
//!
//! ```text
//! values ─▶ fields (typed, redacted, bounded) ─▶ sheet (an event, encoded) ─▶ outlet ─▶ stream
//!                                                                                     ▲
//!                                                                     guard: flush, close at the end
//! ```
//!
//! A sheet begins with what its *statement* says each time. Each thread remembers that, encoded, as a *site*: under the address of
//! what `tracing` knows of the statement, or under target, level and place where a bridge knows no more. With it go the names
//! that the statement gives to its values, and the *role* of each: whether it is a secret's, or a correlator's.
//!
//! Whatever an application logs may run its code: a `Debug` may log, block or panic. So nothing here holds a lock, or a
//! borrow of the thread's, while values are shown.

mod choices;
mod error;
mod fields;
mod guard;
mod known;
mod levels;
mod outlet;
mod place;
mod role;
mod sheet;
mod shorten;
mod site;
mod standing;
mod statement;
mod text;
mod thread;

pub(crate) use choices::{Choices, choices_builder};
pub use error::InitError;
pub(crate) use fields::Fields;
pub use guard::Guard;
pub use levels::LevelsError;
pub(crate) use levels::{Level, Levels};
pub(crate) use outlet::{Manner, Origin, Outlet};
pub(crate) use place::Place;
pub(crate) use sheet::Sheet;
pub(crate) use statement::Statement;
