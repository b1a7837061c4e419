//! Streams logs, metrics and business events to jKool: what was accepted arrives, or is counted as lost.
//!
//! ```
//! use std::time::Duration;
//! use tnt4::{Event, Severity, Stream};
//! # let server = tnt4::testing::MemoryServer::new();
//! # let builder = Stream::builder().transport(server.transport());
//! # stringify! {
//!
//! let builder = Stream::builder()
//!     .url("https://data.jkoolcloud.com")
//!     .token(tnt4::Secret::new(std::env::var("TNT4_TOKEN")?)?);
//! # };
//! let stream = builder.build()?;
//!
//! stream.send(Event::new("ReceiveOrder").severity(Severity::Warning).message("stock is low"))?;
//!
//! let outcome = stream.close(Duration::from_secs(5));
//! assert!(outcome.is_complete(), "{outcome}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Ways in
//!
//! | what streams | how | feature |
//! |---|---|---|
//! | events, activities, snapshots by hand | [`Stream::send`] | |
//! | gauges, counters, timers | [`metrics`] | |
//! | a program that logs by `tracing`; spans are activities | `tnt4::layer()` | `tracing` |
//! | the ids of the traces that OpenTelemetry has under way, as correlators | the same | `opentelemetry` |
//! | a program that logs by `log` | `tnt4::log` | `log` |
//!
//! No feature is on by default, and none changes what is there without it. A program that logs needs one line:
//!
//! ```no_run
//! # #[cfg(feature = "tracing")] {
//! // Token and address are those of TNT4_TOKEN, TNT4_TOKEN_FILE and TNT4_URL.
//! let _guard = tnt4::layer().init()?;         // or: tnt4::log::init()
//! tracing::warn!(item = 4711, "stock is low");
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An activity by hand is sent when it begins, and again under the same identity when it ends; what happens within has it
//! as parent:
//!
//! ```
//! use tnt4::{Activity, ActivityStatus, Event, Timestamp};
//! # let server = tnt4::testing::MemoryServer::new();
//! # let stream = tnt4::Stream::builder().transport(server.transport()).build()?;
//!
//! let checkout = Activity::new("Checkout").start_time(Timestamp::now()).correlator("order-4711");
//! let id = checkout.operation.tracking_id.clone();
//! stream.send(checkout.clone())?;
//! stream.send(Event::new("Pay").parent(id.clone()).property("amount", 99.5))?;
//! tnt4::metrics::Metrics::new(&stream).within(&id).gauge("cart").set(3);
//! stream.send(checkout.status(ActivityStatus::End).end_time(Timestamp::now()))?;
//! # assert!(stream.close(std::time::Duration::from_secs(5)).is_complete());
//! # assert_eq!(server.taken().len(), 4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Where it goes, [`Builder`] says: over HTTPS or to a broker of MQTT ([`Mqtt`]). Where it waits, [`Spool`]; what lies there,
//! [`spools`]. Why nothing arrives, [`probe()`]. For tests there is [`testing`]. The folder `examples` of this crate has
//! a program for each.
//!
//! # The way of a record
//!
//! A [`Stream`] is a handle; [`send`](Stream::send) encodes the item on the caller's thread, once, and appends
//! the [`Record`] to a queue that is bounded in bytes. The worker, one thread a stream, takes a [`Batch`] from
//! it and gives it to the [`Transport`], which hands in a [`Verdict`] for each record as the server answers.
//! *Done* and *rejected* end a record's way, and the books say so; what has no verdict stays, in its order, and
//! is offered again after a pause that the [`Setback`] tells the worker to make.
//!
//! # What holds
//!
//! * No call blocks on the network, panics or prints, but [`flush`](Stream::flush), [`close`](Stream::close) and
//!   [`send_waiting`](Stream::send_waiting) wait, for as long as they are told to.
//! * Every record that was handed over is acknowledged, pending or dropped for a reason, in every
//!   [`Stats`] that is taken.
//! * Every attempt at a record sends the same bytes, with the same `tnt4-id`: a store keeps one copy.
//! * The worker knows no status code and no packet identifier; no transport knows how long to wait.
//! * Nothing is ever written to standard output or to a logging framework, and no secret anywhere but into
//!   requests.
//!
//! On Linux what is pending is on disk, survives the process, and goes with the next stream to the same destination;
//! see [`Spool`].

mod builder;
mod live;
mod recipe;
mod stream;

mod dropped;
mod flushed;
mod overflow;
mod problem;
mod secret;
mod stats;
mod token_source;
mod words;

mod identity;
mod record;
mod segment;
mod spool;
pub mod spools;

mod lane;
mod ledger;
mod queue;
mod shared;

mod calendar;
mod disk;
mod keeper;
mod syncer;

mod back_off;
mod batch;
mod drops;
mod heir;
mod own;
mod reading;
mod report;
mod worker;

mod environment;
mod own_thread;
pub mod redaction;
pub mod source;

#[cfg(any(feature = "log", feature = "tracing"))]
#[cfg_attr(
    not(all(feature = "log", feature = "tracing")),
    allow(dead_code, unused_imports, reason = "each bridge uses its part")
)]
mod bridge;
#[cfg(feature = "log")]
pub mod log;
#[cfg(feature = "tracing")]
mod tracing;

mod crash;
#[cfg(not(feature = "crash-points"))]
mod durable;
#[cfg(feature = "crash-points")]
#[doc(hidden)]
pub mod durable;
mod fork;
mod per_process;
mod sync;

mod transport;

mod http;
mod mqtt;
mod net;
mod probe;

pub mod metrics;

pub mod clock;
mod diagnostics;
#[doc(hidden)]
pub mod fuzzing;
pub mod testing;

#[cfg(feature = "tracing")]
pub use self::tracing::{LayerBuilder, TracingLayer, layer};
pub use batch::Batch;
#[cfg(any(feature = "log", feature = "tracing"))]
pub use bridge::{Guard, InitError, LevelsError};
pub use builder::{BuildError, Builder, DEFAULT_URL};
pub use diagnostics::Diagnostics;
pub use dropped::Dropped;
pub use environment::EnvironmentError;
pub use flushed::Flushed;
pub use http::Compression;
pub use http::proxy::{Proxy, ProxyError};
pub use mqtt::{Mqtt, MqttVersion};
pub use net::tls::TlsVersion;
pub use overflow::Overflow;
pub use probe::{Finding, Step, probe};
pub use problem::ProblemKind;
pub use record::Record;
pub use secret::{Secret, SecretError};
pub use spool::Spool;
pub use stats::{Drops, Inherited, Stats};
pub use stream::Stream;
pub use token_source::{TokenError, TokenSource};
pub use transport::{Setback, Transport, Verdict};

pub use tnt4_mqtt::{Qos, Topic, TopicError};

pub use tnt4_model::{
    Activity, ActivityStatus, CompCode, Dataset, Event, EventType, Item, Log, Measures, Message, Operation,
    Property, RecordId, Severity, Snapshot, Source, SourceFqn, SourceType, Times, Timestamp, TrackingId,
    Value,
};
