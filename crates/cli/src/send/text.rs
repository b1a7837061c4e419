//! A line's bytes as text that fits into a record.
//!
//! Invalid UTF-8 becomes U+FFFD. What would be longer in JSON than a record may be is cut at its end, where
//! `…[truncated n bytes]` says how much of the line is missing.

use super::lines::Line;

/// How long the text may be in JSON, in bytes: a record's 1 MiB, less 32 KiB for all its other fields.
pub(crate) const LONGEST: usize = (1024 - 32) * 1024;

/// What a byte becomes in JSON at the most: `\u0000`.
const WORST: usize = 6;

/// The line as text.
pub(crate) fn fitted(line: &Line) -> String {
    if line.beyond == 0 && line.bytes.len() <= LONGEST / WORST {
        return String::from_utf8_lossy(&line.bytes).into_owned();
    }
    let mut text = String::with_capacity(line.bytes.len().min(LONGEST));
    let mut cost = 0;
    let mut taken = 0;
    'line: for chunk in line.bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            cost += cost_of(character);
            if cost > LONGEST {
                break 'line;
            }
            text.push(character);
            taken += character.len_utf8();
        }
        if !chunk.invalid().is_empty() {
            cost += cost_of(char::REPLACEMENT_CHARACTER);
            if cost > LONGEST {
                break;
            }
            text.push(char::REPLACEMENT_CHARACTER);
            taken += chunk.invalid().len();
        }
    }
    let missing = (line.bytes.len() - taken) as u64 + line.beyond;
    if missing > 0 {
        text.push_str(&format!("…[truncated {missing} bytes]"));
    }
    text
}

/// How many bytes of JSON a character takes.
fn cost_of(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        control if control < ' ' => WORST,
        other => other.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(bytes: &[u8], beyond: u64) -> Line {
        Line {
            bytes: bytes.to_vec(),
            beyond,
        }
    }

    #[test]
    fn what_fits_stays_and_what_is_invalid_is_marked() {
        assert_eq!(fitted(&line("Größe".as_bytes(), 0)), "Größe");
        assert_eq!(fitted(&line(b"a\xff\xfeb\0", 0)), "a\u{fffd}\u{fffd}b\0");
        let much = vec![b'x'; LONGEST];
        assert_eq!(fitted(&line(&much, 0)).len(), LONGEST);
    }

    #[test]
    fn the_mark_tells_how_much_is_missing() {
        let text = fitted(&line(&vec![b'x'; 1024 * 1024], 5));
        assert!(
            text.ends_with("x…[truncated 32773 bytes]"),
            "{}",
            &text[text.len() - 40..]
        );
        // A NUL takes six bytes in JSON, a broken byte three.
        let text = fitted(&line(&vec![0; LONGEST], 0));
        assert_eq!(
            text.chars().filter(|character| *character == '\0').count(),
            LONGEST / 6
        );
        let text = fitted(&line(&vec![0xff; LONGEST], 0));
        let mark = format!("…[truncated {} bytes]", LONGEST - LONGEST / 3);
        assert!(text.ends_with(&mark));
    }

    #[test]
    fn a_character_is_not_cut_in_two() {
        let mut bytes = vec![b'x'; LONGEST - 1];
        bytes.extend_from_slice("ü".as_bytes());
        assert!(fitted(&line(&bytes, 0)).ends_with("x…[truncated 2 bytes]"));
        // One that was cut when it was read.
        assert_eq!(fitted(&line(b"\xc3", 3)), "\u{fffd}…[truncated 3 bytes]");
    }
}
