//! The events that are sent.

use tnt4::{Event, EventType, Item, RecordId, Severity};

/// The length of the message of a log event, in bytes.
const MESSAGE: usize = 120;

/// Events of one form.
#[derive(Debug, Clone)]
pub enum Events {
    /// Log events: a name and a message of 120 bytes.
    Log,
    /// Business events of so many bytes of JSON, with three properties and a correlator.
    Order {
        /// What makes the message as long as it has to be.
        filling: String,
    },
}

impl Events {
    /// Log events, for 0, or business events of so many bytes.
    #[must_use]
    pub fn of_bytes(bytes: usize) -> Self {
        if bytes == 0 {
            return Events::Log;
        }
        let bare = Events::Order {
            filling: String::new(),
        };
        let length = bare.record(10_000_001).len();
        Events::Order {
            filling: "m".repeat(bytes.saturating_sub(length)),
        }
    }

    /// The event of this number.
    pub fn event(&self, number: usize) -> Event {
        match self {
            Events::Log => Event::new("payment").message(message(number)),
            Events::Order { filling } => Event::new("ReceiveOrder")
                .event_type(EventType::Receive)
                .severity(if number.is_multiple_of(20) {
                    Severity::Warning
                } else {
                    Severity::Info
                })
                .correlator(format!("order-{}", number / 4))
                .property("amount", 12.5)
                .property("items", 3)
                .property("region", "north")
                .message(filling.as_str()),
        }
    }

    /// The event of this number as a stream sends it, under a new identity.
    #[must_use]
    pub fn record(&self, number: usize) -> Vec<u8> {
        let mut record = Vec::with_capacity(512);
        Item::from(self.event(number)).encode(Some(RecordId::new()), &mut record);
        record
    }
}

/// A message of 120 bytes, as an application would make it.
#[must_use]
pub fn message(number: usize) -> String {
    let message = format!(
        "seq={number:010} order accepted from customer 4711, branch 0042, amount 129.95 EUR; took 23.4 ms, stock left 12, cache hit"
    );
    debug_assert_eq!(message.len(), MESSAGE);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_as_long_as_they_should_be() {
        assert_eq!(message(7).len(), MESSAGE);
        let events = Events::of_bytes(400);
        assert_eq!(events.record(12_345_678).len(), 400);
    }
}
