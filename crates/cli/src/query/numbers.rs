//! Numbers for people.

/// A number with commas between its thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A double with at most six decimals, none that tell nothing, and digits rather than an exponent where it is
/// not huge or tiny.
pub(super) fn decimal(number: f64) -> String {
    let size = number.abs();
    if size >= 1e15 || (size > 0.0 && size < 1e-4) {
        return format!("{number:e}");
    }
    let text = format!("{number:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            [0, 999, 1_337, 1_234_567].map(grouped),
            ["0", "999", "1,337", "1,234,567"]
        );
    }

    #[test]
    fn decimals_are_those_that_tell_something() {
        let cases = [
            (12.5, "12.5"),
            (100.0, "100"),
            (1.0 / 3.0, "0.333333"),
            (0.0, "0"),
            (-2.50, "-2.5"),
            (1e300, "1e300"),
            (0.000_001_5, "1.5e-6"),
        ];
        for (number, text) in cases {
            assert_eq!(decimal(number), text);
        }
    }
}
