//! The items that can be asked for.

use super::field::{Field, Place};
use super::{activity, event, snapshot, source};

/// A type of item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Item {
    /// A step, with a begin, an end and perhaps a message.
    Event,
    /// A group of steps.
    Activity,
    /// Measurements at one time.
    Snapshot,
    /// A line of a log.
    Log,
    /// A set of data.
    Dataset,
}

impl Item {
    /// Every item.
    pub const ALL: [Item; 5] = [
        Item::Event,
        Item::Activity,
        Item::Snapshot,
        Item::Log,
        Item::Dataset,
    ];

    /// The canonical name, as in a result set's `item-type`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Item::Event => "Event",
            Item::Activity => "Activity",
            Item::Snapshot => "Snapshot",
            Item::Log => "Log",
            Item::Dataset => "Dataset",
        }
    }

    /// The name of several of them.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Item::Event => "Events",
            Item::Activity => "Activities",
            Item::Snapshot => "Snapshots",
            Item::Log => "Logs",
            Item::Dataset => "Datasets",
        }
    }

    /// The item of this name, in the singular or plural and in any case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Item> {
        Item::ALL
            .into_iter()
            .find(|item| word.eq_ignore_ascii_case(item.name()) || word.eq_ignore_ascii_case(item.plural()))
    }

    /// The store's table.
    #[must_use]
    pub fn table(self) -> &'static str {
        match self {
            Item::Event => "event",
            Item::Activity => "activity",
            Item::Snapshot => "snapshot",
            Item::Log => "log",
            Item::Dataset => "dataset",
        }
    }

    /// The item's number in the store's table `correlator`; none if it has no correlators.
    #[must_use]
    pub fn correlator_ordinal(self) -> Option<i64> {
        match self {
            Item::Event => Some(0),
            Item::Log => Some(1),
            Item::Activity => Some(2),
            Item::Snapshot | Item::Dataset => None,
        }
    }

    /// The canonical name of the field that tells one row from the others.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Item::Event | Item::Log => "EventID",
            Item::Activity => "ActivityID",
            Item::Snapshot | Item::Dataset => "SnapshotID",
        }
    }

    /// The canonical name of the field that date ranges apply to.
    #[must_use]
    pub fn date_field(self) -> &'static str {
        match self {
            Item::Event | Item::Activity => "StartTime",
            Item::Log => "ReportTime",
            Item::Snapshot | Item::Dataset => "SnapshotTime",
        }
    }

    /// All fields, also those that are not kept.
    pub(crate) fn fields(self) -> impl Iterator<Item = &'static Field> {
        let own: &[&[Field]] = match self {
            Item::Event => &[event::FIELDS, source::FIELDS, event::BY_NAME],
            Item::Log => &[event::FIELDS, source::FIELDS, event::OF_LOG, event::BY_NAME],
            Item::Activity => &[activity::FIELDS, source::FIELDS, activity::BY_NAME],
            Item::Snapshot | Item::Dataset => &[snapshot::FIELDS, source::FIELDS, snapshot::BY_NAME],
        };
        own.iter().copied().flatten()
    }

    /// The field that `name` means.
    pub(crate) fn field(self, name: &str) -> Option<&'static Field> {
        let plain = if name.eq_ignore_ascii_case("name") {
            self.name_field()
        } else {
            name
        };
        self.fields().find(|field| field.is_named(plain))
    }

    /// The canonical name of the field that `Name` and a name selector mean.
    pub(crate) fn name_field(self) -> &'static str {
        match self {
            Item::Event | Item::Log => "EventName",
            Item::Activity => "ActivityName",
            Item::Snapshot | Item::Dataset => "SnapshotName",
        }
    }

    /// The columns when no fields are named.
    pub(crate) fn default_fields(self) -> Vec<&'static Field> {
        let names = match self {
            Item::Event => event::DEFAULT,
            Item::Log => event::DEFAULT_OF_LOG,
            Item::Activity => activity::DEFAULT,
            Item::Snapshot | Item::Dataset => snapshot::DEFAULT,
        };
        names.iter().filter_map(|name| self.field(name)).collect()
    }

    /// The columns of `fields all`: all that are kept, except that activities have a list of their own.
    pub(crate) fn all_fields(self) -> Vec<&'static Field> {
        match self {
            Item::Activity => activity::ALL.iter().filter_map(|name| self.field(name)).collect(),
            _ => self
                .fields()
                .filter(|field| field.place != Place::Missing)
                .collect(),
        }
    }
}
