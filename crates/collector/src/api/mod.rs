//! What is asked over HTTP: queries, the page, and records from those whom the loop in `http` leaves to
//! axum.

mod error;
mod feed;
mod ingest;
mod jkql;
mod page;
mod parameters;
mod received;
mod result_set;
mod router;
mod value_types;
mod zone;

pub(crate) use router::{LetIn, State, router};
