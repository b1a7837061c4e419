//! A PUBLISH to records.

use tnt4_mqtt::Publish;

use super::draft::Draft;
use crate::ingest::{self, Refused};

/// Above this size a payload is read where it keeps no other connection waiting.
const LARGE: usize = 256 * 1024;

/// Adds a message's records to the draft, and returns what of it was refused, and whether that was all.
pub(super) fn take(publish: &Publish<'_>, draft: &mut Draft) -> Option<(Refused, bool)> {
    let read = || ingest::message(publish.topic, publish.payload);
    let mut message = if publish.payload.len() > LARGE {
        tokio::task::block_in_place(read)
    } else {
        read()
    };
    let is_all = message.arrivals.is_empty();
    draft.arrivals.append(&mut message.arrivals);
    message.refused.map(|refused| (refused, is_all))
}
