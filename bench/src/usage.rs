//! What a process, or a thread of it, has had of the machine, as Linux tells it in `/proc`.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::time::Duration;

/// How long a thread could have run and was not let: read often, by one system call.
#[derive(Debug)]
pub struct Usage(File);

impl Usage {
    /// Of the thread that calls.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub fn of_this_thread() -> io::Result<Self> {
        File::open("/proc/thread-self/schedstat").map(Usage)
    }

    /// Of the thread of this process that has this name; `None` where there is none.
    #[must_use]
    pub fn of_thread(name: &str) -> Option<Self> {
        let mut tasks = fs::read_dir("/proc/self/task").ok()?.flatten();
        let task = tasks.find(|task| {
            fs::read_to_string(task.path().join("comm")).is_ok_and(|comm| comm.trim_end() == name)
        })?;
        File::open(task.path().join("schedstat")).ok().map(Usage)
    }

    /// How long the thread could have run while the processor was somebody else's.
    #[must_use]
    pub fn kept_waiting(&self) -> Duration {
        let mut text = [0; 64];
        let length = self.0.read_at(&mut text, 0).unwrap_or(0);
        let digits = text[..length]
            .split(u8::is_ascii_whitespace)
            .nth(1)
            .unwrap_or_default();
        let nanos = digits
            .iter()
            .fold(0, |sum, digit| sum * 10 + u64::from(digit.wrapping_sub(b'0')));
        Duration::from_nanos(nanos)
    }

    /// How long the calling thread has run.
    #[must_use]
    pub fn ran() -> Duration {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        time.try_into().unwrap_or_default()
    }

    /// How long the machine's processors were given to other machines, all together; to 10 ms.
    #[must_use]
    pub fn stolen() -> Duration {
        let text = fs::read_to_string("/proc/stat").unwrap_or_default();
        let ticks = text
            .lines()
            .next()
            .and_then(|line| line.split_whitespace().nth(8)?.parse::<u64>().ok());
        Duration::from_millis(ticks.unwrap_or(0) * 10)
    }

    /// How long all threads of this process have run, those that have ended included; to 10 ms.
    #[must_use]
    pub fn of_this_process() -> Duration {
        let line = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        // Behind the name, which may contain anything, user and system time are the 12th and 13th field.
        let fields = line.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks = fields
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<u64>().ok());
        Duration::from_millis(ticks.sum::<u64>() * 10)
    }
}

/// A line of this process's status in bytes: `VmRSS`, what is in memory now; `VmHWM`, its highest.
#[must_use]
pub fn memory(line: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = status
        .lines()
        .find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
    let kibibytes = value.and_then(|value| value.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1024
}
