//! Durations for people.

const MILLISECOND: i64 = 1_000;
const SECOND: i64 = 1_000 * MILLISECOND;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Microseconds in the two units that tell most: `85 µs`, `1.5 ms`, `2.31 s`, `4 min 05 s`, `3 h 20 min`.
pub(super) fn shown(micros: i64) -> String {
    if micros < 0 {
        return format!("-{}", shown(micros.saturating_neg()));
    }
    match micros {
        0..MILLISECOND => format!("{micros} µs"),
        MILLISECOND..SECOND => in_unit(micros, MILLISECOND, "ms"),
        SECOND..MINUTE => in_unit(micros, SECOND, "s"),
        MINUTE..HOUR => format!("{} min {:02} s", micros / MINUTE, micros % MINUTE / SECOND),
        HOUR..DAY => format!("{} h {:02} min", micros / HOUR, micros % HOUR / MINUTE),
        _ => format!("{} d {:02} h", micros / DAY, micros % DAY / HOUR),
    }
}

/// Up to two decimals, and none that tell nothing.
fn in_unit(micros: i64, unit: i64, name: &str) -> String {
    let (whole, hundredths) = (micros / unit, micros % unit * 100 / unit);
    match (hundredths, hundredths % 10) {
        (0, _) => format!("{whole} {name}"),
        (_, 0) => format!("{whole}.{} {name}", hundredths / 10),
        _ => format!("{whole}.{hundredths:02} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_follows_the_length() {
        let cases = [
            (0, "0 µs"),
            (85, "85 µs"),
            (1_000, "1 ms"),
            (1_500, "1.5 ms"),
            (999_999, "999.99 ms"),
            (2_310_000, "2.31 s"),
            (2_050_000, "2.05 s"),
            (245_000_000, "4 min 05 s"),
            (12_000_000_000, "3 h 20 min"),
            (100 * HOUR, "4 d 04 h"),
            (-1_500, "-1.5 ms"),
            (i64::MIN, "-106751991 d 04 h"),
        ];
        for (micros, text) in cases {
            assert_eq!(shown(micros), text);
        }
    }
}
