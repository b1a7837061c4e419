//! What has just been committed, line by line, for as long as the caller listens.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;

use super::router::{Shared, token};
use crate::http::UNAUTHORIZED;
use crate::ingest::NDJSON;
use crate::live::Skipped;
use crate::shutdown;

/// How many lines wait for a listener before it misses some.
const WAITING: usize = 64;

/// `GET /live`: one line of JSON an item. An empty line says at once that the feed is open.
pub(super) async fn listen(axum::extract::State(state): Shared, headers: HeaderMap) -> Response {
    if !state.access.allows(token(&headers)) {
        return (StatusCode::UNAUTHORIZED, format!("{UNAUTHORIZED}\n")).into_response();
    }
    let (sender, lines) = mpsc::channel(WAITING);
    tokio::spawn(forward(state.live.subscribe(), sender, state.shutdown));
    let fields = [
        (header::CONTENT_TYPE, HeaderValue::from_static(NDJSON)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (fields, Body::from_stream(ReceiverStream::new(lines))).into_response()
}

type Line = Result<String, Infallible>;

/// Passes lines on until the listener leaves or the server stops.
async fn forward(
    mut announced: broadcast::Receiver<Arc<str>>,
    listener: mpsc::Sender<Line>,
    mut shutdown: watch::Receiver<bool>,
) {
    let mut line = String::new();
    loop {
        line.push('\n');
        if listener.send(Ok(std::mem::take(&mut line))).await.is_err() {
            return;
        }
        tokio::select! {
            received = announced.recv() => match received {
                Ok(announced) => line.push_str(&announced),
                Err(RecvError::Lagged(missed)) => {
                    let skipped = Skipped { skipped: usize::try_from(missed).unwrap_or(usize::MAX) };
                    line.push_str(&serde_json::to_string(&skipped).unwrap_or_default());
                }
                Err(RecvError::Closed) => return,
            },
            () = listener.closed() => return,
            () = shutdown::wanted(&mut shutdown) => return,
        }
    }
}
