//! Where in the text something stands.

use std::ops::Range;

/// A stretch of the query's text, in bytes, always on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    /// The stretch from `start` up to but not including `end`.
    pub(crate) fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// The stretch from the start of this one to the end of `other`.
    pub(crate) fn to(self, other: Span) -> Span {
        Span::new(self.start, other.end)
    }

    /// The text of this stretch; empty if `text` is not the text it was made for.
    pub(crate) fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

impl From<Span> for Range<usize> {
    fn from(span: Span) -> Range<usize> {
        span.start..span.end
    }
}
