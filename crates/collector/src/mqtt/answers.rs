//! The half of a connection that writes: acknowledgements, in the order of the messages, after their commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;

use super::draft::Group;

/// How long the other end may take to read its answers.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);

/// How many messages are on their way: taken, and not yet answered for good.
pub(super) type InFlight = Arc<AtomicUsize>;

/// Why no more is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// All is.
    Done,
    /// The other end does not read any more.
    Gone,
    /// A commit failed; the text says why.
    NotStored(String),
}

/// Writes the answers of every group until no more come, or one of them could not be committed; then `farewell` is
/// written instead of its answers, and nothing after it.
pub(super) async fn write(
    mut half: impl AsyncWrite + Unpin,
    mut groups: mpsc::Receiver<Group>,
    in_flight: InFlight,
    farewell: Vec<u8>,
) -> Ended {
    while let Some(group) = groups.recv().await {
        if let Some(receipt) = group.receipt
            && let Err(why) = receipt.outcome().await
        {
            let _ = put(&mut half, &farewell).await;
            let _ = half.shutdown().await;
            return Ended::NotStored(why);
        }
        // Before the answer is there, since it allows the other end to send the next one.
        in_flight.fetch_sub(group.settled, Ordering::Relaxed);
        if !put(&mut half, &group.answers).await {
            return Ended::Gone;
        }
    }
    let _ = tokio::time::timeout(WRITE_TIMEOUT, half.shutdown()).await;
    Ended::Done
}

async fn put(half: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> bool {
    let written = tokio::time::timeout(WRITE_TIMEOUT, async {
        half.write_all(bytes).await?;
        half.flush().await
    });
    matches!(written.await, Ok(Ok(())))
}
