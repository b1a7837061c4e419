//! Writes JSON objects straight into a buffer: no tree, no allocation but the buffer's growth.
//!
//! Strings are escaped as RFC 8259 asks and otherwise left in UTF-8. Doubles are written in their shortest
//! form that reads back as the same number. An application waits for this at every log call, so bytes are
//! looked at several at once, and those that are known to need no escape not at all.

/// How many bytes are looked at in one step.
const STEP: usize = 16;

/// An object that is being written; it is closed by [`Object::end`].
#[must_use = "an object must be ended"]
pub(crate) struct Object<'a> {
    out: &'a mut Vec<u8>,
    /// What comes before the next key: the object's brace, and later commas.
    before: u8,
}

impl<'a> Object<'a> {
    pub(crate) fn begin(out: &'a mut Vec<u8>) -> Self {
        Object { out, before: b'{' }
    }

    /// Members of an object that somebody else begins and ends.
    pub(crate) fn continued(out: &'a mut Vec<u8>) -> Self {
        Object { out, before: b',' }
    }

    /// An object in which somebody has [begun a word](Self::begin_word): this one.
    #[inline(always)]
    pub(crate) fn after_word(out: &'a mut Vec<u8>, word: &'static str) -> Self {
        debug_assert_eq!(first_to_escape(word.as_bytes()), None, "{word:?} is no word");
        out.extend_from_slice(word.as_bytes());
        out.push(b'"');
        Object { out, before: b',' }
    }

    /// A word that somebody else will say, [who goes on](Self::after_word) behind it.
    pub(crate) fn begin_word(mut self, key: &'static str) {
        self.key(key).push(b'"');
    }

    #[inline(always)]
    pub(crate) fn text(&mut self, key: &'static str, value: &str) {
        string(self.key(key), value);
    }

    /// A word of ours in ASCII, which has nothing to escape: letters, digits, hyphens, blanks.
    #[inline(always)]
    pub(crate) fn word(&mut self, key: &'static str, word: &(impl AsRef<[u8]> + ?Sized)) {
        let word = word.as_ref();
        debug_assert_eq!(first_to_escape(word), None, "{word:?} is no word");
        let out = self.key(key);
        out.push(b'"');
        out.extend_from_slice(word);
        out.push(b'"');
    }

    #[inline(always)]
    pub(crate) fn some_text(&mut self, key: &'static str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    #[inline(always)]
    pub(crate) fn integer(&mut self, key: &'static str, value: i64) {
        number(self.key(key), value);
    }

    #[inline(always)]
    pub(crate) fn some_integer(&mut self, key: &'static str, value: Option<i64>) {
        if let Some(value) = value {
            self.integer(key, value);
        }
    }

    pub(crate) fn boolean(&mut self, key: &'static str, value: bool) {
        self.key(key)
            .extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// A finite double; JSON has no word for the others.
    pub(crate) fn decimal(&mut self, key: &'static str, value: f64) {
        debug_assert!(value.is_finite(), "JSON has no word for {value}");
        number(self.key(key), value);
    }

    /// An array of strings; nothing where there are none.
    pub(crate) fn texts(&mut self, key: &'static str, values: &[String]) {
        self.array(key, values, |out, value| string(out, value));
    }

    /// An array whose elements `write` writes; nothing where there are none.
    pub(crate) fn array<T>(&mut self, key: &'static str, values: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
        if values.is_empty() {
            return;
        }
        let out = self.key(key);
        out.push(b'[');
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write(out, value);
        }
        out.push(b']');
    }

    /// An array whose elements are encoded already, in several runs, divided by commas; nothing where there are none.
    pub(crate) fn encoded_array<const RUNS: usize>(&mut self, key: &'static str, runs: [&[u8]; RUNS]) {
        let mut runs = runs.into_iter().filter(|run| !run.is_empty());
        let Some(first) = runs.next() else {
            return;
        };
        let out = self.key(key);
        out.push(b'[');
        out.extend_from_slice(first);
        for run in runs {
            out.push(b',');
            out.extend_from_slice(run);
        }
        out.push(b']');
    }

    /// Members that were [encoded before](Self::continued), behind others.
    pub(crate) fn encoded_members(&mut self, members: &[u8]) {
        debug_assert_eq!(self.before, b',', "other members must be in front");
        self.out.extend_from_slice(members);
    }

    pub(crate) fn end(self) {
        if self.before == b'{' {
            self.out.push(b'{');
        }
        self.out.push(b'}');
    }

    /// Keys are ours, and have nothing to escape. Inlined together with its callers, so that their lengths are known
    /// to the compiler, which then copies them without a call.
    #[inline(always)]
    fn key(&mut self, key: &'static str) -> &mut Vec<u8> {
        self.out.extend_from_slice(&[self.before, b'"']);
        self.before = b',';
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }
}

fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = first_to_escape(rest)
        && let Some((plain, [byte, after @ ..])) = rest.split_at_checked(at)
    {
        out.extend_from_slice(plain);
        escape(out, *byte);
        rest = after;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Where the first byte is that a string of JSON must escape.
fn first_to_escape(bytes: &[u8]) -> Option<usize> {
    // Names and words are short.
    let is_short_and_plain = match bytes.len() {
        4..8 => both_ends_are_plain::<4>(bytes),
        8..STEP => both_ends_are_plain::<8>(bytes),
        _ => false,
    };
    if is_short_and_plain {
        return None;
    }
    let (steps, _) = bytes.as_chunks::<STEP>();
    let plain = STEP * steps.iter().take_while(|step| is_plain(step)).count();
    let rest = bytes.get(plain..)?;
    // What is left of the last step is looked at together with bytes from before it.
    if rest.len() < STEP && bytes.last_chunk::<STEP>().is_some_and(is_plain) {
        return None;
    }
    let at = rest.iter().position(|byte| must_be_escaped(*byte))?;
    Some(plain + at)
}

/// Whether the first so many bytes are, and the last: of no more than twice as many those are all.
fn both_ends_are_plain<const COUNT: usize>(bytes: &[u8]) -> bool {
    bytes.first_chunk::<COUNT>().is_some_and(is_plain) && bytes.last_chunk::<COUNT>().is_some_and(is_plain)
}

/// All bytes are looked at: the compiler makes one step of that, and would not if it could stop early.
fn is_plain<const COUNT: usize>(step: &[u8; COUNT]) -> bool {
    !step
        .iter()
        .fold(false, |found, byte| found | must_be_escaped(*byte))
}

fn must_be_escaped(byte: u8) -> bool {
    (byte < b' ') | (byte == b'"') | (byte == b'\\')
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        _ => {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
        }
    }
}

/// The library's own way is three times as fast as `write!`.
fn number(out: &mut Vec<u8>, value: impl serde::Serialize) {
    // A `Vec` takes every write.
    let _ = serde_json::to_writer(out, &value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        string(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_byte_is_escaped_or_kept_wherever_it_is() {
        for length in 1..=3 * STEP {
            for at in 0..length {
                for byte in 0..=0x7F_u8 {
                    let mut text = vec![b'.'; length];
                    text[at] = byte;
                    let text = String::from_utf8(text).unwrap();
                    let json = written(&text);
                    let read: String = serde_json::from_str(&json).unwrap();
                    assert_eq!(read, text);
                    let escaped = if must_be_escaped(byte) { "\\" } else { "" };
                    assert!(json[at + 1..].starts_with(escaped), "{json}");
                }
            }
        }
    }

    #[test]
    fn escapes_beside_each_other_are_all_found() {
        let text = "\"\\\n\r\t\u{0}\u{1f} é€😀\u{7f}".repeat(5);
        let json = written(&text);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        assert!(json.starts_with(r#""\"\\\n\r\t\u0000\u001f é€😀"#), "{json}");
    }

    #[test]
    fn an_object_without_members_has_both_braces() {
        let mut out = Vec::new();
        Object::begin(&mut out).end();
        assert_eq!(out, b"{}");
    }
}
