//! What kind of step an event reports.

use crate::words::words;

words! {
    /// What kind of step an event reports.
    #[derive(Default)]
    EventType {
        /// None of the others, or a word that only its sender knows.
        Other = 0, "OTHER";
        /// Nothing was done.
        Noop = 1, "NOOP";
        /// A call of a function or service.
        Call = 2, "CALL";
        /// An activity as a whole.
        Activity = 3, "ACTIVITY";
        /// Something happened; the default.
        #[default]
        Event = 4, "EVENT";
        /// Measurements at one time.
        Snapshot = 5, "SNAPSHOT";
        /// Something was started.
        Start = 6, "START";
        /// Something was stopped.
        Stop = 7, "STOP";
        /// A resource was opened.
        Open = 8, "OPEN";
        /// A resource was closed.
        Close = 9, "CLOSE";
        /// A message was sent.
        Send = 10, "SEND";
        /// A message was received.
        Receive = 11, "RECEIVE";
        /// A resource was asked about.
        Inquire = 12, "INQUIRE";
        /// A value was set.
        Set = 13, "SET";
        /// Messages were looked at and left in place.
        Browse = 14, "BROWSE";
        /// Something was added.
        Add = 15, "ADD";
        /// Something was changed.
        Update = 16, "UPDATE";
        /// Something was removed.
        Remove = 17, "REMOVE";
        /// Something was emptied.
        Clear = 18, "CLEAR";
        /// A line of a log.
        Log = 19, "LOG";
        /// A set of data.
        Dataset = 20, "DATASET";
    }
}
