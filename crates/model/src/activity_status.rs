//! Where an activity stands.

use crate::words::words;

words! {
    /// Where an activity stands. A higher ordinal never goes back to a lower one.
    ActivityStatus {
        /// Nothing is said of it.
        Unknown = 0, "UNKNOWN";
        /// It has begun and not ended.
        Begin = 1, "BEGIN";
        /// It has ended.
        End = 2, "END";
        /// It has ended by an exception.
        Exception = 3, "EXCEPTION";
    }
}
