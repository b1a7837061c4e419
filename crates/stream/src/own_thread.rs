//! Which threads do the stream's work: whatever is logged there must not become a record.
//!
//! A stream's own threads run TLS, HTTP and WebSocket by libraries that log, perhaps to the very subscriber or logger that
//! feeds the stream: each record would bring about more of them. Names of modules do not tell, since an application may use
//! the same libraries for itself; the thread does. A look at the mark is a look at a thread-local number without
//! a destructor, which works also while a thread ends.

use std::cell::Cell;
use std::io;

use crate::sync::thread::{Builder, JoinHandle};

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Whether this thread does a stream's work at present.
#[cfg(any(test, feature = "log", feature = "tracing"))]
pub(crate) fn is_own() -> bool {
    DEPTH.get() > 0
}

/// Starts a thread that does a stream's work.
pub(crate) fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.to_owned()).spawn(move || {
        let _marked = Marked::new();
        work()
    })
}

/// While this lives, a thread of the application's does a stream's work.
#[must_use = "the thread is marked while this lives"]
pub(crate) struct Marked;

impl Marked {
    pub(crate) fn new() -> Self {
        DEPTH.set(DEPTH.get().saturating_add(1));
        Marked
    }
}

impl Drop for Marked {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get().saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_ends_with_its_scope_and_is_of_one_thread() {
        assert!(!is_own());
        let outer = Marked::new();
        drop(Marked::new());
        assert!(is_own());
        assert!(!std::thread::spawn(is_own).join().unwrap());
        drop(outer);
        assert!(!is_own());
        assert!(spawn("tnt4-test", is_own).unwrap().join().unwrap());
    }
}
