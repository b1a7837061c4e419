//! The packets of MQTT 3.1.1 and 5, as both ends read and write them. No I/O, no session, no clock.
//!
//! A packet borrows from the bytes that it was read from, and is written at the end of a buffer:
//! [`frame`] (where a packet ends) → [`Packet`] (what it says) → [`connect`](Connect), [`connack`](ConnAck),
//! [`publish`](Publish), [`acknowledgement`](Acknowledgement), [`subscribe`](Subscribe), [`disconnect`](Disconnect),
//! over [`properties`](Properties), [`Reason`]s and the two primitives, `read` and `write`. What a topic may be, [`Topic`] says.
//!
//! # Why not a crate's
//!
//! `mqtt-protocol-core` 0.7 was looked at, which does all of this and more. It brings 24 packages that nothing else here
//! needs (a parser of TOML among them) and a second version of `hashbrown`; it copies a payload twice before it is written;
//! and each of its packets owns its memory. What the stream and the collector need is a few hundred lines, writes a record
//! straight from where it lies, and cannot panic on any bytes: a property of it, and a test.
//!
//! # What holds
//!
//! * **What comes from outside is bounded before it is parsed**: [`frame`] refuses a packet by its announced length.
//! * **Any bytes are a packet, an error, or not enough.** Lengths inside a packet are checked against what is there; text
//!   is UTF-8 without NUL; what is left over is an error.
//! * Properties that nobody here needs are checked for their form and skipped. A property that the standard does not know
//!   is an error, as it says.
//! * The return codes of 3.1.1's CONNACK are read as the reason codes of 5 that mean the same.

mod acknowledgement;
mod connack;
mod connect;
mod disconnect;
mod frame;
mod packet;
mod properties;
mod publish;
mod read;
mod reason;
mod subscribe;
mod topic;
mod version;
mod write;

pub use acknowledgement::{AckKind, Acknowledgement};
pub use connack::ConnAck;
pub use connect::{Connect, Will};
pub use disconnect::Disconnect;
pub use frame::{Frame, frame};
pub use packet::Packet;
pub use properties::Properties;
pub use publish::{Publish, Qos};
pub use read::Malformed;
pub use reason::Reason;
pub use subscribe::{Filter, SubAck, Subscribe, UnsubAck, Unsubscribe};
pub use topic::{Topic, TopicError};
pub use version::Version;
pub use write::TooLong;

#[cfg(test)]
mod tests;
