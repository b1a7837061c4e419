//! How long to wait before the next attempt.
//!
//! Half-to-full jitter: the wait is drawn from the upper half of a range that doubles with every attempt in
//! vain, 1–2 s, 2–4 s … 30–60 s. The draw comes after the cap, so that a thousand clients that have all
//! reached the cap still spread over half a minute and do not come back as one.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// The longest wait of our own choice.
const CAP: Duration = Duration::from_secs(60);
/// The longest wait that a server may ask for; the jitter comes on top.
const CAP_OF_THE_SERVER: Duration = Duration::from_secs(300);

/// How long to wait before the next attempt.
#[derive(Debug, Default)]
pub(crate) struct BackOff {
    in_vain: u32,
}

impl BackOff {
    /// The wait after one more attempt in vain. `asked` is the least that the server asked for.
    pub(crate) fn next(&mut self, asked: Option<Duration>) -> Duration {
        self.next_by(asked, chance())
    }

    /// Something was answered: the next setback begins from the start.
    pub(crate) fn reset(&mut self) {
        self.in_vain = 0;
    }

    /// As [`next`](Self::next), with the draw (0 to 1) given.
    fn next_by(&mut self, asked: Option<Duration>, chance: f64) -> Duration {
        let full = Duration::from_secs(2)
            .saturating_mul(1 << self.in_vain.min(5))
            .min(CAP);
        self.in_vain = self.in_vain.saturating_add(1);
        let own = (full / 2).mul_f64(1.0 + chance);
        match asked {
            None => own,
            // Everybody was told the same, so a tenth is added by chance.
            Some(asked) => own.max(asked.min(CAP_OF_THE_SERVER).mul_f64(1.0 + chance / 10.0)),
        }
    }
}

/// A number from 0 (included) to 1 (excluded), different each time.
fn chance() -> f64 {
    // The standard library seeds this for its hash maps; jitter needs no better source.
    let bits = RandomState::new().hash_one(0_u8) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_doubles_up_to_the_cap_and_starts_again_after_a_success() {
        let mut back_off = BackOff::default();
        let full: Vec<u64> = (0..8).map(|_| back_off.next_by(None, 1.0).as_secs()).collect();
        assert_eq!(full, [2, 4, 8, 16, 32, 60, 60, 60]);
        back_off.reset();
        assert_eq!(back_off.next_by(None, 0.0), Duration::from_secs(1));
    }

    #[test]
    fn the_cap_does_not_synchronise() {
        let mut back_off = BackOff { in_vain: 40 };
        let waits: Vec<Duration> = (0..1000).map(|_| back_off.next(None)).collect();
        let early = waits
            .iter()
            .filter(|wait| **wait < Duration::from_secs(45))
            .count();
        assert!((300..700).contains(&early), "{early} of 1000 in the first half");
        assert!(
            waits
                .iter()
                .all(|wait| (30.0..=60.0).contains(&wait.as_secs_f64()))
        );
    }

    proptest! {
        #[test]
        fn the_server_is_obeyed_within_reason(asked in any::<u64>(), in_vain in any::<u32>(), chance in 0.0..1.0) {
            let asked = Duration::from_secs(asked);
            let wait = BackOff { in_vain }.next_by(Some(asked), chance);
            prop_assert!(wait >= asked.min(CAP_OF_THE_SERVER));
            prop_assert!(wait <= CAP_OF_THE_SERVER.mul_f64(1.1).max(CAP));
            prop_assert!(wait >= Duration::from_secs(1));
        }
    }
}
