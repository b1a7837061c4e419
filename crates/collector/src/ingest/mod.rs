//! What a body says: a request for access, or records. The body decides, not its `Content-Type`, since
//! half of the known clients send a wrong one.

mod access_request;
mod body;
mod path;

pub(crate) use access_request::{AccessRequest, granted, refused};
pub(crate) use body::{Body, Refusal, read};
pub(crate) use path::hint_of;

use serde::Serialize;

/// The `Content-Type` that a client may send several records in, one a line.
pub(crate) const NDJSON: &str = "application/x-ndjson";

/// What a body of several records is answered with.
#[derive(Serialize)]
pub(crate) struct Summary<'a> {
    pub(crate) accepted: usize,
    pub(crate) rejected: &'a [Refusal],
}

/// The answer's JSON.
pub(crate) fn summary(accepted: usize, rejected: &[Refusal]) -> String {
    // Numbers and strings always have a JSON form.
    serde_json::to_string(&Summary { accepted, rejected }).unwrap_or_default()
}
