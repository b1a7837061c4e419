//! Keeps a subscription: connects, takes messages, and connects again after a loss. The operator is told of what changes,
//! not of every attempt.

use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use tnt4_mqtt::Version;
use tokio::sync::watch;
use tokio::time::Instant;

use super::super::intake::Intake;
use super::Subscription;
use super::dial;
use super::greeting::{self, Unwelcome};
use super::pace::Pace;
use super::taking::{Lost, Taking};
use crate::notices::Notices;
use crate::shutdown;
use crate::store::Committer;

/// How long a connection may take, with TLS and the answer to CONNECT.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Keeps one subscription.
pub(crate) struct Keeper {
    pub(crate) subscription: Subscription,
    /// Under which the broker keeps the session.
    pub(crate) client_id: String,
    /// There where the subscription wants it.
    pub(crate) tls: Option<Arc<ClientConfig>>,
    pub(crate) committer: Committer,
    pub(crate) notices: Arc<Notices>,
}

/// What the operator was told last.
enum Told {
    Nothing,
    Connected,
    /// With the reason, where the broker has refused.
    Lost(Option<String>),
}

impl Keeper {
    /// Takes messages until the collector stops.
    pub(crate) async fn run(self, mut stopping: watch::Receiver<bool>) {
        self.warn();
        let (mut pace, mut told, mut version) = (Pace::default(), Told::Nothing, Version::V5);
        loop {
            let begun = Instant::now();
            match self.once(version, &mut told, &mut stopping).await {
                Ok(Lost::Stopped) => return,
                Ok(Lost::Refused(why)) | Err(Unwelcome::Refused(why)) => {
                    self.tell_of_refusal(&mut told, why);
                }
                Ok(Lost::Because(why)) | Err(Unwelcome::Other(why)) => {
                    self.tell_of_loss(&mut told, &why);
                }
                Err(Unwelcome::Version(why)) => {
                    if version == Version::V3 {
                        self.tell_of_loss(&mut told, &why);
                    }
                    version = other(version);
                }
            }
            tokio::select! {
                () = tokio::time::sleep(pace.pause(begun.elapsed())) => {}
                () = shutdown::wanted(&mut stopping) => return,
            }
        }
    }

    /// One connection, from its beginning to its end.
    async fn once(
        &self,
        version: Version,
        told: &mut Told,
        stopping: &mut watch::Receiver<bool>,
    ) -> Result<Lost, Unwelcome> {
        let connected = tokio::select! {
            connected = tokio::time::timeout(CONNECT_TIMEOUT, self.connect(version)) => connected,
            () = shutdown::wanted(stopping) => return Ok(Lost::Stopped),
        };
        let late = || Unwelcome::Other("it does not answer in time".to_owned());
        let (intake, writer, keep_alive) = connected.map_err(|_| late())??;
        let mut confirmed = || self.tell_of_success(told);
        let taking = Taking {
            intake,
            version,
            keep_alive,
            committer: &self.committer,
            notices: &self.notices,
            confirmed: &mut confirmed,
            is_confirmed: false,
            skip: 0,
        };
        Ok(taking.run(writer, stopping).await)
    }

    async fn connect(&self, version: Version) -> Result<Connected, Unwelcome> {
        let stream = dial::dial(&self.subscription, self.tls.as_ref())
            .await
            .map_err(Unwelcome::Other)?;
        let (reader, mut writer) = tokio::io::split(stream);
        let mut intake = Intake::new(reader);
        let subscription = &self.subscription;
        let welcome = greeting::greet(&mut intake, &mut writer, subscription, &self.client_id, version);
        let keep_alive = welcome.await?.keep_alive;
        Ok((intake, writer, keep_alive))
    }

    fn tell_of_success(&self, told: &mut Told) {
        let what = match told {
            Told::Connected => return,
            Told::Nothing => "taking messages from",
            Told::Lost(_) => "taking messages again from",
        };
        self.notices.say(&format!("{what} {}", self.subscription));
        *told = Told::Connected;
    }

    /// Once for each loss, however many attempts follow.
    fn tell_of_loss(&self, told: &mut Told, why: &str) {
        if !matches!(told, Told::Lost(_)) {
            self.tell(why);
            *told = Told::Lost(None);
        }
    }

    /// Once for each reason: somebody has to do something about it.
    fn tell_of_refusal(&self, told: &mut Told, why: String) {
        if !matches!(told, Told::Lost(Some(last)) if *last == why) {
            self.tell(&why);
            *told = Told::Lost(Some(why));
        }
    }

    fn tell(&self, why: &str) {
        self.notices.say(&format!(
            "no messages from {}: {why}; it is tried again, at least every 5 seconds",
            self.subscription
        ));
    }

    /// Of a password that everybody on the way can read.
    fn warn(&self) {
        let subscription = &self.subscription;
        let host = subscription.host.as_str();
        let is_loopback = host.eq_ignore_ascii_case("localhost")
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        if subscription.password.is_some() && !subscription.tls && !is_loopback {
            self.notices.say(&format!(
                "the password for {subscription} goes over the network as it is: use mqtts:// where the broker has it"
            ));
        }
    }
}

type Wire = Box<dyn dial::Wire>;
type Connected = (
    Intake<tokio::io::ReadHalf<Wire>>,
    tokio::io::WriteHalf<Wire>,
    Duration,
);

fn other(version: Version) -> Version {
    match version {
        Version::V3 => Version::V5,
        Version::V5 => Version::V3,
    }
}
