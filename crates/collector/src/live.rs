//! What has just been committed, for those who watch.
//!
//! One line of JSON an item. Whoever is slow misses lines and is told how many; nobody slows the writing.

use std::sync::Arc;

use serde::Serialize;
use tnt4_model::{Item, Measures, Operation};
use tokio::sync::broadcast;

use crate::store::Arrival;

/// How many lines wait for a slow watcher before it misses the oldest.
const WAITING: usize = 1_024;

/// How many items of one commit are shown: a page cannot show thousands, and says how many it left out.
const SHOWN: usize = 200;

/// Where committed items are announced.
#[derive(Clone)]
pub(crate) struct Live {
    lines: broadcast::Sender<Arc<str>>,
}

impl Live {
    pub(crate) fn new() -> Self {
        Live {
            lines: broadcast::Sender::new(WAITING),
        }
    }

    /// From now on every announced line.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Arc<str>> {
        self.lines.subscribe()
    }

    /// Announces the newest of these; free of cost while nobody watches.
    pub(crate) fn publish(&self, arrivals: &[Arrival]) {
        if self.lines.receiver_count() == 0 {
            return;
        }
        let left_out = arrivals.len().saturating_sub(SHOWN);
        if left_out > 0 {
            self.announce(&Skipped { skipped: left_out });
        }
        for arrival in &arrivals[left_out..] {
            self.announce(&Summary::of(arrival));
        }
    }

    fn announce<T: Serialize>(&self, line: &T) {
        if let Ok(line) = serde_json::to_string(line) {
            // An error only says that the last watcher has just left.
            let _ = self.lines.send(line.into());
        }
    }
}

/// How many items were not announced.
#[derive(Serialize)]
pub(crate) struct Skipped {
    pub(crate) skipped: usize,
}

/// An item, as much of it as a line of a list shows.
#[derive(Serialize)]
struct Summary<'a> {
    item: &'static str,
    id: &'a str,
    /// Microseconds since 1970, as its sender has it.
    time: i64,
    /// Microseconds since 1970, as the collector has it: tells who comes back which items are still unknown.
    received: i64,
    severity: &'static str,
    name: &'a str,
    message: &'a str,
    source: Option<&'a str>,
}

impl<'a> Summary<'a> {
    fn of(arrival: &'a Arrival) -> Self {
        let severity = arrival.item.severity().name();
        let id = shortened(arrival.item.tracking_id().as_str());
        let received = arrival.received.as_micros();
        let operation = |item, operation: &'a Operation| Summary {
            item,
            id,
            time: operation.times(arrival.received).start.as_micros(),
            received,
            severity,
            name: shortened(&operation.name),
            message: shortened(operation.message.text.as_deref().unwrap_or_default()),
            source: operation.source.fqn.as_ref().map(|fqn| shortened(fqn.as_str())),
        };
        let measures = |item, measures: &'a Measures| Summary {
            item,
            id,
            time: measures.time.unwrap_or(arrival.received).as_micros(),
            received,
            severity,
            name: shortened(&measures.name),
            message: shortened(measures.category.as_deref().unwrap_or_default()),
            source: measures.source.fqn.as_ref().map(|fqn| shortened(fqn.as_str())),
        };
        match &arrival.item {
            Item::Event(event) => operation("Event", &event.operation),
            Item::Log(log) => operation("Log", &log.operation),
            Item::Activity(activity) => operation("Activity", &activity.operation),
            Item::Snapshot(snapshot) => measures("Snapshot", &snapshot.measures),
            Item::Dataset(dataset) => measures("Dataset", &dataset.measures),
        }
    }
}

/// At most 2,000 bytes, at the end of a character: lines wait in memory for those who listen.
fn shortened(text: &str) -> &str {
    let end = (0..=text.len().min(2_000))
        .rev()
        .find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use tnt4_model::{Event, Snapshot, Timestamp};

    use super::*;

    #[test]
    fn a_line_has_the_times_of_sender_and_collector() {
        let (stamped, received) = (Timestamp::from_micros(5), Timestamp::from_micros(7));
        let items: [Item; 2] = [
            Event::new("e").start_time(stamped).end_time(stamped).into(),
            Snapshot::new("s").time(stamped).into(),
        ];
        let live = Live::new();
        let mut lines = live.subscribe();
        live.publish(&items.map(|item| Arrival {
            record_id: None,
            item,
            received,
        }));
        for _ in 0..2 {
            let line: serde_json::Value = serde_json::from_str(&lines.try_recv().unwrap()).unwrap();
            assert_eq!(
                (&line["time"], &line["received"]),
                (&5.into(), &7.into()),
                "{line}"
            );
        }
    }
}
