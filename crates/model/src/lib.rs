//! What is said: events, logs, activities, snapshots and datasets as jKool knows them, and their JSON.
//!
//! ```
//! use tnt4_model::{Event, Item, Severity};
//!
//! let event = Event::new("ReceiveOrder")
//!     .severity(Severity::Warning)
//!     .correlator("order-4711")
//!     .message("stock is low")
//!     .property("amount", 12.5);
//! let json = Item::from(event).to_json();
//! assert!(json.contains(r#""corrid":["order-4711"]"#));
//! ```
//!
//! An [`Event`], a [`Log`] and an [`Activity`] each are an [`Operation`] and a little more; a [`Snapshot`]
//! and a [`Dataset`] are [`Measures`]. [`Item`] is any one of the five. [`Item::encode`] writes the names
//! that the vendor's servers read; [`decode`] reads what any known client writes, and is the other's
//! inverse.
//!
//! This crate does no I/O. It reads the system's clock and random source for new times and identities.

mod builder;
mod json;
mod words;

mod activity_status;
mod comp_code;
mod event_type;
mod severity;

mod fresh;
mod id;
mod message;
mod property;
mod source;
mod source_fqn;
mod source_type;
mod timestamp;

mod activity;
mod dataset;
mod event;
mod item;
mod log;
mod measures;
mod operation;
mod snapshot;

mod decode;
mod encode;
mod encoded_properties;
mod event_parts;

pub use activity::Activity;
pub use activity_status::ActivityStatus;
pub use comp_code::CompCode;
pub use dataset::Dataset;
pub use decode::{DecodeError, Decoded, PathHint, decode};
pub use encoded_properties::{EncodedName, EncodedProperties};
pub use event::Event;
pub use event_parts::{EncodedOutline, EventOutline, EventParts};
pub use event_type::EventType;
pub use fresh::after_fork;
pub use id::{RecordId, TrackingId};
pub use item::Item;
pub use log::Log;
pub use measures::Measures;
pub use message::Message;
pub use operation::{Operation, Times};
pub use property::{Property, Value};
pub use severity::Severity;
pub use snapshot::Snapshot;
pub use source::Source;
pub use source_fqn::{SourceFqn, SourceFqnBuilder, SourceFqnError};
pub use source_type::SourceType;
pub use timestamp::Timestamp;
