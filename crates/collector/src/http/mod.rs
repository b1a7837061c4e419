//! The loop that takes records: HTTP/1.1 of its own, over tokio's sockets.
//!
//! Two things that servers made of ready parts do not do: a request with `Pragma: no-response` is answered
//! by silence (its sender never reads, and would stall on answers), and whatever requests a connection has
//! buffered are committed together and answered in order. All that is no plain POST of records (queries,
//! pages, browsers, chunked bodies) goes, with the connection, to axum.

mod answers;
mod connection;
mod handover;
mod head;
mod requests;

pub(crate) use connection::{LARGEST_BODY, serve};
