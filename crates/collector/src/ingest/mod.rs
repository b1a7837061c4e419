//! What a body says: a request for access, or records. The body decides, not its `Content-Type`, since
//! half of the known clients send a wrong one. A message of MQTT has neither, and may be plain text.

mod access_request;
mod body;
mod gate;
mod message;
mod path;

use access_request::{granted, refused};
pub(crate) use body::Refusal;
pub(crate) use gate::{Decision, Sender, decide};
pub(crate) use message::{Refused, message};
pub(crate) use path::hint_of;

use serde::Serialize;

/// The `Content-Type` that a client may send several records in, one a line.
pub(crate) const NDJSON: &str = "application/x-ndjson";

/// Why a caller is not let in. Clients know the first words.
pub(crate) const UNAUTHORIZED: &str =
    "Undefined or expired access token; send a valid one as X-API-Key or in an access-request";

/// Whether a `Content-Type` says that each line is a record.
pub(crate) fn is_ndjson(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case(NDJSON) || kind.eq_ignore_ascii_case("application/ndjson")
}

/// What a body of several records is answered with, in JSON.
pub(crate) fn summary(accepted: usize, rejected: &[Refusal]) -> String {
    #[derive(Serialize)]
    struct Summary<'a> {
        accepted: usize,
        rejected: &'a [Refusal],
    }
    // Numbers and strings always have a JSON form.
    serde_json::to_string(&Summary { accepted, rejected }).unwrap_or_default()
}
