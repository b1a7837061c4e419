//! From `tracing` to a stream: events become events, and spans become activities.
//!
//! ```text
//! event ─▶ visitor ─▶ sheet ─▶ outlet                      (bridge; of_log says where records of `log` were made)
//!              │         ▲
//!              │      lineage: parent and correlators
//!              ▼         │
//! span  ─▶ scope, which begins, is entered, recorded to and closed ─▶ outlet
//! ```
//!
//! The application's code, which shows values, runs before a span's data are looked at: those are behind a lock of the
//! registry's, and what shows a value may log itself.

mod builder;
mod event;
mod layer;
mod lineage;
mod of_log;
#[cfg(feature = "opentelemetry")]
mod opentelemetry;
mod panics;
mod scope;
mod visitor;

pub use builder::{LayerBuilder, layer};
pub use layer::TracingLayer;
