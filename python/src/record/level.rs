//! Levels of logging as severities of jKool.
//!
//! The five levels of the standard library have their severity. Another level has the one that its name says, where it
//! is a word of jKool's (TRACE, NOTICE, FATAL …), else the nearest by number.

use tnt4::Severity;

/// Numbers of levels and their severities.
const LEVELS: &[(i64, Severity)] = &[
    (0, Severity::None),
    (5, Severity::Trace),
    (10, Severity::Debug),
    (20, Severity::Info),
    (25, Severity::Notice),
    (30, Severity::Warning),
    (40, Severity::Error),
    (45, Severity::Failure),
    (50, Severity::Critical),
    (60, Severity::Fatal),
    (70, Severity::Halt),
];

/// A level's severity, and whether the level says more than that.
pub(crate) fn severity(number: i64, name: &str) -> (Severity, bool) {
    let standard = match number {
        10 => Some((Severity::Debug, "DEBUG")),
        20 => Some((Severity::Info, "INFO")),
        30 => Some((Severity::Warning, "WARNING")),
        40 => Some((Severity::Error, "ERROR")),
        50 => Some((Severity::Critical, "CRITICAL")),
        _ => None,
    };
    match standard {
        Some((severity, usual)) => (severity, name != usual),
        None => (Severity::from_name(name).unwrap_or_else(|| nearest(number)), true),
    }
}

/// The severity whose number is the nearest, the graver of two.
pub(crate) fn nearest(number: i64) -> Severity {
    let by_distance = LEVELS
        .iter()
        .rev()
        .min_by_key(|(level, _)| level.abs_diff(number));
    by_distance.map_or(Severity::Info, |(_, severity)| *severity)
}

/// The level at which a severity is logged. One that says nothing is information.
pub(crate) fn level(severity: Severity) -> i64 {
    let found = LEVELS.iter().find(|(_, of_level)| *of_level == severity);
    found.map_or(20, |(number, _)| (*number).max(1))
}
