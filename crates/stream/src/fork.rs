//! What a fork does to us: how a process notices that it is a child, and which descriptors the child gives up.
//!
//! A child has copies of its parent's descriptors, and a lock of `flock` belongs to what the copies share. A
//! child that kept its copy would keep the folder of a dead parent locked, and one that unlocked it would take
//! the lock from a parent that is alive. So the child closes its copies before it runs anything else, and
//! unlocks nothing.
//!
//! The handlers of `pthread_atfork` do that. They run in a process whose other threads may have been stopped
//! within any lock, so they touch atomic numbers and call `close`, which is safe there, and nothing else.
//! One of the numbers is the model's, which has drawn identities ahead: they are in both processes now. A child of `vfork` or `posix_spawn` runs no handlers; it becomes another program, and our descriptors are
//! closed by that (`O_CLOEXEC`).
#![allow(
    unsafe_code,
    reason = "handlers of fork can only be registered, and descriptors closed by number, in C"
)]

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// How many forks lie between the process that first asked and this one. Whoever stores it can tell later
/// whether it was copied into a child.
static GENERATION: AtomicU64 = AtomicU64::new(0);

/// Differs in a child from what it was in its parent, and never changes within a process.
pub(crate) fn generation() -> u64 {
    #[cfg(unix)]
    handlers::register();
    GENERATION.load(SeqCst)
}

#[cfg(unix)]
pub(crate) use handlers::{ClosedInChild, undisturbed};

#[cfg(unix)]
mod handlers {
    use std::os::fd::RawFd;
    use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering::SeqCst};

    use super::GENERATION;

    /// What is in a slot without a descriptor.
    const FREE: RawFd = -1;

    static REGISTERED: AtomicBool = AtomicBool::new(false);
    /// Forks of this process that have begun, and that have ended.
    static BEGUN: AtomicU64 = AtomicU64::new(0);
    static ENDED: AtomicU64 = AtomicU64::new(0);
    static DESCRIPTORS: [AtomicI32; 256] = [const { AtomicI32::new(FREE) }; 256];

    /// A descriptor that the next child closes. Drop this before the descriptor is closed: its number may
    /// belong to somebody else an instant later.
    pub(crate) struct ClosedInChild {
        slot: &'static AtomicI32,
        descriptor: RawFd,
        generation: u64,
    }

    impl ClosedInChild {
        /// `None` where all slots are taken: children then keep the descriptor for as long as they live.
        pub(crate) fn register(descriptor: RawFd) -> Option<Self> {
            let generation = super::generation();
            let slot = DESCRIPTORS
                .iter()
                .find(|slot| slot.compare_exchange(FREE, descriptor, SeqCst, SeqCst).is_ok())?;
            Some(ClosedInChild {
                slot,
                descriptor,
                generation,
            })
        }
    }

    impl Drop for ClosedInChild {
        fn drop(&mut self) {
            // In a child the slot is free already, and may hold a descriptor of the child's own by now.
            if self.generation == GENERATION.load(SeqCst) {
                let _ = self.slot.compare_exchange(self.descriptor, FREE, SeqCst, SeqCst);
            }
        }
    }

    /// Opens and registers a descriptor so that no fork comes between the two, which would give a child a
    /// descriptor that it does not know of. Where one did, what was opened is dropped, and opened again.
    pub(crate) fn undisturbed<T>(mut open: impl FnMut() -> T) -> T {
        register();
        // A process that forks without pause gets its descriptor all the same.
        for _ in 0..16 {
            let begun = BEGUN.load(SeqCst);
            let quiet = ENDED.load(SeqCst) == begun;
            let opened = open();
            if quiet && BEGUN.load(SeqCst) == begun {
                return opened;
            }
        }
        open()
    }

    /// Registers the handlers at the first call. There is no lock around it, as the thread that held it could
    /// be missing in a child; two threads that come at once both register, and then a fork counts twice.
    pub(super) fn register() {
        if REGISTERED.load(SeqCst) {
            return;
        }
        // SAFETY: the handlers are functions of this program, take and return nothing, and do only what is
        // allowed after a fork. The only failure is a lack of memory, after which the next call tries again.
        let outcome = unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) };
        REGISTERED.store(outcome == 0, SeqCst);
    }

    extern "C" fn before() {
        BEGUN.fetch_add(1, SeqCst);
    }

    extern "C" fn in_parent() {
        ENDED.fetch_add(1, SeqCst);
    }

    extern "C" fn in_child() {
        GENERATION.fetch_add(1, SeqCst);
        tnt4_model::after_fork();
        // Whoever else was about to fork is not here.
        ENDED.store(BEGUN.load(SeqCst), SeqCst);
        for slot in &DESCRIPTORS {
            let descriptor = slot.swap(FREE, SeqCst);
            if descriptor != FREE {
                // SAFETY: `close` may be called after a fork. Whoever registered the descriptor drops the
                // registration before closing it, so the number is still that of our copy; and in another
                // generation than its own nobody closes it a second time.
                unsafe { libc::close(descriptor) };
            }
        }
    }
}

#[cfg(all(test, unix))]
pub(crate) mod tests {
    use std::fs::File;
    use std::os::fd::{AsRawFd, RawFd};

    use super::*;

    /// Runs `work` in a forked child, which ends with what it returns. The number of the child.
    pub(crate) fn fork(work: impl FnOnce() -> i32) -> libc::pid_t {
        // SAFETY: the C library's allocator is made ready for the child by `fork` itself, and `work` takes no
        // lock that another thread of a test could hold.
        let child = unsafe { libc::fork() };
        assert!(child >= 0, "fork failed");
        if child == 0 {
            let status = work();
            // SAFETY: ends this process at once, without the destructors that belong to its parent.
            unsafe { libc::_exit(status) };
        }
        child
    }

    /// Waits for a child and tells what it returned.
    pub(crate) fn wait(child: libc::pid_t) -> i32 {
        let mut status = 0;
        // SAFETY: `status` is a place for one number, and `child` was forked above.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert!(libc::WIFEXITED(status), "the child was killed");
        libc::WEXITSTATUS(status)
    }

    fn is_open(descriptor: RawFd) -> bool {
        // SAFETY: asks for the flags of a number; one that is not open is an error value.
        unsafe { libc::fcntl(descriptor, libc::F_GETFD) != -1 }
    }

    #[test]
    fn a_child_closes_what_was_registered_and_nothing_else() {
        let generation = super::generation();
        let [kept, given_up, unregistered] = [(); 3].map(|()| File::open("/dev/null").unwrap());
        let registration = ClosedInChild::register(given_up.as_raw_fd()).unwrap();
        drop(ClosedInChild::register(unregistered.as_raw_fd()).unwrap());
        let child = fork(|| {
            i32::from(is_open(given_up.as_raw_fd()))
                | i32::from(!is_open(kept.as_raw_fd())) << 1
                | i32::from(!is_open(unregistered.as_raw_fd())) << 2
                | i32::from(super::generation() == generation) << 3
        });
        assert_eq!(wait(child), 0);
        assert_eq!(super::generation(), generation);
        assert!(is_open(given_up.as_raw_fd()));
        drop(registration);
    }

    #[test]
    fn a_childs_own_registrations_outlive_its_parents() {
        let file = File::open("/dev/null").unwrap();
        let registration = ClosedInChild::register(file.as_raw_fd()).unwrap();
        let child = fork(move || {
            // The number is free again here, so one of these files gets it, and takes all slots.
            let files: Vec<_> = (0..256).map(|_| File::open("/dev/null").unwrap()).collect();
            let own = files
                .iter()
                .find(|own| own.as_raw_fd() == file.as_raw_fd())
                .unwrap();
            let registrations: Vec<_> = (0..256)
                .map_while(|_| ClosedInChild::register(own.as_raw_fd()))
                .collect();
            drop(registration);
            let taken = registrations.len() == 256 && ClosedInChild::register(own.as_raw_fd()).is_none();
            std::mem::forget(file);
            i32::from(!taken)
        });
        assert_eq!(wait(child), 0);
    }

    #[test]
    fn what_a_fork_came_into_is_opened_again() {
        let mut opened = 0;
        undisturbed(|| {
            opened += 1;
            if opened < 3 {
                wait(fork(|| 0));
            }
        });
        // Another test of this process may have forked as well.
        assert!(opened >= 3);
    }
}
