//! Memory that a segment has left, for the next one.
//!
//! New memory costs its writer a fault for each page, and its end costs all threads of the process a look at what is gone.
//! A process keeps one piece, as long as a usual segment; what has been cut, or was made for a record that is longer, goes
//! back to the system.

use std::sync::Mutex;

use super::format::RECORDS;

/// The length of a usual segment in memory, in bytes: where a stream has 8 MiB or more for what is only there.
pub(crate) const USUAL: usize = RECORDS as usize + (256 << 10);

static SPARE: Spare = Spare(Mutex::new(Vec::new()));

/// A piece of zeros, or nothing. Nobody waits for the lock: after a fork it may be locked for ever.
struct Spare(Mutex<Vec<u8>>);

/// So many zeros.
pub(super) fn zeros(length: usize) -> Vec<u8> {
    SPARE.take(length).unwrap_or_else(|| vec![0; length])
}

/// Takes what a segment has left. Whoever lets the last handle of a segment go pays for the zeros: the worker, but for a caller
/// whose record drops older ones.
pub(super) fn keep(memory: Vec<u8>) {
    SPARE.keep(memory);
}

impl Spare {
    fn take(&self, length: usize) -> Option<Vec<u8>> {
        let mut spare = self.0.try_lock().ok().filter(|spare| spare.len() == length)?;
        Some(std::mem::take(&mut *spare))
    }

    fn keep(&self, mut memory: Vec<u8>) {
        if memory.len() != USUAL {
            return;
        }
        if let Ok(mut spare) = self.0.try_lock()
            && spare.is_empty()
        {
            memory.fill(0);
            *spare = memory;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_comes_back_without_what_was_in_it() {
        let spare = Spare(Mutex::new(Vec::new()));
        assert_eq!(spare.take(USUAL), None);
        let memory = vec![7; USUAL];
        let place = memory.as_ptr();
        spare.keep(memory);
        // There is one already, and others are of no use.
        spare.keep(vec![7; USUAL]);
        spare.keep(vec![7; USUAL - 1]);
        assert_eq!(spare.take(USUAL - 1), None);
        let again = spare.take(USUAL).unwrap();
        assert_eq!(again.as_ptr(), place);
        assert!(again.iter().all(|byte| *byte == 0));
        assert_eq!(spare.take(USUAL), None);
    }

    #[test]
    fn nobody_waits_for_it() {
        let spare = Spare(Mutex::new(vec![0; USUAL]));
        let locked = spare.0.lock().unwrap();
        assert_eq!(spare.take(USUAL), None);
        spare.keep(vec![7; USUAL]);
        drop(locked);
        assert!(spare.take(USUAL).is_some());
    }
}
