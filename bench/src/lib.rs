//! What the benchmarks share: rounds and spreads, the events, the servers they go to, and how a process is
//! measured.
//!
//! A machine drifts by a factor of two within seconds, so what is compared runs in turns in one run, and is
//! reported as the median of its rounds with the lowest and highest beside it. Whoever sends is a process of
//! its own (a [`Child`]): its memory and its processor time are its own.
//!
//! Servers: a [`Sink`] that answers everything and counts, [`Nginx`] where it is installed, a [`LongLink`] in
//! front of either. Beside the stream stands a [`Generator`], which does nothing but write requests that were
//! made before.

mod rounds;
mod settings;

mod child;
mod mode;

mod events;

mod generator;
mod long_link;
mod mosquitto;
mod nginx;
mod receiver;
mod sink;

mod latencies;
mod stalls;
mod usage;

pub use child::{Child, Report};
pub use events::{Events, message};
pub use generator::Generator;
pub use latencies::Latencies;
pub use long_link::LongLink;
pub use mode::Mode;
pub use mosquitto::Mosquitto;
pub use nginx::Nginx;
pub use receiver::{Received, Receiver};
pub use rounds::Rounds;
pub use settings::Settings;
pub use sink::{Count, Seen, Sink, count_ids};
pub use stalls::Stalls;
pub use usage::{Usage, memory};
