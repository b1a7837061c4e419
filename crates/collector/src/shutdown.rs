//! The wish to stop, as every task sees it.

use tokio::sync::watch;

/// Waits until the collector is to stop, or is gone.
pub(crate) async fn wanted(stopping: &mut watch::Receiver<bool>) {
    // The value that is lent here must not live on in a task that waits for something else.
    let _ = stopping.wait_for(|stop| *stop).await;
}
