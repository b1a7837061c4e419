//! A file's mapping, for writing.
//!
//! Nothing is ever read through the map, and no reference into it is ever made: bytes are copied into it by
//! pointer, within bounds that are checked. There is one [`MapWriter`] for a map, so that no two threads of
//! this process copy into it at once; the [`Map`] that others hold can only be populated, or dropped.
//!
//! A store into a map raises SIGBUS where the file has become shorter or the file system cannot provide the
//! page. The first happens only if someone else cuts the file off: the segment itself gives up its writer
//! before it does. The second is why only some file systems are mapped ([`medium`](super::medium)).
#![allow(
    unsafe_code,
    reason = "copying into a shared mapping has no safe form: another process may map the same file"
)]

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use memmap2::{Advice, MmapOptions, MmapRaw};

use super::fetch;

/// A file's mapping, which lives as long as somebody holds it.
pub(super) struct Map(MmapRaw);

/// The one who may write into a map.
pub(super) struct MapWriter(Arc<Map>);

/// Every file system here has pages of this size or larger ones.
const SMALLEST_PAGE: u64 = 4096;

impl MapWriter {
    /// Maps the first `length` bytes of a file, which must have as many.
    pub(super) fn new(file: &File, length: u64) -> io::Result<Self> {
        if file.metadata()?.len() < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let length = usize::try_from(length).map_err(|_| io::ErrorKind::OutOfMemory)?;
        let map = MmapOptions::new().len(length).map_raw(file)?;
        Ok(MapWriter(Arc::new(Map(map))))
    }

    /// The map, for those who do not write.
    pub(super) fn map(&self) -> Arc<Map> {
        Arc::clone(&self.0)
    }

    /// Copies the bytes to this offset; an error where they would reach beyond the end.
    #[inline]
    pub(super) fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let map = &self.0.0;
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        if start.checked_add(bytes.len()).is_none_or(|end| end > map.len()) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        // SAFETY: `start + bytes.len()` is within the map, which lives as long as `self.0` and is writable.
        // `bytes` is no part of it, since no reference into a map is ever made. No other thread writes to the
        // map meanwhile, since this needs the only `MapWriter` exclusively; nobody reads through it.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), map.as_mut_ptr().add(start), bytes.len());
        }
        Ok(())
    }

    /// What lies from here on is written next.
    #[inline]
    pub(super) fn fetch(&self, offset: u64) {
        let map = &self.0.0;
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(map.len());
        fetch::ahead(map.as_ptr().wrapping_add(start), map.len() - start);
    }

    /// Makes all pages present and writable, so that no later write has to wait for one. The map must be new:
    /// where the kernel (before 5.14) cannot do it, zeros are written.
    pub(super) fn populate_new(&mut self) -> io::Result<()> {
        let length = self.0.0.len() as u64;
        match self.0.populate(0..length) {
            // It does not know the advice. Whatever else fails here would be a signal later.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {}
            outcome => return outcome,
        }
        (0..length)
            .step_by(SMALLEST_PAGE as usize)
            .try_for_each(|page| self.write(page, &[0]))
    }
}

impl Map {
    /// Makes these pages present and writable without changing what they hold.
    pub(super) fn populate(&self, range: Range<u64>) -> io::Result<()> {
        let length = self.0.len() as u64;
        // The kernel wants the beginning of a page, which the start of the map is.
        let start = range.start.min(length) / LARGEST_PAGE * LARGEST_PAGE;
        let end = range.end.min(length);
        if start >= end {
            return Ok(());
        }
        // Both fit: they are not beyond the length, which is a usize.
        self.0
            .advise_range(Advice::PopulateWrite, start as usize, (end - start) as usize)
    }
}

/// No system here has larger pages in the mappings of a file.
const LARGEST_PAGE: u64 = 64 * 1024;
