//! Faults by chance, one after the other, with calm in between: one strikes every second or so. Most of the time is calm,
//! for a stream that waits between its attempts must have a chance to make some.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::sink::{Act, Fault, Manner, Mood};
use crate::{Dice, Sink};

/// Statuses that say: not now, or not you.
const STATUSES: [u16; 8] = [401, 403, 408, 429, 500, 502, 503, 504];

/// What happens to one sink.
#[derive(Debug)]
pub struct Storm {
    dice: Dice,
    /// What has happened so far, in words.
    told: Vec<String>,
}

impl Storm {
    /// The storm of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Storm {
            dice: Dice::new(seed),
            told: Vec::new(),
        }
    }

    /// Blows until then, and leaves the sink well.
    pub fn blow(&mut self, sink: &mut Sink, until: Instant) {
        while Instant::now() < until {
            self.gust(sink, until);
            sink.set_mood(Mood::Well);
            sink.start_again();
            self.pause(300..1500, until);
        }
    }

    /// What has happened so far, the last first.
    #[must_use]
    pub fn story(&self) -> String {
        self.told
            .iter()
            .rev()
            .take(20)
            .cloned()
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn gust(&mut self, sink: &mut Sink, until: Instant) {
        match self.dice.within(0..6) {
            0 => {
                sink.stop();
                self.tell("refuses connections".to_owned());
                self.pause(50..500, until);
            }
            1 => {
                sink.reset_connections();
                self.tell("resets all connections".to_owned());
            }
            2 => {
                let manner = self.manner();
                self.tell(format!("{manner:?}"));
                sink.set_manner(manner);
                sink.reset_connections();
            }
            3 => {
                let fault = self.fault();
                self.tell(format!("one {fault:?}"));
                sink.set_mood(Mood::Next(fault));
            }
            _ => {
                let fault = self.fault();
                self.tell(format!("each {fault:?}"));
                sink.set_mood(Mood::Each(fault));
                self.pause(50..500, until);
            }
        }
    }

    fn fault(&mut self) -> Fault {
        let act = match self.dice.within(0..8) {
            0 | 1 => {
                let after = self.dice.one_in(4).then_some(1);
                Act::Status(self.dice.pick(&STATUSES), after)
            }
            2 => Act::Late(Duration::from_millis(self.dice.within(1..300))),
            3 => Act::Close,
            4 => Act::Reset,
            5 => Act::HalfAndClose,
            6 => Act::HalfAndReset,
            _ => Act::Silence,
        };
        Fault {
            act,
            takes: self.dice.one_in(2),
        }
    }

    fn manner(&mut self) -> Manner {
        let dice = &mut self.dice;
        Manner {
            many: dice.one_in(2),
            closes_after: dice.one_in(2).then(|| dice.within(1..2000)),
            rests: dice.one_in(5).then(|| Duration::from_millis(1)),
        }
    }

    fn tell(&mut self, what: String) {
        self.told.push(what);
    }

    fn pause(&mut self, millis: std::ops::Range<u64>, until: Instant) {
        let pause = Duration::from_millis(self.dice.within(millis));
        sleep(pause.min(until.saturating_duration_since(Instant::now())));
    }
}
