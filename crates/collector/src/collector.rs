//! Starting, serving, stopping.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use thiserror::Error;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::accept;
use crate::access::Access;
use crate::api;
use crate::guard::Guard;
use crate::http;
use crate::live::Live;
use crate::mqtt::{self, Clients, Keeper, Subscription};
use crate::notices::Notices;
use crate::readers::Readers;
use crate::settings::Settings;
use crate::shared::Shared;
use crate::store::sqlite::SqliteStore;
use crate::store::{Committer, Store, StoreError};

/// How long open requests may take when the collector stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// A collector that is serving, on threads of its own.
#[must_use = "it stops when it is dropped"]
pub struct Collector {
    address: SocketAddr,
    mqtt_address: Option<SocketAddr>,
    /// Taken when it stops.
    running: Option<Running>,
}

struct Running {
    runtime: Runtime,
    shutdown: watch::Sender<bool>,
    /// The listeners, each with its connections.
    serving: JoinSet<()>,
    committing: JoinHandle<()>,
}

/// Why a collector did not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {detail}{hint}", hint = hint(.detail, .option))]
    Listen {
        /// By which option of the command it was given.
        option: &'static str,
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
    /// No broker could be trusted.
    #[error("{0}")]
    Trust(String),
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

fn hint(error: &std::io::Error, option: &str) -> String {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("; another program listens there, so name another port with {option}")
        }
        std::io::ErrorKind::PermissionDenied => "; ports below 1024 are the administrator's".to_owned(),
        _ => String::new(),
    }
}

impl Collector {
    /// Opens the store, listens, and serves.
    ///
    /// # Errors
    /// [`StartError`]; then nothing is left running.
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        let open = |address: &SocketAddr| settings.tokens.is_empty() && !address.ip().is_loopback();
        if let Some(address) = [Some(settings.listen), settings.mqtt]
            .into_iter()
            .flatten()
            .find(open)
        {
            return Err(StartError::Open(address));
        }
        let Settings {
            listen,
            mqtt,
            subscriptions,
            ca_file,
            store,
            synchronous,
            tokens,
            allowed_hosts,
            allowed_origins,
            notice,
        } = settings;
        let access = Access::new(&tokens);
        let guard = Guard::new(&allowed_hosts, &allowed_origins).map_err(StartError::Name)?;
        let wants_tls = subscriptions.iter().any(|subscription| subscription.tls);
        let tls = wants_tls.then(|| mqtt::trust(ca_file.as_deref()));
        let tls = tls.transpose().map_err(StartError::Trust)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .thread_name("tnt4-collector")
            .enable_all()
            .build()
            .map_err(StartError::Thread)?;
        let (listener, address) = bind(&runtime, listen, "--listen")?;
        let mqtt = mqtt
            .map(|address| bind(&runtime, address, "--mqtt"))
            .transpose()?;

        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&store, synchronous)?);
        let named = name_all(subscriptions, store.as_ref())?;
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
            clients: Arc::new(Clients::default()),
            router,
        });
        let mut serving = JoinSet::new();
        for (subscription, client_id) in named {
            let keeper = Keeper {
                subscription,
                client_id,
                tls: tls.clone(),
                committer: shared.committer.clone(),
                notices: shared.notices.clone(),
            };
            serving.spawn_on(keeper.run(stopping.clone()), runtime.handle());
        }
        let mqtt_address = mqtt.as_ref().map(|(_, address)| *address);
        if let Some((listener, _)) = mqtt {
            let (shared, stopping) = (shared.clone(), stopping.clone());
            serving.spawn_on(
                accept::serve(listener, shared, stopping, mqtt::serve),
                runtime.handle(),
            );
        }
        serving.spawn_on(
            accept::serve(listener, shared, stopping, http::serve),
            runtime.handle(),
        );
        Ok(Collector {
            address,
            mqtt_address,
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

    /// Where it listens for publishers of MQTT, with the port that was chosen.
    #[must_use]
    pub fn mqtt_address(&self) -> Option<SocketAddr> {
        self.mqtt_address
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
            mut serving,
            committing,
        }) = self.running.take()
        else {
            return;
        };
        // Both only fail where their receivers are gone, and then there is nothing to stop.
        let _ = shutdown.send(true);
        let all = async { while serving.join_next().await.is_some() {} };
        let _ = runtime.block_on(async { tokio::time::timeout(STOP_TIMEOUT, all).await });
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

fn bind(
    runtime: &Runtime,
    address: SocketAddr,
    option: &'static str,
) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |detail| StartError::Listen {
        option,
        address,
        detail,
    };
    let listener = runtime.block_on(TcpListener::bind(address)).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Gives each subscription its client identifier, which is made once and kept; one that is there twice counts once.
fn name_all(
    subscriptions: Vec<Subscription>,
    store: &dyn Store,
) -> Result<Vec<(Subscription, String)>, StoreError> {
    let mut named: BTreeMap<String, (Subscription, String)> = BTreeMap::new();
    for subscription in subscriptions {
        let key = subscription.key();
        // 22 characters: 3.1.1 promises room for 23.
        let random = uuid::Uuid::now_v7().simple().to_string();
        let first = format!("tnt4{}", random.get(14..).unwrap_or(&random));
        let client_id = store.keep(&format!("client identifier at {key}"), &first)?;
        named.entry(key).or_insert((subscription, client_id));
    }
    Ok(named.into_values().collect())
}
