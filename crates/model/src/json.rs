//! Writes JSON objects straight into a buffer: no tree, no allocation but the buffer's growth.
//!
//! Strings are escaped as RFC 8259 asks and otherwise left in UTF-8. Doubles are written in their shortest
//! form that reads back as the same number.

use std::io::Write;

/// An object that is being written; it is closed by [`Object::end`].
#[must_use = "an object must be ended"]
pub(crate) struct Object<'a> {
    out: &'a mut Vec<u8>,
    empty: bool,
}

impl<'a> Object<'a> {
    pub(crate) fn begin(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Object { out, empty: true }
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        string(self.key(key), value);
    }

    pub(crate) fn some_text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    pub(crate) fn integer(&mut self, key: &str, value: i64) {
        display(self.key(key), value);
    }

    pub(crate) fn some_integer(&mut self, key: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.integer(key, value);
        }
    }

    pub(crate) fn boolean(&mut self, key: &str, value: bool) {
        self.key(key)
            .extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// A finite double; JSON has no word for the others.
    pub(crate) fn decimal(&mut self, key: &str, value: f64) {
        debug_assert!(value.is_finite(), "JSON has no word for {value}");
        // `Debug` keeps the point of a whole number and turns to exponents where `Display` writes zeros.
        debug(self.key(key), value);
    }

    /// An array of strings; nothing where there are none.
    pub(crate) fn texts(&mut self, key: &str, values: &[String]) {
        self.array(key, values, |out, value| string(out, value));
    }

    /// An array whose elements `write` writes; nothing where there are none.
    pub(crate) fn array<T>(&mut self, key: &str, values: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
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

    pub(crate) fn end(self) {
        self.out.push(b'}');
    }

    fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        string(self.out, key);
        self.out.push(b':');
        self.out
    }
}

fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut written = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[written..at]);
        written = at + 1;
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
    out.extend_from_slice(&bytes[written..]);
    out.push(b'"');
}

fn display(out: &mut Vec<u8>, value: i64) {
    // A `Vec` takes every write.
    let _ = write!(out, "{value}");
}

fn debug(out: &mut Vec<u8>, value: f64) {
    let _ = write!(out, "{value:?}");
}
