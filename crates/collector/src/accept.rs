//! Listening: connections are accepted as long as there are places, and waited for at the end.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::shared::Shared;
use crate::shutdown;

/// How many connections a listener serves at the same time; further ones wait to be accepted.
const CONNECTIONS: usize = 1_024;

/// Accepts connections until the end, then waits for those that are open.
pub(crate) async fn serve<F>(
    listener: TcpListener,
    shared: Arc<Shared>,
    mut stopping: watch::Receiver<bool>,
    one: fn(TcpStream, Arc<Shared>, watch::Receiver<bool>) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let place = tokio::select! {
            place = places.clone().acquire_owned() => place,
            () = shutdown::wanted(&mut stopping) => break,
        };
        let Ok(place) = place else { break };
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => {
                    // Usually no more file descriptors: the pause lets some be closed.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = shutdown::wanted(&mut stopping) => break,
        };
        let serving = one(stream, shared.clone(), stopping.clone());
        connections.spawn(async move {
            serving.await;
            drop(place);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}
