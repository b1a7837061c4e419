//! Memory that a segment has left, for the next one.
//!
//! New memory costs its writer a fault for each page, and its end costs all threads of the process a look at what is gone:
//! a stream in memory that is kept busy spent half of its callers' time in that. One piece is kept in a process, which
//! is as much as the segment that is open.

use std::sync::{Mutex, TryLockError};

/// The largest piece that is kept, in bytes.
const LARGEST: usize = 1 << 20;

/// Nobody waits for it: after a fork it may be locked for ever.
static SPARE: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// So many zeros.
pub(super) fn zeros(length: usize) -> Vec<u8> {
    let mut spare = SPARE.try_lock().ok().filter(|spare| spare.len() == length);
    match &mut spare {
        Some(spare) => std::mem::take(spare),
        None => vec![0; length],
    }
}

/// Keeps this memory for whoever wants as much. To be called by those who have time.
pub(super) fn keep(mut memory: Vec<u8>) {
    if memory.is_empty() || memory.len() > LARGEST {
        return;
    }
    memory.fill(0);
    let before = match SPARE.try_lock() {
        Ok(mut spare) => std::mem::replace(&mut *spare, memory),
        Err(TryLockError::Poisoned(_) | TryLockError::WouldBlock) => return,
    };
    // Not under the lock: that goes back to the system.
    drop(before);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_comes_back_without_what_was_in_it() {
        for length in [100, 5000, LARGEST, LARGEST + 1] {
            for _ in 0..3 {
                let mut memory = zeros(length);
                assert!(memory.len() == length && memory.iter().all(|byte| *byte == 0));
                memory.fill(7);
                keep(memory);
            }
        }
    }
}
