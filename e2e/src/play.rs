//! Events whose every byte follows from two numbers: the play's, and their own.
//!
//! The tracking id is `<play, 16 hexadecimal digits>-<number>`. Everything else is drawn from dice that these
//! two seed, so what was issued need not be remembered to tell whether it came whole: it is made again.
//! Only `tnt4-id`, which the stream adds, differs each time.

use tnt4::{Event, Item, Severity, Timestamp};

use crate::Dice;

/// One run of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Play {
    /// By which its events are told from those of others.
    pub id: u64,
    /// What they look like.
    pub shape: Shape,
}

/// What events look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Some 200 bytes each.
    Plain,
    /// Mostly short, sometimes of several kilobytes, of all severities, with characters that need care.
    Varied,
    /// A message of so many bytes.
    Long(usize),
}

/// What is likely to go wrong in JSON, in lines, and in a server that searches for keys.
const AWKWARD: [&str; 6] = [
    "\n{\"tracking-id\":\"0-0\",\"tnt4-id\":\"",
    "\u{1b}[31m\u{0}\u{7f}",
    "Grüße 世界 🦀",
    "\u{2028}\u{202e}\\\"\\u0000",
    "</access-request>",
    "\r\n\r\nHTTP/1.1 200 OK\r\n",
];

impl Play {
    /// The event of this number.
    pub fn event(&self, number: u64) -> Event {
        let mut dice = Dice::new(self.id ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let event = Event::new("play")
            .tracking_id(format!("{:016x}-{number}", self.id))
            .report_time(Timestamp::from_micros(1_700_000_000_000_000 + number as i64));
        match self.shape {
            Shape::Plain => event.message("something has happened that somebody may want to know of"),
            Shape::Long(length) => event.message("long ".repeat(length / 5 + 1)),
            Shape::Varied => {
                let length = if dice.one_in(50) {
                    dice.within(0..8_000)
                } else {
                    dice.within(0..300)
                };
                let mut text = "x".repeat(length as usize);
                if dice.one_in(3) {
                    text.push_str(dice.pick(&AWKWARD));
                }
                let severity = dice.pick(&[
                    Severity::Debug,
                    Severity::Info,
                    Severity::Warning,
                    Severity::Error,
                ]);
                event
                    .severity(severity)
                    .message(text)
                    .property("amount", dice.roll() as i64)
            }
        }
    }

    /// The checksum of the event's JSON without a `tnt4-id`.
    #[must_use]
    pub fn checksum(&self, number: u64) -> u32 {
        crc32c::crc32c(Item::from(self.event(number)).to_json().as_bytes())
    }
}
