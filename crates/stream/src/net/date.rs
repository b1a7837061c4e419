//! Dates as HTTP writes them: `Sun, 06 Nov 1994 08:49:37 GMT`, of the years 1970 to 9999.

use std::time::{Duration, SystemTime};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Reads a date; `None` for what is none. The day of the week is not checked: it adds nothing.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let (_, rest) = text.split_once(", ")?;
    let [day, month, year, time, "GMT"] = rest.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    let [hour, minute, second] = time.split(':').collect::<Vec<_>>()[..] else {
        return None;
    };
    let month = MONTHS.iter().position(|name| *name == month)? as u64 + 1;
    let day = [number(year, 4)?, month, number(day, 2)?];
    let time = [number(hour, 2)?, number(minute, 2)?, number(second, 2)?];
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds_since_1970(day, time)?))
}

/// The seconds since 1970 of a day (year, month, day) and a time of it (hour, minute, second), in UTC.
pub(super) fn seconds_since_1970(day: [u64; 3], time: [u64; 3]) -> Option<u64> {
    let ([year, month, day], [hour, minute, second]) = (day, time);
    let is_date = (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    // 60 is a leap second.
    let is_time = hour <= 23 && minute <= 59 && second <= 60;
    (is_date && is_time)
        .then(|| ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
}

fn number(digits: &str, length: usize) -> Option<u64> {
    let well_formed = digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| well_formed)
}

/// Days since 1 January 1970 of the Gregorian calendar.
fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    // Years that begin in March have their leap day at the end, where it shifts nothing.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
    // From 1 March of the year 0 to 1 January 1970, that day itself counted.
    days - 719_469
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_seconds(text: &str, seconds: u64) {
        assert_eq!(
            parse(text),
            Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)),
            "{text}"
        );
    }

    #[test]
    fn dates_are_read() {
        assert_seconds("Thu, 01 Jan 1970 00:00:00 GMT", 0);
        assert_seconds("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777);
        assert_seconds("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799);
        assert_seconds("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400);
    }
}
