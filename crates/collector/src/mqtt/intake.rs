//! What has been read of a connection, and how much more is read at a time.

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

/// How much room there is for a read: little for the many that seldom send, more for those that fill it.
const LEAST_ROOM: usize = 4 * 1024;
const MOST_ROOM: usize = 64 * 1024;

/// What has been read and not yet taken.
pub(super) struct Intake<R> {
    reader: R,
    buffer: BytesMut,
    room: usize,
}

impl<R: AsyncRead + Unpin> Intake<R> {
    pub(super) fn new(reader: R) -> Self {
        Intake {
            reader,
            buffer: BytesMut::new(),
            room: LEAST_ROOM,
        }
    }

    /// What is there.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// Takes the first `count` bytes away.
    pub(super) fn advance(&mut self, count: usize) {
        self.buffer.advance(count.min(self.buffer.len()));
    }

    /// Reads more; `false` at the end. Nothing is lost where this is not awaited to its end.
    pub(super) async fn more(&mut self) -> std::io::Result<bool> {
        if self.buffer.is_empty() && self.buffer.capacity() > 2 * self.room {
            // What a large packet has taken is given back: the connection may now be idle for long.
            self.buffer = BytesMut::new();
        }
        self.buffer.reserve(self.room);
        let room = self.buffer.capacity() - self.buffer.len();
        let read = self.reader.read_buf(&mut self.buffer).await?;
        self.room = match read {
            read if read == room => (self.room * 2).min(MOST_ROOM),
            read if read < self.room / 4 => (self.room / 2).max(LEAST_ROOM),
            _ => self.room,
        };
        Ok(read > 0)
    }
}
