//! The transport to MQTT brokers: 3.1.1 and 5, over TCP, TLS or WebSocket, QoS 0, 1 and 2.
//!
//! The way through, a room each: [`settings`] and [`broker`] (what was configured) → [`plan`] → [`arrival`] and [`handshake`]
//! (are we let in?) → [`exchange`] (messages out, acknowledgements in), over a [`connection`] through a [`channel`] ([`web_socket`] may be one), as the [`window`] allows → [`session`]
//! (what is in flight, under which number, and for which record) → [`refusal`] (what a broker's reasons mean). What to do
//! about messages for which a broker closes, [`suspicion`] says. [`probe`] goes the way for people, step by step. The packets themselves are another crate's, `tnt4-mqtt`.
//!
//! # What holds
//!
//! * A record is done when the broker says so: by PUBACK at QoS 1, by PUBCOMP at QoS 2. At QoS 0 nobody ever says so; there
//!   it is done when it has been handed to the system, and lost where the connection then breaks.
//! * A connection that is lost is renewed, and what had no acknowledgement goes again, marked as a duplicate: under its old
//!   number and in its old order where the broker has kept the session ([`session`]), as a new message where not.
//! * A message goes to its record's routing key, or else to the configured topic. Neither can be one that a broker does not
//!   take: see [`Topic`](tnt4_mqtt::Topic).
//! * A connection stays open while there is nothing to send, and is kept alive by the worker's visits to
//!   [`idle`](crate::Transport::idle).
//! * A client that never subscribes gets no messages; what comes nevertheless is bounded and ignored.

mod arrival;
mod broker;
mod channel;
mod connection;
mod exchange;
mod handshake;
mod plan;
mod probe;
mod refusal;
mod session;
mod settings;
mod suspicion;
mod web_socket;
mod window;

use std::time::Duration;

use tnt4_mqtt::{Qos, Version};
use uuid::Uuid;

pub(crate) use self::broker::Broker;
use self::channel::Channel;
use self::connection::Connection;
use self::exchange::{Exchange, Parts};
use self::handshake::disconnect;
pub(crate) use self::plan::Plan;
use self::session::Session;
pub use self::settings::{Mqtt, MqttVersion};
use self::suspicion::{Sentence, Suspicion};
use self::window::Window;
use crate::diagnostics::Diagnostics;
use crate::net::dial::Dialer;
use crate::net::words::Secrets;
use crate::{Batch, Setback, Transport, Verdict};

/// How long a client id may be that every broker has to take.
const SHORT_ID: usize = 23;

/// The transport to MQTT brokers.
pub(crate) struct MqttTransport {
    plan: Plan,
    diagnostics: Diagnostics,
    dialer: Dialer,
    client_id: String,
    version: Version,
    /// Whether a broker has taken this version.
    version_known: bool,
    /// Whether the broker may have a session of ours, which we know.
    session_known: bool,
    session: Session,
    window: Window,
    suspicion: Suspicion,
    secrets: Secrets,
    connection: Option<Connection>,
    /// A way to the broker that somebody has opened already.
    opened: Option<Channel>,
    /// What the broker that is connected takes.
    qos: Qos,
    longest: usize,
    /// What has been said already.
    warned: bool,
    /// What there is to say about the client id.
    renamed: Option<String>,
    warned_of_qos: bool,
}

/// Why an exchange came to an end.
enum Stop {
    /// The connection has ended.
    Ended(String),
    /// The broker has said nothing for too long.
    Silent(String),
    Setback(Setback),
}

impl MqttTransport {
    pub(crate) fn new(plan: Plan, diagnostics: Diagnostics) -> Self {
        let (plan, renamed) = plan.here();
        let client_id = plan.settings.client_id.clone().unwrap_or_else(new_client_id);
        let version = match plan.settings.version {
            MqttVersion::V3 => Version::V3,
            MqttVersion::V5 | MqttVersion::Auto => Version::V5,
        };
        MqttTransport {
            dialer: Dialer::new(plan.timeouts.connect, plan.tls.clone()),
            qos: plan.settings.qos,
            plan,
            diagnostics,
            client_id,
            version,
            version_known: false,
            session_known: false,
            session: Session::default(),
            window: Window::new(),
            suspicion: Suspicion::default(),
            secrets: Secrets::default(),
            connection: None,
            opened: None,
            longest: usize::MAX,
            warned: false,
            renamed,
            warned_of_qos: false,
        }
    }

    /// Whether the broker forgets us at our regular end.
    fn is_to_be_forgotten(&self) -> bool {
        self.plan.settings.clean_session
    }

    fn parts(&mut self) -> Option<Parts<'_>> {
        Some(Parts {
            connection: self.connection.as_mut()?,
            session: &mut self.session,
            window: &mut self.window,
            suspicion: &mut self.suspicion,
            secrets: &self.secrets,
            default_topic: self.plan.settings.default_topic(),
            qos: self.qos,
            longest: self.longest,
            timeout: self.plan.timeouts.answer,
        })
    }

    /// Sends what it can on a connection that is open, or opened for it.
    fn step(&mut self, batch: &mut Batch<'_>) -> Result<(), Stop> {
        self.connect().map_err(Stop::Setback)?;
        match self.parts() {
            Some(parts) => Exchange::new(parts).run(batch),
            None => Err(Stop::Setback(Setback::retry("no connection"))),
        }
    }

    /// A connection has ended: what is to be thought of the first message that was not answered.
    fn ended(&mut self, batch: &mut Batch<'_>, fresh: bool, why: &str) -> Option<Setback> {
        let answered = self.connection.take().map_or(0, |connection| connection.answered);
        if self.session.on_the_way() > 0 {
            self.window.fall();
        }
        let (id, first, alone) = self.session.first_unanswered()?;
        let topic = first.routing_key().to_owned();
        match self.suspicion.ended(first, alone && fresh && answered == 0) {
            Sentence::None => None,
            Sentence::Rejected => {
                let reason = format!("{why}, each time this message was sent");
                self.session.enter(batch);
                let verdict = self.session.give_up(id, Verdict::Rejected(reason));
                batch.settle_each(verdict);
                self.session.leave();
                None
            }
            Sentence::Refused => Some(Setback::Refused {
                why: format!("{why}, whatever is sent: is publishing to “{topic}” allowed?"),
            }),
        }
    }
}

impl Transport for MqttTransport {
    fn deliver(&mut self, batch: &mut Batch<'_>) -> Result<(), Setback> {
        let mut renewed = false;
        while batch.unsettled_count() > 0 && !batch.is_abandoned() {
            let before = batch.unsettled_count();
            let fresh = self.connection.is_none();
            let outcome = self.step(batch);
            let progress = batch.unsettled_count() < before;
            renewed &= outcome.is_err() && !progress;
            let setback = match outcome {
                Ok(()) => continue,
                Err(Stop::Ended(why)) => match self.ended(batch, fresh, &why) {
                    Some(setback) => setback,
                    None if !renewed && (progress || !fresh) => {
                        renewed = true;
                        continue;
                    }
                    None => Setback::retry(why),
                },
                Err(Stop::Silent(why)) => {
                    self.window.fall();
                    Setback::retry(why)
                }
                Err(Stop::Setback(setback)) => setback,
            };
            if let Some(connection) = &mut self.connection {
                disconnect(connection, false);
            }
            self.connection = None;
            self.dialer.forget();
            if batch.unsettled_count() == 0 {
                return Ok(());
            }
            return Err(setback);
        }
        Ok(())
    }

    fn destination(&self) -> String {
        self.plan.broker.to_string()
    }

    fn idle(&mut self) -> Option<Duration> {
        match Exchange::new(self.parts()?).rest() {
            Ok(next) => next,
            // The next record finds out what is wrong.
            Err(_) => {
                self.connection = None;
                None
            }
        }
    }
}

/// A connection that is open ends regularly.
impl Drop for MqttTransport {
    fn drop(&mut self) {
        let forget = self.is_to_be_forgotten();
        if let Some(connection) = &mut self.connection {
            disconnect(connection, forget);
        }
    }
}

/// A client id that nobody else has, short enough for every broker.
fn new_client_id() -> String {
    let random = Uuid::now_v7().simple().to_string();
    // The end is random, and the beginning the time.
    let start = random.len() - (SHORT_ID - "tnt4-".len());
    format!("tnt4-{}", random.get(start..).unwrap_or_default())
}

#[cfg(test)]
mod tests;
