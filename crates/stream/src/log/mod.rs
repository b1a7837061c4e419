//! Records of the crate [`log`](https://docs.rs/log) go to a stream.
//!
//! ```no_run
//! fn main() -> Result<(), tnt4::InitError> {
//!     // Token and address are those of TNT4_TOKEN, TNT4_TOKEN_FILE and TNT4_URL, the level that of TNT4_LEVEL.
//!     let _guard = tnt4::log::init()?;
//!
//!     log::warn!(target: "shop::orders", item = 4711, stock = 2.5; "stock is low");
//!     Ok(())
//! }
//! ```
//!
//! | of a record | in the event |
//! |---|---|
//! | target | operation |
//! | message | message |
//! | level | severity |
//! | `key = value` | a property with the value's type; a text only where it has no other |
//! | `corrid = …`, `correlator = …` | a correlator; `trace_id` and `traceparent` bring the trace's id as one |
//! | `error:err = …` | a property, and the exception with all that caused it |
//! | file, line, module, thread | properties; the thread's number is the event's |
//! | – | the [source](crate::source), this process |
//!
//! Values whose [names are those of secrets](crate::redaction) are hidden. A key without a value is left out. What a stream's own
//! threads log, or the libraries that they use, is never sent, at any level: the stream would feed itself.
//!
//! A logger needs no runtime and disturbs none, and a call never blocks. For what becomes of records at the end of a process see
//! [`Guard`]. A process that has a logger already, or a filter of its own, combines it with a
//! [`Logger`], which [`build`](LoggerBuilder::build) makes.

mod builder;
mod logger;
mod values;

use crate::{Guard, InitError};

pub use self::builder::LoggerBuilder;
pub use self::logger::Logger;

/// Sends what the process logs, as the environment says: one line for a whole program.
///
/// # Errors
/// [`InitError`], where the environment does not say where to send, or there is a logger already.
pub fn init() -> Result<Guard, InitError> {
    builder().init()
}

/// Begins the configuration of a logger.
pub fn builder() -> LoggerBuilder {
    LoggerBuilder::new()
}
