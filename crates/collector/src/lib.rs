//! The local jKool: receives records over HTTP and MQTT, keeps them in a store, answers jKQL, and shows on a page
//! what arrives.
//!
//! ```text
//! socket ─▶ http (its own loop) ─▶ ingest (body to records) ─▶ store (commit) ─▶ answer
//!        ─▶ mqtt ────────────────▶                          ─▶                ─▶ acknowledgement
//!                │                                               │
//!                └─▶ api (axum): queries ◀── readers of the store└─▶ live ─▶ the page
//! ```
//!
//! [`Collector::start`] binds, opens the store and serves on threads of its own; [`Collector::stop`] lets
//! go of the port, commits and answers what has been received, and closes the store.
//!
//! Invariants: an answer that says *accepted* is written after the commit, never before. Whatever comes
//! from outside is bounded before it is parsed. Nothing here prints; what an operator should know is
//! handed to [`Settings::notice`].

mod collector;
mod notices;
mod settings;
mod shared;
mod shutdown;

mod accept;
mod access;
mod guard;

mod http;
mod ingest;
mod live;
mod mqtt;
pub mod store;

mod api;
mod readers;

pub use collector::{Collector, StartError};
pub use mqtt::{Subscription, SubscriptionError};
pub use settings::Settings;
pub use store::sqlite::Synchronous;
