//! What has just been committed, line by line, for as long as the caller listens.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_stream::wrappers::ReceiverStream;

use super::router::{Shared, token};
use crate::ingest::{NDJSON, UNAUTHORIZED};
use crate::live::Skipped;
use crate::shutdown;

/// How many lines wait for a listener before it misses some.
const WAITING: usize = 64;

/// How often a feed says that it is alive. The page takes one for lost after three times as long
/// (`assets/live/feed.js`).
const HEARTBEAT: Duration = Duration::from_secs(15);

/// `GET /live`: one line of JSON an item. An empty line says at once that the feed is open, and from then on
/// every 15 s that it still is: a connection that died without a word is otherwise noticed by neither end.
pub(super) async fn listen(axum::extract::State(state): Shared, headers: HeaderMap) -> Response {
    if !state.access.allows(token(&headers)) {
        return (StatusCode::UNAUTHORIZED, format!("{UNAUTHORIZED}\n")).into_response();
    }
    let (sender, lines) = mpsc::channel(WAITING);
    let announced = state.live.subscribe();
    tokio::spawn(forward(announced, sender, state.shutdown, HEARTBEAT));
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
    heartbeat: Duration,
) {
    let mut heartbeat = interval_at(Instant::now() + heartbeat, heartbeat);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
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
            // An empty line.
            _ = heartbeat.tick() => {}
            () = listener.closed() => return,
            () = shutdown::wanted(&mut shutdown) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_feed_without_news_says_that_it_is_alive() {
        let (announce, announced) = broadcast::channel(4);
        let (_stop, shutdown) = watch::channel(false);
        let (sender, mut lines) = mpsc::channel(WAITING);
        tokio::spawn(forward(announced, sender, shutdown, Duration::from_millis(1)));
        for _ in 0..3 {
            assert_eq!(lines.recv().await, Some(Ok("\n".to_owned())));
        }
        announce.send("{}".into()).unwrap();
        let mut line = lines.recv().await;
        while line == Some(Ok("\n".to_owned())) {
            line = lines.recv().await;
        }
        assert_eq!(line, Some(Ok("{}\n".to_owned())));
    }
}
