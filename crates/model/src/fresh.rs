//! New UUIDs of version 7, without a system call each.
//!
//! The system's random source costs more than all the rest of encoding an event, and most of that by the byte. So
//! each thread fetches bytes for 64 identities at once, and uses them for the first identity of a millisecond; the
//! others of that millisecond count on from it (RFC 9562, section 6.2, method 2), which also keeps them in their
//! order. Two threads would have to begin a millisecond within some ten thousand of each other, out of 2⁷⁴,
//! to make the same one. What was fetched before a fork is in both processes afterwards and would make twins:
//! [`after_fork`] makes every thread fetch anew.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

use crate::Timestamp;

/// What one identity takes of the random bytes.
const BYTES: usize = 10;
/// How many identities a fetch is for.
const IDENTITIES: usize = 64;

/// The version in the upper half of a UUID, and the variant in the lower one.
const VERSION_7: u64 = 0x7000;
const VARIANT: u64 = 1 << 63;

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
    // A clock before 1970 has no such identities.
    let millis = u64::try_from(now.as_micros() / 1000).unwrap_or(0);
    let rest = POOL
        .try_with(|pool| pool.try_borrow_mut().ok().and_then(|mut pool| pool.next(millis)))
        .ok()
        .flatten();
    match rest {
        // As two numbers, for a UUID that is put together byte by byte takes longer to read back.
        Some((middle, end)) => Uuid::from_u64_pair(
            millis << 16 | VERSION_7 | u64::from(middle & 0x0FFF),
            VARIANT | end >> 2,
        ),
        // A thread that ends, or a system without a random source.
        None => Uuid::now_v7(),
    }
}

/// Random bytes that this thread has fetched and not used.
struct Pool {
    bytes: [u8; BYTES * IDENTITIES],
    left: usize,
    forks: u64,
    /// The latest identity's millisecond, and what comes behind it.
    millis: Option<u64>,
    latest: (u16, u64),
}

impl Pool {
    const fn empty() -> Self {
        Pool {
            bytes: [0; BYTES * IDENTITIES],
            left: 0,
            forks: 0,
            millis: None,
            latest: (0, 0),
        }
    }

    /// What the next identity of this millisecond has behind the time: 12 bits of the one, the upper 62 of the other.
    fn next(&mut self, millis: u64) -> Option<(u16, u64)> {
        if self.millis == Some(millis) && self.forks == FORKS.load(Ordering::Relaxed) {
            // Nobody counts through 62 bits.
            self.latest.1 = self.latest.1.wrapping_add(4);
        } else {
            let [middle @ .., e7, e6, e5, e4, e3, e2, e1, e0] = self.take()?;
            let end = u64::from_be_bytes([e7, e6, e5, e4, e3, e2, e1, e0]);
            (self.millis, self.latest) = (Some(millis), (u16::from_be_bytes(middle), end));
        }
        Some(self.latest)
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
    fn those_of_one_millisecond_are_in_their_order() {
        let now = Timestamp::now();
        let many: Vec<Uuid> = (0..1000).map(|_| uuid(now)).collect();
        // Where the number begins anew the order does, and that is less likely than a broken machine.
        assert!(many.is_sorted_by(|earlier, later| earlier < later));
        assert_eq!(many[0].as_bytes()[..6], many[999].as_bytes()[..6]);
    }

    #[test]
    fn a_millisecond_begins_anywhere() {
        let mut pool = Pool::empty();
        let begun: HashSet<_> = (0..1000).map(|millis| pool.next(millis).unwrap().1).collect();
        assert_eq!(begun.len(), 1000);
        assert_ne!(pool.next(1), Pool::empty().next(1));
    }

    #[test]
    fn a_fork_within_a_millisecond_parts_the_ways() {
        let mut parent = Pool::empty();
        parent.next(1).unwrap();
        let mut child = Pool { ..parent };
        after_fork();
        assert_ne!(parent.next(1), child.next(1));
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
