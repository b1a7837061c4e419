//! Has the processor fetch memory that is used next, while it still does something else.
//!
//! What lies behind the last record was last touched by the kernel, or by another processor. A store does not wait for
//! its line, but the release of the lock behind it waits for all stores: without this, a log call at a usual pace took a
//! third longer.
#![allow(unsafe_code, reason = "the processor's hint takes a pointer")]

/// What usual records take, in bytes. What is beyond is written too soon for the hint to help.
const USUAL: usize = 1024;

/// The size of a line of a processor's cache in bytes, or a multiple.
#[cfg(target_arch = "x86_64")]
const LINE: usize = 64;

/// Memory from here on is used soon; there are so many bytes of it.
#[inline]
pub(super) fn ahead(start: *const u8, length: usize) {
    #[cfg(target_arch = "x86_64")]
    for offset in (0..length.min(USUAL)).step_by(LINE) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: it is a hint, which neither reads nor writes and has no effect where there is no memory.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(start.wrapping_add(offset).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (start, length);
}
