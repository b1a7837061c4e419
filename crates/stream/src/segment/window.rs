//! A piece of a segment in memory, through which a scan looks at it.
//!
//! It has a few hundred KiB, and grows to the length of one record where that is longer. What lies in it is
//! never read again: bytes in front of the limit up to which a scan may look do not change.

use std::io;
use std::sync::Arc;

/// How much is read at once.
pub(super) const LENGTH: usize = 256 * 1024;

/// Something with bytes at offsets.
pub(crate) trait ReadAt {
    /// Fills the buffer from this offset; `UnexpectedEof` where there are not so many bytes.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        (**self).read_at(offset, buffer)
    }
}

impl<T: ReadAt + ?Sized> ReadAt for Arc<T> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        (**self).read_at(offset, buffer)
    }
}

impl ReadAt for [u8] {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let bytes = start
            .checked_add(buffer.len())
            .and_then(|end| self.get(start..end));
        buffer.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// A piece of a segment.
pub(super) struct Window<S> {
    source: S,
    /// How much is read at once.
    length: usize,
    /// The offset of the first byte held.
    start: u64,
    /// How many bytes are held; the buffer may be longer.
    held: usize,
    buffer: Vec<u8>,
}

impl<S: ReadAt> Window<S> {
    /// In this memory, whatever it holds.
    pub(super) fn new(source: S, length: usize, memory: Vec<u8>) -> Self {
        Window {
            source,
            length,
            start: 0,
            held: 0,
            buffer: memory,
        }
    }

    /// The memory, for the next one.
    pub(super) fn into_memory(self) -> Vec<u8> {
        let mut memory = self.buffer;
        memory.truncate(self.length);
        memory.shrink_to_fit();
        memory
    }

    /// The bytes from `offset` on: at least `wanted`, unless `limit` comes first, and never beyond it.
    pub(super) fn look(&mut self, offset: u64, wanted: usize, limit: u64) -> io::Result<&[u8]> {
        let available = usize::try_from(limit.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = wanted.min(available);
        let inside = offset
            .checked_sub(self.start)
            .and_then(|inside| usize::try_from(inside).ok());
        let skipped = match inside {
            Some(inside) if inside.checked_add(wanted).is_some_and(|end| end <= self.held) => inside,
            _ => {
                self.fill(offset, wanted.max(self.length).min(available))?;
                0
            }
        };
        let held = self.buffer.get(skipped..self.held).unwrap_or_default();
        Ok(held.get(..available).unwrap_or(held))
    }

    fn fill(&mut self, offset: u64, length: usize) -> io::Result<()> {
        if self.buffer.len() < length {
            self.buffer.resize(length, 0);
        }
        // Should reading fail, the buffer holds nothing that is known.
        self.held = 0;
        let target = self.buffer.get_mut(..length).unwrap_or_default();
        self.source.read_at(offset, target)?;
        (self.start, self.held) = (offset, length);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shows_what_is_there_up_to_the_limit() {
        let bytes: Vec<u8> = (0..100).collect();
        let mut window = Window::new(&bytes[..], 16, Vec::new());
        assert_eq!(window.look(8, 4, 100).unwrap(), &bytes[8..24]);
        assert_eq!(window.look(20, 4, 100).unwrap(), &bytes[20..24]);
        assert_eq!(window.look(21, 4, 100).unwrap(), &bytes[21..37]);
        assert_eq!(window.look(30, 4, 33).unwrap(), &bytes[30..33]);
        assert_eq!(window.look(10, 40, 100).unwrap(), &bytes[10..50]);
        assert!(window.look(90, 40, 120).is_err());
        assert_eq!(window.look(90, 10, 100).unwrap(), &bytes[90..]);
        assert!(window.look(100, 1, 100).unwrap().is_empty());
    }
}
