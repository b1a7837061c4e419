//! Locks, bells and threads of what callers and worker share.
//!
//! They are the standard library's. With the feature `shuttle` they are those of a scheduler that tries interleavings one after
//! the other, and works within its tests only; there a wait with a timeout waits for ever, so that a bell that was
//! not rung is a deadlock that the scheduler finds, and not a pause that nobody notices.

#[cfg(feature = "shuttle")]
pub(crate) use shuttle::{
    sync::{Condvar, Mutex, MutexGuard},
    thread,
};
#[cfg(not(feature = "shuttle"))]
pub(crate) use std::{
    sync::{Condvar, Mutex, MutexGuard},
    thread,
};
