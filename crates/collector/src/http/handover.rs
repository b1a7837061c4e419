//! Gives a connection to axum, with the bytes that were already read from it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::Sleep;

use crate::api;
use crate::shared::Shared;
use crate::shutdown;

/// How long a head may take; it also bounds the silence between requests. Those who stream records, and
/// count on long silences, are not here.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a client may leave what it is sent unread.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);

/// Serves the rest of a connection.
pub(super) async fn serve(
    stream: TcpStream,
    buffered: Bytes,
    let_in: Arc<AtomicBool>,
    shared: &Shared,
    mut shutdown: watch::Receiver<bool>,
) {
    let router = shared.router.clone().layer(axum::Extension(api::LetIn(let_in)));
    let io = TokioIo::new(Rewound {
        buffered,
        stream,
        patience: None,
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        // A client may say that it sends no more, and still read.
        .half_close(true)
        .serve_connection(io, TowerToHyperService::new(router))
        .with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        _ = &mut connection => {}
        () = shutdown::wanted(&mut shutdown) => {
            connection.as_mut().graceful_shutdown();
            // An error here is the client's, and it is gone.
            let _ = connection.await;
        }
    }
}

/// A stream whose first bytes were read before, and are read again; it fails where its client does not
/// read for too long.
struct Rewound {
    buffered: Bytes,
    stream: TcpStream,
    /// Runs while a write waits for the client.
    patience: Option<Pin<Box<Sleep>>>,
}

impl Rewound {
    /// What a write has come to, or that the client took too long.
    fn bounded<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.patience = None;
            return written;
        }
        let patience = self
            .patience
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(WRITE_TIMEOUT)));
        patience
            .as_mut()
            .poll(context)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Rewound {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.buffered.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, into);
        }
        let length = self.buffered.len().min(into.remaining());
        into.put_slice(&self.buffered[..length]);
        self.buffered.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Rewound {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.bounded(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.bounded(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
