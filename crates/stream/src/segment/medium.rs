//! How a segment's file is written: through a mapping where that is safe, else by system calls.
//!
//! A store into a mapping must not fail, since the only way in which it can is SIGBUS. On ext4, xfs and tmpfs
//! a page of an allocated file can always be written. On a copy-on-write file system (btrfs, zfs, overlays)
//! each write allocates anew, so a full disk shows itself at the page fault; on a network file system the
//! server does. There, and on other platforms, records are written by `pwrite`, whose failures are values.

use std::path::Path;

/// How a segment's file is written. The bytes are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Medium {
    /// Through a shared mapping: no system call for a record. Only on Linux; elsewhere this means `Written`.
    Mapped,
    /// By one `pwrite` for a record.
    Written,
}

/// The medium for files in this folder. Where nothing is known, it is the one that works everywhere.
#[cfg(target_os = "linux")]
pub(crate) fn medium_for(folder: &Path) -> Medium {
    /// From the kernel's `magic.h`. The first is that of ext2 and ext3 too, which behave alike.
    const MAPPED: [u32; 3] = [0xEF53, 0x5846_5342, 0x0102_1994];

    // A type that is wider or signed on some machines; the numbers fit into 32 bits on all.
    match rustix::fs::statfs(folder) {
        Ok(system) if MAPPED.contains(&(system.f_type as u32)) => Medium::Mapped,
        _ => Medium::Written,
    }
}

/// The medium for files in this folder.
#[cfg(not(target_os = "linux"))]
pub(crate) fn medium_for(_folder: &Path) -> Medium {
    Medium::Written
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_local_file_system_is_not_mapped() {
        assert_eq!(medium_for(Path::new("/proc")), Medium::Written);
        assert_eq!(medium_for(Path::new("/nowhere/at/all")), Medium::Written);
    }
}
