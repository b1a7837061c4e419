//! What becomes of a line: an event, or a text of its own, and to which topic it goes.

use std::time::Duration;

use tnt4::{Dropped, Stream, Topic};

use super::lines::Line;
use super::template::Template;

/// What becomes of a line.
pub(super) enum Outgoing {
    /// An event, for a server of HTTP.
    Event(Template),
    /// An event, for a broker. Each has its topic: what a command leaves goes there, too, whoever delivers it.
    Message(Template, Topic),
    /// The line itself, for a broker.
    Text(Topic),
}

impl Outgoing {
    /// Sends the line, and waits so long for room.
    pub(super) fn offer(&self, stream: &Stream, line: &Line, patience: Duration) -> Result<(), Dropped> {
        match self {
            Outgoing::Event(template) => stream.send_waiting(template.event(line), patience),
            Outgoing::Message(template, topic) => {
                stream.send_to_waiting(topic.clone(), template.event(line), patience)
            }
            // A part of it is not what was to be sent.
            Outgoing::Text(_) if line.beyond > 0 => Err(Dropped::RecordTooLarge),
            Outgoing::Text(topic) => {
                let text = String::from_utf8_lossy(&line.bytes);
                stream.send_text_waiting(topic.clone(), &text, patience)
            }
        }
    }
}
