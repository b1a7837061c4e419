//! Moments as RFC 3339 writes them, in UTC and to the millisecond: `2026-11-22T20:15:42.123Z`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// 400 years of the Gregorian calendar, 100 that do not end with a leap day, 4 that do, and one that does not.
const DAYS: [u64; 4] = [146_097, 36_524, 1_461, 365];

/// The moment as text. What lies before 1970 or after 9999 is shown as the first or last moment between.
pub(super) fn text(moment: SystemTime) -> String {
    let last = Duration::from_millis(253_402_300_799_999);
    let since_1970 = moment.duration_since(UNIX_EPOCH).unwrap_or_default().min(last);
    let seconds = since_1970.as_secs();
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    let milliseconds = since_1970.subsec_millis();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}Z")
}

/// Year, month and day, so many days after 1 January 1970.
fn date(days: u64) -> (u64, u64, u64) {
    // Counted from 1 March of the year 0. Years that begin in March have their leap day at the end.
    let mut days = days + 719_468;
    let mut periods = [0; 4];
    for (period, length) in periods.iter_mut().zip(DAYS) {
        *period = days / length;
        days %= length;
    }
    let [cycles, centuries, fours, years] = periods;
    let year = cycles * 400 + centuries * 100 + fours * 4 + years;
    // Only a leap day is left over after four whole centuries of a cycle, or four whole years.
    if centuries == 4 || years == 4 {
        return (year, 2, 29);
    }
    of_march(year, days)
}

/// The date of a day of a year that begins in March.
fn of_march(year: u64, day: u64) -> (u64, u64, u64) {
    // From March on, five months take 153 days, and no month is more than one day off their mean.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_text(milliseconds: u64, wanted: &str) {
        assert_eq!(text(UNIX_EPOCH + Duration::from_millis(milliseconds)), wanted);
    }

    #[test]
    fn moments_are_written() {
        assert_text(0, "1970-01-01T00:00:00.000Z");
        assert_text(784_111_777_001, "1994-11-06T08:49:37.001Z");
        assert_text(951_868_799_999, "2000-02-29T23:59:59.999Z");
        assert_text(951_868_800_000, "2000-03-01T00:00:00.000Z");
        assert_text(1_709_164_800_000, "2024-02-29T00:00:00.000Z");
        assert_text(4_107_542_400_000, "2100-03-01T00:00:00.000Z");
        assert_text(253_402_300_799_999, "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn what_has_no_four_digits_is_the_nearest_that_has() {
        assert_text(253_402_300_800_000, "9999-12-31T23:59:59.999Z");
        assert_eq!(
            text(UNIX_EPOCH - Duration::from_secs(1)),
            "1970-01-01T00:00:00.000Z"
        );
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let is_leap =
            |year: u64| (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
        let mut wanted = (1970, 1, 1);
        for days in 0..600 * 366 {
            assert_eq!(date(days), wanted);
            let (year, month, day) = wanted;
            let length = match month {
                2 if is_leap(year) => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            wanted = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                (_, day) if day == length => (year, month + 1, 1),
                _ => (year, month, day + 1),
            };
        }
    }
}
