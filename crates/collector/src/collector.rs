//! Starting, serving, stopping.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use thiserror::Error;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::access::Access;
use crate::api;
use crate::guard::Guard;
use crate::http;
use crate::live::Live;
use crate::notices::Notices;
use crate::readers::Readers;
use crate::settings::Settings;
use crate::shared::Shared;
use crate::shutdown;
use crate::store::sqlite::SqliteStore;
use crate::store::{Committer, Store, StoreError};

/// How many connections are served at the same time; further ones wait to be accepted.
const CONNECTIONS: usize = 1_024;

/// How long open requests may take when the collector stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// A collector that is serving, on threads of its own.
#[must_use = "it stops when it is dropped"]
pub struct Collector {
    address: SocketAddr,
    /// Taken when it stops.
    running: Option<Running>,
}

struct Running {
    runtime: Runtime,
    shutdown: watch::Sender<bool>,
    serving: tokio::task::JoinHandle<()>,
    committing: JoinHandle<()>,
}

/// Why a collector did not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {detail}{hint}", hint = hint(.detail))]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        detail: std::io::Error,
    },
    /// The address can be reached from other machines, and anybody there could come in.
    #[error(
        "{0} can be reached from other machines: say who may come in, with --token, or listen on 127.0.0.1"
    )]
    Open(SocketAddr),
    /// What was given as a host or an origin is none.
    #[error("{0}")]
    Name(String),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gives no more threads.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
}

fn hint(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            "; another program listens there, so name another port with --listen"
        }
        std::io::ErrorKind::PermissionDenied => "; ports below 1024 are the administrator's",
        _ => "",
    }
}

impl Collector {
    /// Opens the store, listens, and serves.
    ///
    /// # Errors
    /// [`StartError`]; then nothing is left running.
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        if settings.tokens.is_empty() && !settings.listen.ip().is_loopback() {
            return Err(StartError::Open(settings.listen));
        }
        let Settings {
            listen: address,
            store,
            synchronous,
            tokens,
            allowed_hosts,
            allowed_origins,
            notice,
        } = settings;
        let access = Access::new(&tokens);
        let guard = Guard::new(&allowed_hosts, &allowed_origins).map_err(StartError::Name)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .thread_name("tnt4-collector")
            .enable_all()
            .build()
            .map_err(StartError::Thread)?;
        let listener = runtime
            .block_on(TcpListener::bind(address))
            .map_err(|detail| StartError::Listen { address, detail })?;
        let address = listener
            .local_addr()
            .map_err(|detail| StartError::Listen { address, detail })?;

        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&store, synchronous)?);
        let live = Live::new();
        let notices = Arc::new(Notices::new(notice));
        let (committer, committing) =
            Committer::start(store.writer()?, live.clone(), notices.clone()).map_err(StartError::Thread)?;
        runtime.spawn(committer.clone().remind());
        let (shutdown, stopping) = watch::channel(false);
        let router = api::router(api::State {
            access: access.clone(),
            guard: guard.clone(),
            committer: committer.clone(),
            readers: Arc::new(Readers::new(store)),
            live,
            shutdown: stopping.clone(),
        });
        let shared = Arc::new(Shared {
            access,
            guard,
            notices,
            committer,
            router,
        });
        let serving = runtime.spawn(serve(listener, shared, stopping));
        Ok(Collector {
            address,
            running: Some(Running {
                runtime,
                shutdown,
                serving,
                committing,
            }),
        })
    }

    /// Where it listens, with the port that was chosen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops: accepts no more, commits and answers what was received, closes the store. Takes 5 seconds at
    /// the most for clients that do not read their answers.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let Some(Running {
            runtime,
            shutdown,
            serving,
            committing,
        }) = self.running.take()
        else {
            return;
        };
        // Both only fail where their receivers are gone, and then there is nothing to stop.
        let _ = shutdown.send(true);
        let _ = runtime.block_on(async { tokio::time::timeout(STOP_TIMEOUT, serving).await });
        // Ends what is still open, and with it the last `Committer`, so that the thread ends, too.
        runtime.shutdown_timeout(STOP_TIMEOUT);
        let _ = committing.join();
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.end();
    }
}

/// Accepts connections until the end, then waits for those that are open.
async fn serve(listener: TcpListener, shared: Arc<Shared>, mut stopping: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let Ok(place) = places.clone().acquire_owned().await else {
            break;
        };
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
        let (shared, stopping) = (shared.clone(), stopping.clone());
        connections.spawn(async move {
            http::serve(stream, shared, stopping).await;
            drop(place);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}
