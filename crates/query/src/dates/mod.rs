//! Words and literals → a range of microseconds, both ends included.
//!
//! Calendar units are those of the given time zone, so that a day may have 23 or 25 hours. Weeks begin on Sunday, the
//! day with ordinal 0 in the vendor's enumeration of week days. `last` and `latest` are the same: from that long ago
//! until now. A date stands for all of what it names: `'2026-11-22'` for that day, `'2026-11-22 10:30'` for that minute;
//! as the end of a range, it includes that.

mod literal;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{RoundMode, Span, Timestamp, ToSpan, Zoned, ZonedRound};

use crate::ast::{DateRange, DateWord, Point, Unit};

/// Microseconds since 1970, from the first to the last.
pub(crate) type Range = (i64, i64);

/// The present, and where it is looked at from.
pub(crate) struct Clock {
    now: Zoned,
}

impl Clock {
    /// The clock that shows `now`, in microseconds since 1970, in `zone`.
    pub(crate) fn new(now: i64, zone: TimeZone) -> Result<Clock, String> {
        let now = Timestamp::from_microsecond(now).map_err(|_| FAR.to_owned())?;
        Ok(Clock {
            now: now.to_zoned(zone),
        })
    }

    /// What the words stand for; or what is wrong with them.
    pub(crate) fn range(&self, words: &DateRange) -> Result<Range, String> {
        match words {
            DateRange::Day(word) => self.day(*word),
            DateRange::This(unit) => self.this(*unit).map_err(far),
            DateRange::Last { count, unit } => self.last(*count, *unit).map_err(far),
            DateRange::At(point) => self.point(point),
            DateRange::Since(point) => Ok((self.point(point)?.0, self.microseconds())),
            DateRange::Between(start, end) => Ok((self.point(start)?.0, self.point(end)?.1)),
        }
    }

    /// What one date in quotes stands for.
    pub(crate) fn literal(&self, text: &str) -> Result<Range, String> {
        literal::range(text, self.now.time_zone())
    }

    /// What one bare word stands for, if it is one of a time.
    pub(crate) fn word(&self, word: &str) -> Option<Range> {
        let day = match word.to_ascii_lowercase().as_str() {
            "now" => return Some((self.microseconds(), self.microseconds())),
            "today" => DateWord::Today,
            "yesterday" => DateWord::Yesterday,
            "tomorrow" => DateWord::Tomorrow,
            _ => return None,
        };
        self.day(day).ok()
    }

    fn microseconds(&self) -> i64 {
        self.now.timestamp().as_microsecond()
    }

    fn point(&self, point: &Point) -> Result<Range, String> {
        match point {
            Point::Microseconds(at) => Ok((*at, *at)),
            Point::Now => Ok((self.microseconds(), self.microseconds())),
            Point::Day(word) => self.day(*word),
            Point::Text(text) => self.literal(text),
        }
    }

    fn day(&self, word: DateWord) -> Result<Range, String> {
        let today = self.now.date();
        let date = match word {
            DateWord::Today => Ok(today),
            DateWord::Yesterday => today.yesterday(),
            DateWord::Tomorrow => today.tomorrow(),
        };
        date.and_then(|date| dates(date, 1.day(), self.now.time_zone()))
            .map_err(far)
    }

    /// The calendar unit that holds the present.
    fn this(&self, unit: Unit) -> Result<Range, jiff::Error> {
        let today = self.now.date();
        let (first, length) = match unit {
            Unit::Year => (today.first_of_year(), 1.year()),
            Unit::Month => (today.first_of_month(), 1.month()),
            Unit::Week => {
                let days = i64::from(today.weekday().to_sunday_zero_offset());
                (today.checked_sub(days.days())?, 1.week())
            }
            Unit::Day => (today, 1.day()),
            Unit::Hour => return self.clock_unit(jiff::Unit::Hour, 3_600_000_000),
            Unit::Minute => return self.clock_unit(jiff::Unit::Minute, 60_000_000),
            Unit::Second => return self.clock_unit(jiff::Unit::Second, 1_000_000),
            Unit::Millisecond => return self.clock_unit(jiff::Unit::Millisecond, 1_000),
            Unit::Microsecond => return Ok((self.microseconds(), self.microseconds())),
        };
        dates(first, length, self.now.time_zone())
    }

    fn clock_unit(&self, unit: jiff::Unit, length: i64) -> Result<Range, jiff::Error> {
        let start = self
            .now
            .round(ZonedRound::new().smallest(unit).mode(RoundMode::Trunc))?;
        let start = start.timestamp().as_microsecond();
        Ok((start, start.saturating_add(length - 1)))
    }

    /// From that long ago until now.
    fn last(&self, count: u64, unit: Unit) -> Result<Range, jiff::Error> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let span = Span::new();
        let span = match unit {
            Unit::Year => span.try_years(count),
            Unit::Month => span.try_months(count),
            Unit::Week => span.try_weeks(count),
            Unit::Day => span.try_days(count),
            Unit::Hour => span.try_hours(count),
            Unit::Minute => span.try_minutes(count),
            Unit::Second => span.try_seconds(count),
            Unit::Millisecond => span.try_milliseconds(count),
            Unit::Microsecond => span.try_microseconds(count),
        }?;
        let start = self.now.checked_sub(span)?;
        Ok((start.timestamp().as_microsecond(), self.microseconds()))
    }
}

const FAR: &str = "it is beyond the years that the calendar knows (-9999 to 9999)";

/// The only way in which these calculations fail.
fn far(_: jiff::Error) -> String {
    FAR.to_owned()
}

/// From the start of `first` to just before the day that is `length` later.
fn dates(first: Date, length: Span, zone: &TimeZone) -> Result<Range, jiff::Error> {
    let start = first.to_zoned(zone.clone())?;
    let end = first.checked_add(length)?.to_zoned(zone.clone())?;
    Ok((
        start.timestamp().as_microsecond(),
        end.timestamp().as_microsecond() - 1,
    ))
}
