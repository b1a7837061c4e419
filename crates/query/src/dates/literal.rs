//! Dates in quotes.
//!
//! `YYYY-MM-DD`, then perhaps a blank or `T` and `HH:MM`, `HH:MM:SS` or `HH:MM:SS.ffffff`, then perhaps `Z` or an offset
//! such as `+02:00`. Without an offset it is the time zone's wall clock; a time that the clock skips is taken as after
//! the skip, and of one that it shows twice the first is taken.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::{Range, dates, far};

const FORM: &str =
    "write it as '2026-11-22', '2026-11-22 10:30', '2026-11-22 10:30:15.5' or '2026-11-22T10:30:15+02:00'";

/// The microseconds that the date stands for.
pub(super) fn range(text: &str, zone: &TimeZone) -> Result<Range, String> {
    let text = text.trim();
    let date_text = text
        .get(..10)
        .filter(|date| is_like(date, "0000-00-00"))
        .ok_or(FORM)?;
    let date = date_text
        .parse::<Date>()
        .map_err(|_| format!("{date_text} is not in the calendar"))?;
    let rest = text.get(10..).unwrap_or_default();
    if rest.is_empty() {
        return dates(date, 1.day(), zone).map_err(far);
    }
    let rest = rest.strip_prefix(['T', 't', ' ']).ok_or(FORM)?;
    let (time_text, offset) = rest.split_at(rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len()));
    let length = precision(time_text).ok_or(FORM)?;
    let time = time_text
        .parse::<Time>()
        .map_err(|_| format!("{time_text} is no time of day"))?;
    let start = if offset.is_empty() {
        date.to_datetime(time)
            .to_zoned(zone.clone())
            .map_err(far)?
            .timestamp()
    } else {
        format!("{date}T{time}{offset}")
            .parse::<Timestamp>()
            .map_err(|_| format!("{offset} is no offset from UTC"))?
    };
    let start = start.as_microsecond();
    Ok((start, start.saturating_add(length - 1)))
}

/// Whether the text has digits where the form has zeros, and is the same elsewhere.
fn is_like(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(byte, wanted)| {
            if wanted == b'0' {
                byte.is_ascii_digit()
            } else {
                byte == wanted
            }
        })
}

/// The microseconds that a time of day stands for, by how exactly it is given.
fn precision(time: &str) -> Option<i64> {
    if is_like(time, "00:00") {
        return Some(60_000_000);
    }
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, ""));
    let has_fraction = seconds.len() < time.len();
    let is_fraction = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !is_like(seconds, "00:00:00") || has_fraction != is_fraction {
        return None;
    }
    let digits = u32::try_from(fraction.len()).ok()?;
    Some(10_i64.pow(6_u32.saturating_sub(digits)))
}
