//! Mends text that is nearly JSON, in the ways in which known senders break it.
//!
//! Python writes `NaN` and `Infinity` bare, and escapes bytes that are no text as lone surrogates
//! (`\udc80`), which no UTF-8 string can hold. This runs only after an ordinary read has failed.

/// The mended text; `None` where there was nothing of the kind to mend.
pub(super) fn repair(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let mut mended = Vec::with_capacity(text.len() + 16);
    let mut rest = text.as_bytes();
    let mut in_string = false;
    let mut changed = matches!(text, std::borrow::Cow::Owned(_));
    while let Some(&byte) = rest.first() {
        let taken = match byte {
            b'"' => {
                in_string = !in_string;
                mended.push(byte);
                1
            }
            b'\\' if in_string => {
                let (taken, lone) = escape(rest);
                changed |= lone;
                mended.extend_from_slice(if lone { b"\\ufffd" } else { &rest[..taken] });
                taken
            }
            b'N' | b'I' | b'-' if !in_string => match bare_word(rest) {
                Some(word) => {
                    changed = true;
                    mended.push(b'"');
                    mended.extend_from_slice(word);
                    mended.push(b'"');
                    word.len()
                }
                None => {
                    mended.push(byte);
                    1
                }
            },
            _ => {
                mended.push(byte);
                1
            }
        };
        rest = &rest[taken..];
    }
    changed.then_some(mended)
}

/// The length of the escape (or surrogate pair) that `rest` begins with, and whether it is half a pair.
fn escape(rest: &[u8]) -> (usize, bool) {
    match unit(rest) {
        None => (rest.len().min(2), false),
        Some(0xD800..=0xDBFF) => match unit(&rest[6..]) {
            Some(0xDC00..=0xDFFF) => (12, false),
            _ => (6, true),
        },
        Some(0xDC00..=0xDFFF) => (6, true),
        Some(_) => (6, false),
    }
}

/// The code unit of the `\uXXXX` that `rest` begins with.
fn unit(rest: &[u8]) -> Option<u16> {
    let digits = rest.strip_prefix(b"\\u")?.get(..4)?;
    // `from_str_radix` would take a sign.
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn bare_word(rest: &[u8]) -> Option<&'static [u8]> {
    const WORDS: [&[u8]; 3] = [b"NaN", b"Infinity", b"-Infinity"];
    WORDS.into_iter().find(|word| rest.starts_with(word))
}
