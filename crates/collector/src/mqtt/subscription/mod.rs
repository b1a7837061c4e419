//! Messages taken from brokers.
//!
//! ```text
//! address ─▶ keeper ─▶ dial (TCP, TLS) ─▶ greeting (CONNECT, SUBSCRIBE) ─▶ taking ─▶ lost ─▶ keeper …
//! ```
//!
//! # What is promised
//!
//! * **Nothing that was published meanwhile is missed**, as long as the broker keeps it: each subscription has a durable
//!   session under a client identifier of its own, which is made once and kept in the store, and is back within 5 seconds
//!   of the broker's return.
//! * **PUBACK goes out after the commit.** Where a commit fails the connection ends, and the broker sends again.
//! * Messages are taken at QoS 1: one may come twice, and is stored once where it has a `tnt4-id`.
//! * MQTT 5 is tried first. A broker that refuses it, or ends the connection over it, is asked for 3.1.1.
//! * What cannot be a record is acknowledged, since it would come again for ever, and the operator is told.
//! * No word to the operator has a user name or a password in it.

mod address;
mod dial;
mod greeting;
mod keeper;
mod oversize;
mod pace;
mod taking;
mod trust;

pub use address::{Subscription, SubscriptionError};
pub(crate) use keeper::Keeper;
pub(crate) use trust::trust;
