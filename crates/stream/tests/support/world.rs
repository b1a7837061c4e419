//! Servers that come and go, clients that are killed, and a count of everything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tnt4::{Batch, Setback, Transport, Verdict};

/// What all servers of one story have seen.
#[derive(Default)]
pub struct World {
    pub down: AtomicBool,
    /// So many records are rejected before the next one is taken.
    pub to_reject: AtomicU64,
    /// What was taken, by number: always the same bytes.
    pub taken: Mutex<BTreeMap<u64, String>>,
    pub rejected: Mutex<BTreeSet<u64>>,
}

/// The way from one process to the server; it ends with the process.
pub struct Line {
    world: Arc<World>,
    pub cut: Arc<AtomicBool>,
}

impl World {
    pub fn line(self: &Arc<Self>) -> Line {
        Line {
            world: Arc::clone(self),
            cut: Arc::default(),
        }
    }

    fn see(&self, bytes: &[u8]) -> Verdict {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let number = number_in(bytes).unwrap();
        assert!(text.contains(&message(number)), "not what was sent: {text}");
        let rejects = |left: u64| left.checked_sub(1);
        if self
            .to_reject
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, rejects)
            .is_ok()
        {
            self.rejected.lock().unwrap().insert(number);
            return Verdict::Rejected("no such account".to_owned());
        }
        let mut taken = self.taken.lock().unwrap();
        let first = taken.entry(number).or_insert_with(|| text.clone());
        assert_eq!(*first, text, "another copy differs");
        Verdict::Done
    }
}

impl Transport for Line {
    fn deliver(&mut self, batch: &mut Batch<'_>) -> Result<(), Setback> {
        while let Some((index, record)) = batch.first_unsettled() {
            if batch.is_abandoned() {
                break;
            }
            if self.cut.load(Ordering::SeqCst) || self.world.down.load(Ordering::SeqCst) {
                // Who tries again and again is not to be busy with it.
                std::thread::sleep(Duration::from_micros(500));
                return Err(Setback::retry("the server is down"));
            }
            batch.settle(index, self.world.see(record.bytes()));
        }
        Ok(())
    }

    fn destination(&self) -> String {
        "world".to_owned()
    }
}

/// The message of the record of this number; its length is up to the number.
pub fn message(number: u64) -> String {
    // Mostly short, a few long ones.
    let length = match number % 97 {
        0 => 40_000 + number % 9001,
        _ => number * 7919 % 1500,
    };
    let word = format!("<{number}>");
    let count = (length as usize).div_ceil(word.len()).max(1);
    word.repeat(count)
}

/// The number in a record's name.
pub fn number_in(bytes: &[u8]) -> Option<u64> {
    const NAME: &[u8] = b"\"event-";
    let at = bytes.windows(NAME.len()).position(|window| window == NAME)? + NAME.len();
    let digits = bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}
