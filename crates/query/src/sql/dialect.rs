//! What differs between databases.

use super::TextMatch;
use crate::plan::Read;

/// A database's own words for what SQL has no common ones for.
///
/// All arguments are SQL expressions, unless said otherwise, and so are all results. Every result must be null where the
/// argument it looks at is null, and be usable as an operand as it is.
pub trait Dialect {
    /// The place of the parameter with this number, from 1.
    fn placeholder(&self, number: usize) -> String;

    /// The value (no expression) of the parameter that selects this key of a JSON object.
    fn path(&self, key: &str) -> String;

    /// The value at `path` of a JSON object; null where there is none or none of the kind that `read` sees.
    fn member(&self, object: &str, path: &str, read: Read) -> String;

    /// The JSON object with just the members that are there of these, given as key and path; null without any.
    fn subset(&self, object: &str, members: &[(String, String)]) -> String;

    /// Whether some element of a JSON array passes `test`, which calls the element [`Dialect::element`].
    ///
    /// The array is at `path` of `array`, if there is a path. Without an array it does not hold.
    fn any_element(&self, array: &str, path: Option<&str>, test: &str) -> String;

    /// The element that [`Dialect::any_element`] looks at.
    fn element(&self) -> &'static str;

    /// Whether the text passes; without regard to case.
    fn matches(&self, how: TextMatch, text: &str, wanted: &str) -> String;

    /// The quotient as a floating-point number; null when divided by zero.
    fn quotient(&self, dividend: &str, divisor: &str) -> String;

    /// The nearest whole number.
    fn rounded(&self, number: &str) -> String;
}
