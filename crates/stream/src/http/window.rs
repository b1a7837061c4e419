//! How many requests may be on their way: pure arithmetic.
//!
//! The window lives as long as the stream. It starts at 1, doubles when it has been used and answered in full,
//! and falls to 1 when a connection ends with requests unanswered, or the server cannot take more: the first
//! of them then goes alone.
//!
//! * **At most 512 requests and 256 KiB.** The stream's usual batch is 500 records, so it goes within about
//!   one round trip: with 20 ms of it, some 20,000 records/s. More would only be sent twice when a connection
//!   dies; and 256 KiB are on a local network's way for 2 ms.
//! * **A server that ends connections after so many answers** (nginx: 1,000) is asked for no more on the next
//!   one, so that nothing is written in vain. One that then goes on has no such limit.
//! * **A server that ends connections because there is a window** makes it grow half as fast with each time,
//!   until a window as large as the one that fell is answered in full.

/// The most requests on their way.
const MOST_RECORDS: usize = 512;
/// The most bytes on their way. A single request may be longer.
const MOST_BYTES: u64 = 256 * 1024;
/// A window grows no slower than after so many times its size (as a power of two).
const SLOWEST: u32 = 10;

/// How many requests may be on their way.
#[derive(Debug)]
pub(super) struct Window {
    size: usize,
    /// Answers since the size has changed.
    answered: usize,
    /// Whether the size has kept requests back since it has changed.
    used: bool,
    /// How often it fell since a window of `fell_from` was answered in full.
    falls: u32,
    fell_from: usize,
    /// After how many answers the last connection ended.
    lasts: Option<u64>,
}

impl Window {
    pub(super) fn new() -> Self {
        Window {
            size: 1,
            answered: 0,
            used: false,
            falls: 0,
            fell_from: 1,
            lasts: None,
        }
    }

    /// Whether it is time to write more: in strokes of half a window, since each costs some system calls.
    pub(super) fn wants_more(&self, in_flight: usize) -> bool {
        in_flight * 2 <= self.size
    }

    /// Whether another request fits, beside `in_flight` with so many bytes together with it, on a connection
    /// that has given `answered` answers.
    pub(super) fn admits(&mut self, in_flight: usize, bytes: u64, answered: u64) -> bool {
        if in_flight == 0 {
            return true;
        }
        if in_flight >= self.size {
            self.used = true;
            return false;
        }
        bytes <= MOST_BYTES
            && self
                .lasts
                .is_none_or(|lasts| answered + (in_flight as u64) < lasts)
    }

    /// A request was answered, and the connection, which has now given `answered` answers, goes on.
    pub(super) fn answered(&mut self, answered: u64) {
        if self.lasts.is_some_and(|lasts| answered >= lasts) {
            self.lasts = None;
        }
        self.answered += 1;
        if self.used && self.answered >= self.size << self.falls {
            if self.size >= self.fell_from {
                self.falls = 0;
            }
            self.resize((self.size * 2).min(MOST_RECORDS));
        }
    }

    /// The server has ended a connection, after so many answers.
    pub(super) fn ended(&mut self, answered: u64) {
        self.lasts = Some(answered);
    }

    /// These requests were not answered, or not taken.
    pub(super) fn fall(&mut self, unanswered: usize) {
        // One alone is not the window's fault: perhaps the connection had been idle for long.
        if unanswered > 1 {
            self.falls = (self.falls + 1).min(SLOWEST);
            self.fell_from = self.size;
        }
        self.resize(1);
    }

    fn resize(&mut self, size: usize) {
        (self.size, self.answered, self.used) = (size, 0, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills the window and has it answered, `count` times; returns how many each took.
    fn turns(window: &mut Window, count: usize) -> Vec<usize> {
        let turn = |_| {
            let fits = (0..)
                .take_while(|in_flight| window.admits(*in_flight, 0, 0))
                .count();
            (0..fits).for_each(|_| window.answered(1));
            fits
        };
        (0..count).map(turn).collect()
    }

    #[test]
    fn it_doubles_up_to_the_bound_and_falls_to_one() {
        let mut window = Window::new();
        assert_eq!(
            turns(&mut window, 11),
            [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 512]
        );
        window.fall(1);
        assert_eq!(turns(&mut window, 3), [1, 2, 4]);
    }

    #[test]
    fn it_grows_slower_where_it_does_harm() {
        let mut window = Window::new();
        turns(&mut window, 1);
        window.fall(2);
        assert_eq!(turns(&mut window, 3), [1, 1, 2]);
        window.fall(2);
        assert_eq!(turns(&mut window, 5), [1, 1, 1, 1, 2]);
        // Two are answered after all, four times over.
        assert_eq!(turns(&mut window, 6), [2, 2, 2, 4, 8, 16]);
    }

    #[test]
    fn what_it_never_holds_back_does_not_widen_it() {
        let mut window = Window::new();
        for _ in 0..100 {
            assert!(window.admits(0, 0, 0));
            window.answered(1);
        }
        assert!(!window.admits(1, 0, 0));
    }

    #[test]
    fn bytes_bound_all_but_the_first() {
        let mut window = Window::new();
        turns(&mut window, 3);
        assert!(window.admits(0, MOST_BYTES * 9, 0));
        assert!(window.admits(1, MOST_BYTES, 0));
        assert!(!window.admits(1, MOST_BYTES + 1, 0));
    }

    #[test]
    fn a_connection_is_asked_for_no_more_than_the_last_one_gave() {
        let mut window = Window::new();
        turns(&mut window, 5);
        window.ended(10);
        assert!(window.admits(2, 0, 7));
        assert!(!window.admits(3, 0, 7));
        assert!(window.admits(0, 0, 10));
        window.answered(10);
        assert!(window.admits(3, 0, 10));
    }
}
