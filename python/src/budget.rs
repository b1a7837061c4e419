//! How much of a record's objects is taken: so deep, so many, so long, whatever somebody logs.
//!
//! A record may have 1 MiB of JSON, and JSON may need six bytes for one. So there are two measures: a wide one, in
//! which nearly everything fits, and a tight one, in which everything does; it is used where the wide one has led to
//! a record that is too long.

/// What one record may take of its objects.
pub(crate) struct Budget {
    /// The longest message, in bytes.
    pub(crate) message: usize,
    /// The longest exception text, in bytes.
    pub(crate) exception: usize,
    /// The longest value of a property, in bytes.
    pub(crate) value: usize,
    /// Elements of containers and properties that may still be looked at.
    pub(crate) elements: usize,
    /// Bytes that values may still take together.
    pub(crate) bytes: usize,
}

/// How many containers may lie in one another.
pub(crate) const DEPTH: usize = 8;

impl Budget {
    /// For nearly everything.
    pub(crate) const fn wide() -> Self {
        Budget {
            message: 384 << 10,
            exception: 128 << 10,
            value: 32 << 10,
            elements: 1_000,
            bytes: 256 << 10,
        }
    }

    /// For what is mostly characters that JSON escapes.
    pub(crate) const fn tight() -> Self {
        Budget {
            message: 48 << 10,
            exception: 32 << 10,
            value: 4 << 10,
            elements: 200,
            bytes: 32 << 10,
        }
    }

    /// Takes one more element; `false` where there were enough.
    pub(crate) fn element(&mut self) -> bool {
        let any = self.elements > 0;
        self.elements = self.elements.saturating_sub(1);
        any
    }

    /// Takes the bytes of a value, and says how many it may have.
    pub(crate) fn text(&mut self, wanted: usize) -> usize {
        let granted = wanted.min(self.value).min(self.bytes);
        self.bytes -= granted;
        granted
    }
}
