//! How grave a record is.

use crate::words::words;

words! {
    /// How grave a record is; compared by ordinal, from `None` (0) to `Halt` (10).
    ///
    /// The aliases are the level names of syslog, of Python and of Java's loggers.
    #[derive(Default)]
    Severity {
        /// Nothing is said of the gravity.
        None = 0, "NONE";
        /// Steps of a program, for its developers.
        Trace = 1, "TRACE" | "FINEST" | "ALL";
        /// Details for finding a fault.
        Debug = 2, "DEBUG" | "FINE" | "FINER" | "NOTSET";
        /// What happens in the ordinary course; the default.
        #[default]
        Info = 3, "INFO" | "INFORMATION" | "INFORMATIONAL";
        /// Ordinary, but worth a look.
        Notice = 4, "NOTICE";
        /// Something may go wrong.
        Warning = 5, "WARNING" | "WARN";
        /// Something went wrong.
        Error = 6, "ERROR" | "ERR" | "SEVERE";
        /// A part has failed.
        Failure = 7, "FAILURE";
        /// The whole is at risk.
        Critical = 8, "CRITICAL" | "CRIT" | "ALERT";
        /// The program cannot go on.
        Fatal = 9, "FATAL" | "EMERG" | "EMERGENCY" | "PANIC";
        /// The program has been stopped.
        Halt = 10, "HALT";
    }
}
