//! The enumerations that fields have as types.

use tnt4_model::{ActivityStatus, CompCode, EventType, Severity};

/// An enumeration of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnumKind {
    /// [`Severity`]
    Severity,
    /// [`EventType`]
    EventType,
    /// [`CompCode`]
    CompCode,
    /// [`ActivityStatus`]
    ActivityStatus,
}

impl EnumKind {
    /// The name of the enumeration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EnumKind::Severity => "Severity",
            EnumKind::EventType => "EventType",
            EnumKind::CompCode => "CompCode",
            EnumKind::ActivityStatus => "ActivityStatus",
        }
    }

    /// The word of this ordinal.
    #[must_use]
    pub fn name_of(self, ordinal: i64) -> Option<&'static str> {
        match self {
            EnumKind::Severity => Severity::from_ordinal(ordinal).map(Severity::name),
            EnumKind::EventType => EventType::from_ordinal(ordinal).map(EventType::name),
            EnumKind::CompCode => CompCode::from_ordinal(ordinal).map(CompCode::name),
            EnumKind::ActivityStatus => ActivityStatus::from_ordinal(ordinal).map(ActivityStatus::name),
        }
    }

    /// The ordinal of this word or alias, in any case.
    #[must_use]
    pub fn ordinal_of(self, word: &str) -> Option<i64> {
        let ordinal = match self {
            EnumKind::Severity => Severity::from_name(word).map(Severity::ordinal),
            EnumKind::EventType => EventType::from_name(word).map(EventType::ordinal),
            EnumKind::CompCode => CompCode::from_name(word).map(CompCode::ordinal),
            EnumKind::ActivityStatus => ActivityStatus::from_name(word).map(ActivityStatus::ordinal),
        };
        ordinal.map(i64::from)
    }

    /// All words, by ordinal.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        (0..).map_while(|ordinal| self.name_of(ordinal)).collect()
    }
}
