//! What this thread is called, and its number at the operating system. Both are asked for once a thread.

use std::cell::RefCell;
use std::rc::Rc;

use crate::fork;

thread_local! {
    static CURRENT: RefCell<Option<Rc<Thread>>> = const { RefCell::new(None) };
}

/// A thread of this process.
pub(crate) struct Thread {
    /// A child of a fork goes on with the thread that forked, under another number.
    generation: u64,
    pub(crate) number: i64,
    pub(crate) name: Option<String>,
}

/// This thread; one that is ending has no name any more.
pub(crate) fn current() -> Rc<Thread> {
    let generation = fork::generation();
    let known = CURRENT.try_with(|cell| {
        let mut cell = cell.try_borrow_mut().ok()?;
        if let Some(thread) = &*cell
            && thread.generation == generation
        {
            return Some(Rc::clone(thread));
        }
        let thread = Rc::new(Thread {
            generation,
            number: number(),
            name: std::thread::current().name().map(str::to_owned),
        });
        *cell = Some(Rc::clone(&thread));
        Some(thread)
    });
    known.ok().flatten().unwrap_or_else(|| {
        Rc::new(Thread {
            generation,
            number: number(),
            name: None,
        })
    })
}

#[cfg(target_os = "linux")]
fn number() -> i64 {
    i64::from(rustix::thread::gettid().as_raw_nonzero().get())
}

/// Counted in the order in which threads began to log: other systems have no numbers of threads that mean anything to
/// people.
#[cfg(not(target_os = "linux"))]
fn number() -> i64 {
    use std::sync::atomic::{AtomicI64, Ordering};
    static NEXT: AtomicI64 = AtomicI64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_has_a_number_and_perhaps_a_name() {
        let own = current();
        assert_eq!(current().number, own.number);
        let named = std::thread::Builder::new().name("baker".to_owned());
        let (number, name) = named
            .spawn(|| (current().number, current().name.clone()))
            .unwrap()
            .join()
            .unwrap();
        assert_eq!(name.as_deref(), Some("baker"));
        assert_ne!(number, own.number);
        assert_eq!(
            std::thread::spawn(|| current().name.clone()).join().unwrap(),
            None
        );
    }
}
