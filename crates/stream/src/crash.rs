//! Places at which a test has the process die, as `kill -9` or a power cut of the process would have it.
//!
//! `TNT4_CRASH_POINT=name` names the place, `name:3` the third time that it is come to. Only builds with the
//! feature `crash-points` look; in all others a place is nothing at all.

/// A place at which a test may have the process die.
#[cfg(not(feature = "crash-points"))]
#[inline(always)]
pub(crate) fn point(_name: &str) {}

/// A place at which a test may have the process die.
#[cfg(feature = "crash-points")]
pub(crate) fn point(name: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static CHOSEN: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static TIMES: AtomicU64 = AtomicU64::new(0);

    let chosen = CHOSEN.get_or_init(|| {
        let chosen = std::env::var("TNT4_CRASH_POINT").ok()?;
        let (name, time) = chosen.split_once(':').unwrap_or((&chosen, "1"));
        Some((name.to_owned(), time.parse().ok()?))
    });
    if let Some((chosen, time)) = chosen
        && chosen == name
        && TIMES.fetch_add(1, Ordering::SeqCst) + 1 == *time
    {
        die();
    }
}

/// At once, without a destructor and without a core.
#[cfg(feature = "crash-points")]
fn die() -> ! {
    #[cfg(unix)]
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    std::process::abort()
}
