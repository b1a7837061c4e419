//! One field of an item, and how the tables of fields are written.

use super::{EnumKind, ValueType};

/// A field of an item.
#[derive(Debug, PartialEq)]
pub(crate) struct Field {
    /// The canonical name.
    pub(crate) name: &'static str,
    /// Other names for it, in small letters.
    pub(crate) aliases: &'static [&'static str],
    pub(crate) value_type: ValueType,
    pub(crate) place: Place,
}

/// Where the store keeps a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A column of the item's table.
    Own(&'static str),
    /// A column of the table `source`.
    Source(&'static str),
    /// Nowhere yet.
    Missing,
}

impl Field {
    /// Whether `name` means this field.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.names().any(|own| own.eq_ignore_ascii_case(name))
    }

    /// The canonical name and all others.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// The same field under more names.
    pub(super) const fn or(mut self, aliases: &'static [&'static str]) -> Field {
        self.aliases = aliases;
        self
    }
}

const fn field(name: &'static str, value_type: ValueType, column: &'static str) -> Field {
    Field {
        name,
        aliases: &[],
        value_type,
        place: Place::Own(column),
    }
}

pub(super) const fn text(name: &'static str, column: &'static str) -> Field {
    field(name, ValueType::String, column)
}

pub(super) const fn integer(name: &'static str, column: &'static str) -> Field {
    field(name, ValueType::Integer, column)
}

pub(super) const fn timestamp(name: &'static str, column: &'static str) -> Field {
    field(name, ValueType::Timestamp, column)
}

pub(super) const fn interval(name: &'static str, column: &'static str) -> Field {
    field(name, ValueType::TimeInterval, column)
}

pub(super) const fn texts(name: &'static str, column: &'static str) -> Field {
    field(name, ValueType::StringArray, column)
}

pub(super) const fn one_of(name: &'static str, kind: EnumKind, column: &'static str) -> Field {
    field(name, ValueType::Enum(kind), column)
}

/// The map of all properties.
pub(super) const fn properties() -> Field {
    field("Properties", ValueType::Map, "properties").or(&["property", "props", "map"])
}

pub(super) const fn of_source(name: &'static str, column: &'static str) -> Field {
    Field {
        name,
        aliases: &[],
        value_type: ValueType::String,
        place: Place::Source(column),
    }
}

/// The map from the types of a source's parts to their names.
pub(super) const fn source_components() -> Field {
    Field {
        name: "SourceComps",
        aliases: &["sourcecomponents"],
        value_type: ValueType::MapOfStringArrays,
        place: Place::Source("components"),
    }
}

/// A field of jKQL that the store does not keep yet.
pub(super) const fn missing(name: &'static str) -> Field {
    Field {
        name,
        aliases: &[],
        value_type: ValueType::String,
        place: Place::Missing,
    }
}
