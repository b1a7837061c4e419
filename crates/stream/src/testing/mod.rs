//! For tests, the application's as well as ours: a server in memory and a clock that is driven.
//!
//! ```
//! use std::time::Duration;
//! use tnt4::testing::{MemoryServer, Step};
//! use tnt4::{Event, Stream};
//!
//! let server = MemoryServer::new();
//! server.script([Step::Take, Step::Reject("no such account".to_owned())]);
//! let stream = Stream::builder().transport(server.transport()).build()?;
//! stream.send(Event::new("first"))?;
//! stream.send(Event::new("second"))?;
//!
//! let outcome = stream.flush(Duration::from_secs(10));
//! assert_eq!((outcome.unacknowledged(), outcome.rejected()), (1, 1));
//! assert_eq!(outcome.problem(), Some("no such account"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod driven_clock;
mod memory_server;

pub use driven_clock::DrivenClock;
pub use memory_server::{MemoryServer, Step};
