//! The words for times.

/// What may follow `for`, or stand in `jk_date`.
#[derive(Debug, Clone)]
pub(crate) enum DateRange {
    /// `today`, `yesterday`, `tomorrow`.
    Day(DateWord),
    /// `this week`: all of the calendar unit that holds the present.
    This(Unit),
    /// `last 3 hours`, `latest hour`: from that long ago until now.
    Last { count: u64, unit: Unit },
    /// `'2026-11-22'` alone: all that the date stands for.
    At(Point),
    /// `since '2026-11-22'`, `from '2026-11-22'`: until now.
    Since(Point),
    /// `a to b`.
    Between(Point, Point),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateWord {
    Today,
    Yesterday,
    Tomorrow,
}

/// One end of a range.
#[derive(Debug, Clone)]
pub(crate) enum Point {
    /// Microseconds since 1970.
    Microseconds(i64),
    Now,
    Day(DateWord),
    /// A date in quotes.
    Text(String),
}

/// The units of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
}

impl Unit {
    /// Its length in microseconds; none for months and years, whose lengths vary.
    pub(crate) fn microseconds(self) -> Option<i64> {
        match self {
            Unit::Year | Unit::Month => None,
            Unit::Week => Some(7 * 86_400_000_000),
            Unit::Day => Some(86_400_000_000),
            Unit::Hour => Some(3_600_000_000),
            Unit::Minute => Some(60_000_000),
            Unit::Second => Some(1_000_000),
            Unit::Millisecond => Some(1_000),
            Unit::Microsecond => Some(1),
        }
    }
}
