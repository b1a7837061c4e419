//! How many messages may be on their way.
//!
//! As many as the broker allows, and at most 1,000. A broker of 3.1.1 cannot say what it allows. At QoS 1 it answers each message
//! as it comes; but at QoS 2 it keeps what it has received, and mosquitto ends the connection over the 21st. So there it is 20,
//! which is what other clients have.
//!
//! A connection that ends, or falls silent, with messages unanswered
//! leaves 1 for the next, so that it shows which message it was; each acknowledgement adds one again.

use tnt4_mqtt::{Qos, Version};

/// The most that are on their way, whatever the broker allows.
const MOST: usize = 1000;

/// The most that are received and not released, where the broker cannot say what it allows.
const UNSAID: usize = 20;

/// How many messages may be on their way.
#[derive(Debug)]
pub(super) struct Window {
    allowed: usize,
    now: usize,
}

impl Window {
    pub(super) fn new() -> Self {
        Window {
            allowed: MOST,
            now: MOST,
        }
    }

    /// A broker has let us in, and allows so many.
    pub(super) fn allow(&mut self, receive_maximum: Option<u16>, version: Version, qos: Qos) {
        self.allowed = match (receive_maximum, version, qos) {
            (Some(maximum), _, _) => usize::from(maximum).clamp(1, MOST),
            (None, Version::V3, Qos::ExactlyOnce) => UNSAID,
            (None, _, _) => MOST,
        };
    }

    pub(super) fn admits(&self, on_the_way: usize) -> bool {
        on_the_way < self.now.min(self.allowed)
    }

    /// Whether it is worth while to send more: a message for each acknowledgement would be a packet each, so an eighth is
    /// to be free.
    pub(super) fn has_room(&self, on_the_way: usize) -> bool {
        let most = self.now.min(self.allowed);
        on_the_way + most / 8 < most
    }

    /// A message was acknowledged.
    pub(super) fn answered(&mut self) {
        self.now = (self.now + 1).min(MOST);
    }

    /// A connection has ended, or fallen silent, with messages unanswered.
    pub(super) fn fall(&mut self) {
        self.now = 1;
    }
}
