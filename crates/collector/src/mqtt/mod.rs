//! MQTT, 3.1.1 and 5: publishers that come here, and brokers from which messages are taken.
//!
//! ```text
//! publisher ─▶ listener (handshake, session) ─┐
//!                                             ├─▶ draft ─▶ committer ─▶ answers ─▶ PUBACK, PUBREC
//! broker    ─▶ subscription (dial, intake) ───┘
//! ```
//!
//! The packets are those of the crate `mqtt`; what a message is, `ingest/message.rs` says.
//!
//! * **An acknowledgement is written after the commit**, and where a commit fails the connection ends instead: the other
//!   end then sends again what was not acknowledged.
//! * What a connection has buffered is one draft, and shares a commit. Reading and answering are two tasks, so that the
//!   next messages are read while the last are being committed.
//! * A connection holds at most one packet and a read ahead of what it has handed in, and a few drafts that wait.

mod answers;
mod draft;
mod intake;
mod listener;
mod publish;
mod subscription;

pub(crate) use listener::{Clients, serve};
pub(crate) use subscription::{Keeper, trust};
pub use subscription::{Subscription, SubscriptionError};

/// The longest packet that is taken from a publisher: a payload of 1 MiB, with a topic and properties.
const LARGEST_PACKET: usize = 1024 * 1024 + 128 * 1024;

/// How many messages may be on their way to us and not yet acknowledged, as we announce it in MQTT 5.
const RECEIVE_MAXIMUM: u16 = 1_000;

/// How many drafts may wait for their commit.
const DRAFTS: usize = 4;
