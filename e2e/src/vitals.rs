//! What a process takes of its machine, as Linux tells it below `/proc`. Other systems do not.

use std::fs;
use std::path::PathBuf;

/// What a process takes at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vitals {
    /// Memory that is resident, in bytes.
    pub resident: u64,
    /// The most that ever was.
    pub peak: u64,
    /// Descriptors that are open.
    pub descriptors: usize,
    /// Those of them that are segments of a spool.
    pub segments: usize,
    /// Threads.
    pub threads: usize,
}

impl Vitals {
    /// Of this process; `None` where the system does not tell.
    #[must_use]
    pub fn own() -> Option<Self> {
        Self::of(std::process::id())
    }

    /// Of a process; `None` where the system does not tell, and where it has ended.
    #[must_use]
    pub fn of(process: u32) -> Option<Self> {
        let folder = PathBuf::from(format!("/proc/{process}"));
        let status = fs::read_to_string(folder.join("status")).ok()?;
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
            Some(kib * 1024)
        };
        let (mut descriptors, mut segments) = (0, 0);
        for entry in fs::read_dir(folder.join("fd")).ok()?.flatten() {
            descriptors += 1;
            let is_segment = fs::read_link(entry.path())
                .is_ok_and(|path| path.extension().is_some_and(|extension| extension == "segment"));
            segments += usize::from(is_segment);
        }
        Some(Vitals {
            resident: bytes("VmRSS:")?,
            peak: bytes("VmHWM:")?,
            descriptors,
            segments,
            threads: fs::read_dir(folder.join("task")).ok()?.count(),
        })
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_knows_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let before = Vitals::own().unwrap();
        assert!(before.resident > 0 && before.peak >= before.resident && before.threads > 0);
        let segment = fs::File::create(folder.path().join("0000000001.segment")).unwrap();
        assert!(Vitals::own().unwrap().segments > before.segments);
        drop(segment);
    }
}
