//! New UUIDs of version 7, without a system call each.
//!
//! The system's random source costs more than all the rest of encoding an event, so each thread fetches bytes
//! for 64 identities at once. What was fetched before a fork is in both processes afterwards and would make
//! twins: [`after_fork`] makes every thread fetch anew.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

use crate::Timestamp;

/// What one identity takes of the random bytes.
const BYTES: usize = 10;
/// How many identities a fetch is for.
const IDENTITIES: usize = 64;

static FORKS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool::empty()) };
}

/// This process has been forked off: it must not make the identities that its parent will make.
///
/// To be called in the child, from a handler of `pthread_atfork` too: it only counts.
pub fn after_fork() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

/// A new identity that begins with this time, which is the present.
pub(crate) fn uuid(now: Timestamp) -> Uuid {
    let random = POOL
        .try_with(|pool| pool.try_borrow_mut().ok().and_then(|mut pool| pool.take()))
        .ok()
        .flatten();
    match random {
        Some(random) => {
            // A clock before 1970 has no such identities.
            let millis = u64::try_from(now.as_micros() / 1000).unwrap_or(0);
            uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
        }
        // A thread that ends, or a system without a random source.
        None => Uuid::now_v7(),
    }
}

/// Random bytes that this thread has fetched and not used.
struct Pool {
    bytes: [u8; BYTES * IDENTITIES],
    left: usize,
    forks: u64,
}

impl Pool {
    const fn empty() -> Self {
        Pool {
            bytes: [0; BYTES * IDENTITIES],
            left: 0,
            forks: 0,
        }
    }

    fn take(&mut self) -> Option<[u8; BYTES]> {
        let forks = FORKS.load(Ordering::Relaxed);
        if self.left == 0 || self.forks != forks {
            self.left = 0;
            getrandom::fill(&mut self.bytes).ok()?;
            (self.left, self.forks) = (IDENTITIES, forks);
        }
        self.left -= 1;
        let (chunks, _) = self.bytes.as_chunks::<BYTES>();
        chunks.get(self.left).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn they_are_of_version_7_and_differ() {
        let many: HashSet<Uuid> = (0..1000).map(|_| uuid(Timestamp::now())).collect();
        assert_eq!(many.len(), 1000);
        assert!(many.iter().all(|uuid| uuid.get_version_num() == 7));
    }

    #[test]
    fn they_begin_with_the_time() {
        let before = Uuid::now_v7();
        std::thread::sleep(std::time::Duration::from_millis(2));
        let later = uuid(Timestamp::now());
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert!(before < later && later < Uuid::now_v7());
    }

    #[test]
    fn a_fork_leaves_nothing_to_share() {
        let mut parent = Pool::empty();
        parent.take().unwrap();
        let mut child = Pool { ..parent };
        after_fork();
        assert_ne!(parent.take(), child.take());
    }
}
