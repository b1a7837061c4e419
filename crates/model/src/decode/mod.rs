//! JSON to items, as every known client writes it.
//!
//! A record is one JSON object. Every name and alias of the vendor's clients is known; unknown keys and
//! explicit nulls are passed over. Numbers may be strings and strings numbers, lists may be one bare
//! element, moments may be ISO 8601. A number that cannot be read as one is left out; an array or object
//! where a number or word should be makes the record wrong.
//!
//! Text that is not quite JSON is mended once where senders are known to produce it (see `repair`): lone
//! surrogates and invalid UTF-8 become U+FFFD, bare `NaN` and `Infinity` become those words as strings.

mod loose;
mod properties;
mod repair;
mod skipped;
mod wide;

use thiserror::Error;

use crate::{Item, RecordId};
use wide::Wide;

/// What the path of a request says about its record, where the record's own `type` says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PathHint {
    /// Nothing; the record is an event.
    #[default]
    Any,
    /// An event.
    Event,
    /// A line of a log.
    Log,
    /// An activity.
    Activity,
    /// A snapshot.
    Snapshot,
    /// A dataset.
    Dataset,
}

/// A record as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The record's identity (`tnt4-id`), where it carries one.
    pub record_id: Option<RecordId>,
    /// The item; its identity is new where the record has none.
    pub item: Item,
}

/// Why bytes are no record.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes are not JSON, or nested too deeply, or hold a number beyond a double.
    #[error("not JSON: {detail}")]
    NotJson {
        /// What was found and where.
        detail: String,
    },
    /// The JSON is not an object, or a key holds what it cannot.
    #[error("not a record: {detail}")]
    WrongShape {
        /// What was found and where.
        detail: String,
    },
}

/// Reads one record.
///
/// # Errors
/// [`DecodeError::NotJson`] and [`DecodeError::WrongShape`].
pub fn decode(bytes: &[u8], hint: PathHint) -> Result<Decoded, DecodeError> {
    let wide: Wide = serde_json::from_slice(bytes).or_else(|error| {
        let mended = repair::repair(bytes).ok_or_else(|| describe(&error))?;
        serde_json::from_slice(&mended).map_err(|error| describe(&error))
    })?;
    Ok(wide.into_decoded(hint))
}

fn describe(error: &serde_json::Error) -> DecodeError {
    let detail = error.to_string();
    if error.is_data() {
        DecodeError::WrongShape { detail }
    } else {
        DecodeError::NotJson { detail }
    }
}
