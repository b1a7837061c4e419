//! How many items of each kind there are: what was sent, and what is stored.

use std::collections::HashSet;

use tnt4::Item;

use crate::query::grouped;

/// How many items of each kind there are.
#[derive(Debug, Default, Clone)]
pub(super) struct Counts {
    pub(super) events: u64,
    pub(super) activities: u64,
    pub(super) snapshots: u64,
    pub(super) logs: u64,
    /// An activity that is reported again is the same.
    known_activities: HashSet<String>,
}

impl Counts {
    /// Counts an item and the snapshots in it.
    pub(super) fn add(&mut self, item: &Item) {
        let operation = match item {
            Item::Event(event) => {
                self.events += 1;
                &event.operation
            }
            Item::Log(log) => {
                self.logs += 1;
                &log.operation
            }
            Item::Activity(activity) => {
                let id = activity.operation.tracking_id.as_str();
                if self.known_activities.insert(id.to_owned()) {
                    self.activities += 1;
                }
                &activity.operation
            }
            Item::Snapshot(_) => {
                self.snapshots += 1;
                return;
            }
            Item::Dataset(_) => return,
        };
        self.snapshots += operation.snapshots.len() as u64;
    }

    /// What the store says.
    pub(super) fn stored(events: u64, activities: u64, snapshots: u64, logs: u64) -> Self {
        Counts {
            events,
            activities,
            snapshots,
            logs,
            known_activities: HashSet::new(),
        }
    }

    fn rows(&self) -> [(&'static str, u64); 4] {
        [
            ("events", self.events),
            ("activities", self.activities),
            ("snapshots", self.snapshots),
            ("logs", self.logs),
        ]
    }
}

impl PartialEq for Counts {
    fn eq(&self, other: &Self) -> bool {
        self.rows() == other.rows()
    }
}

/// Both side by side; where they differ it is said.
pub(super) fn table(sent: &Counts, stored: &Counts) -> String {
    let mut lines = vec![format!("{:12}{:>9}{:>9}", "", "sent", "stored")];
    for ((kind, sent), (_, stored)) in sent.rows().into_iter().zip(stored.rows()) {
        let mark = if sent == stored { "" } else { "  wrong" };
        lines.push(format!(
            "{kind:12}{:>9}{:>9}{mark}",
            grouped(sent),
            grouped(stored)
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use tnt4::{Activity, Event, Log, Snapshot};

    use super::*;

    #[test]
    fn items_are_counted_as_they_are_stored() {
        let mut counts = Counts::default();
        let begun = Activity::new("order").tracking_id("a");
        for item in [
            begun.clone().into(),
            begun.into(),
            Event::new("e").snapshot(Snapshot::new("s")).into(),
            Snapshot::new("s").into(),
            Log::new("l").into(),
        ] {
            counts.add(&item);
        }
        assert_eq!(counts, Counts::stored(1, 1, 2, 1));
        let text = table(&counts, &Counts::stored(1, 1, 1_234, 1));
        assert!(text.contains("snapshots           2    1,234  wrong"), "{text}");
        assert_eq!(text.matches("wrong").count(), 1);
    }
}
