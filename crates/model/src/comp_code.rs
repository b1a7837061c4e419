//! How an operation ended.

use crate::words::words;

words! {
    /// How an operation ended. The vendor's Java client writes `OK` for success.
    #[derive(Default)]
    CompCode {
        /// It did what it was asked to; the default.
        #[default]
        Success = 0, "SUCCESS" | "OK";
        /// It did, with a reservation.
        Warning = 1, "WARNING" | "WARN";
        /// It did not.
        Error = 2, "ERROR" | "ERR";
    }
}
