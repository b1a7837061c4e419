//! What the system says of this process: by /proc where there is one, which needs no interpreter, else by `resource`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use pyo3::prelude::*;

/// How many ticks of /proc are a second: the same on every architecture that Python knows.
const TICK_USEC: i64 = 1_000_000 / 100;

/// What a process uses.
pub(super) struct Reading {
    /// Whose it is: a child of a fork begins anew.
    process: u32,
    taken: Instant,
    pub(super) user_usec: i64,
    pub(super) system_usec: i64,
    pub(super) resident_bytes: Option<i64>,
    pub(super) peak_bytes: Option<i64>,
    pub(super) virtual_bytes: Option<i64>,
    pub(super) threads: Option<i64>,
    pub(super) descriptors: Option<i64>,
    pub(super) uptime_usec: Option<i64>,
}

impl Reading {
    /// What the process uses now.
    pub(super) fn now(py: Python<'_>) -> Option<Self> {
        Self::by_proc().or_else(|| Self::by_resource(py).ok())
    }

    /// What /proc says of it; `None` where there is none.
    pub(super) fn by_proc() -> Option<Self> {
        let stat = text("stat")?;
        // The name before it is in brackets, and may hold brackets and spaces itself.
        let after_name: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let field = |number: usize| after_name.get(number - 3)?.parse::<i64>().ok();
        let status = text("status").unwrap_or_default();
        let kibibytes = |name| Some(number_of(&status, name)? * 1024);
        Some(Reading {
            process: std::process::id(),
            taken: Instant::now(),
            user_usec: field(14)? * TICK_USEC,
            system_usec: field(15)? * TICK_USEC,
            resident_bytes: kibibytes("VmRSS:"),
            peak_bytes: None,
            virtual_bytes: kibibytes("VmSize:"),
            threads: number_of(&status, "Threads:"),
            descriptors: descriptors(),
            uptime_usec: field(22).and_then(since),
        })
    }

    /// What the interpreter can say of it elsewhere.
    fn by_resource(py: Python<'_>) -> PyResult<Self> {
        let resource = py.import("resource")?;
        let usage = resource.call_method1("getrusage", (resource.getattr("RUSAGE_SELF")?,))?;
        let usec = |name| -> PyResult<i64> { Ok((usage.getattr(name)?.extract::<f64>()? * 1e6) as i64) };
        let peak: i64 = usage.getattr("ru_maxrss")?.extract()?;
        let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
        let threads = py.import("threading")?.call_method0("active_count")?;
        Ok(Reading {
            process: std::process::id(),
            taken: Instant::now(),
            user_usec: usec("ru_utime")?,
            system_usec: usec("ru_stime")?,
            resident_bytes: None,
            peak_bytes: Some(peak * unit),
            virtual_bytes: None,
            threads: threads.extract().ok(),
            descriptors: None,
            uptime_usec: None,
        })
    }

    /// Time on CPUs.
    pub(super) fn cpu_usec(&self) -> i64 {
        self.user_usec + self.system_usec
    }
}

/// What the share of a CPU is measured from: the last snapshot before.
pub(super) struct Base(ArcSwapOption<(u32, Instant, i64)>);

impl Base {
    /// The start of the process.
    pub(super) const fn new() -> Self {
        Base(ArcSwapOption::const_empty())
    }

    /// The share of one CPU since then; what is measured next is measured from this reading. `None` where the time between
    /// was too short for ticks of 10 ms.
    pub(super) fn percent(&self, reading: &Reading) -> Option<f64> {
        const SHORTEST: Duration = Duration::from_millis(500);
        let base = self.0.load_full().filter(|base| base.0 == reading.process);
        let (cpu, time) = match base.as_deref() {
            Some((_, taken, _)) if reading.taken.saturating_duration_since(*taken) < SHORTEST => return None,
            Some((_, taken, cpu)) => (
                reading.cpu_usec() - cpu,
                reading.taken.saturating_duration_since(*taken).as_micros() as f64,
            ),
            None => (reading.cpu_usec(), reading.uptime_usec.unwrap_or_default() as f64),
        };
        self.0.store(Some(Arc::new((
            reading.process,
            reading.taken,
            reading.cpu_usec(),
        ))));
        let percent = cpu as f64 * 100.0 / time;
        (percent.is_finite() && percent >= 0.0).then(|| (percent * 10.0).round() / 10.0)
    }
}

fn text(name: &str) -> Option<String> {
    let bytes = std::fs::read(format!("/proc/self/{name}")).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The number behind a name in /proc/self/status.
fn number_of(status: &str, name: &str) -> Option<i64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Without the one that counts them.
fn descriptors() -> Option<i64> {
    let open = std::fs::read_dir("/proc/self/fd").ok()?.count();
    i64::try_from(open.saturating_sub(1)).ok()
}

/// How long ago this tick was, in microseconds.
fn since(tick: i64) -> Option<i64> {
    let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
    let seconds: f64 = uptime.split_whitespace().next()?.parse().ok()?;
    let since = (seconds * 1e6) as i64 - tick * TICK_USEC;
    // Some containers show an uptime of their own.
    (since >= 0).then_some(since)
}
