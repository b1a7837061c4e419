//! What is told of records that were dropped for want of room or time: an event among those that arrived, so that whoever
//! looks at them knows what is missing.

use crate::ledger::Overflowed;
use crate::record::Draft;
use crate::shared::{Shared, State};
use crate::{Drops, Event, Severity, Timestamp};

/// Tells of the drops that were not told of: how many, from when to when, and why. The event goes the way of all others,
/// where it is wanted. Returns the same in words; `None` where there is nothing to tell, or no room to do so.
pub(crate) fn tell(shared: &Shared, state: &mut State, by_event: bool) -> Option<String> {
    let drops = state.ledger.overflow.drops;
    let (first, last) = state.ledger.overflow.between?;
    if by_event {
        let draft = Draft::encode(&event(first, last, &drops).into());
        let frame = draft.as_ref().map_err(|reason| *reason).and_then(Draft::frame);
        frame.and_then(|frame| shared.append(state, &frame)).ok()?;
    }
    state.ledger.overflow = Overflowed::default();
    Some(format!(
        "{} records were dropped: {}",
        drops.total(),
        reasons(&drops)
    ))
}

/// The event that tells of drops.
fn event(first: Timestamp, last: Timestamp, drops: &Drops) -> Event {
    let total = drops.total();
    let event = Event::new("tnt4: records dropped")
        // What is kept for errors is kept for this, too.
        .severity(Severity::Error)
        .message(format!(
            "{total} records were dropped between {first} and {last}: {}",
            reasons(drops)
        ))
        .property("dropped", total)
        .property("first", first.to_string())
        .property("last", last.to_string());
    drops
        .iter()
        .filter(|(_, count)| *count > 0)
        .fold(event, |event, (reason, count)| {
            event.property(format!("dropped.{}", reason.name()), count)
        })
}

fn reasons(drops: &Drops) -> String {
    let reasons = drops.iter().filter(|(_, count)| *count > 0);
    reasons
        .map(|(reason, count)| format!("{count} {}", reason.name()))
        .collect::<Vec<_>>()
        .join(", ")
}
