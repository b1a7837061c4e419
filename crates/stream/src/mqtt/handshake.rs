//! CONNECT and CONNACK: which version, which session, whether we are let in.
//!
//! * **Version.** Where none was asked for, 5 is tried first: it says why it refuses what. A broker that refuses it for its
//!   version, or ends the connection without a word, is spoken to in 3.1.1 from then on.
//! * **A session that the broker keeps** lets what is in flight go on after a lost connection. With `clean_session(false)`
//!   it is the client id's own, and outlives the process. A process that finds one of an earlier process knows nothing of
//!   what was in flight in it, and the identifiers would be confused; so it is begun anew, once. Nothing is lost by that,
//!   as we never subscribe, and what was not acknowledged is still in the spool.
//! * **With a clean session** MQTT 5 can keep one for a while all the same. At QoS 2 that is used, for an hour, so that a
//!   lost connection makes no duplicates; a regular end removes it.

use std::time::{Duration, Instant};

use tnt4_mqtt::{Connect, Disconnect, Packet, Properties, Qos, Reason, Version};

use super::channel::Channel;
use super::connection::{Connection, Greeting, Heard, LONGEST_INCOMING};
use super::plan::Plan;
use super::{Stop, refusal};
use crate::net::words::Secrets;
use crate::{Secret, Setback};

/// How long the broker keeps a session at QoS 2 that is not meant to last, in seconds.
const WHILE: u32 = 3600;

/// What an answer to CONNECT begins with: CONNACK or DISCONNECT.
const ANSWERS: [u8; 2] = [0x20, 0xE0];

/// How a connection is begun.
pub(super) struct Introduction<'a> {
    pub(super) plan: &'a Plan,
    pub(super) version: Version,
    pub(super) client_id: &'a str,
    pub(super) password: Option<&'a Secret>,
    pub(super) secrets: &'a Secrets,
    /// Whether the broker is to forget what it has kept.
    pub(super) clean: bool,
}

/// What CONNECT led to.
pub(super) enum Outcome {
    Welcome(Connection, Greeting),
    /// This version is not spoken here; the setback is for whoever insists on it.
    OtherVersion(Setback),
}

impl Introduction<'_> {
    /// Introduces us on a new connection.
    pub(super) fn run(&self, channel: Channel) -> Result<Outcome, Setback> {
        let settings = &self.plan.settings;
        let seconds = u16::try_from(settings.keep_alive.as_secs()).unwrap_or(u16::MAX);
        let keep_alive = (seconds > 0).then(|| Duration::from_secs(u64::from(seconds)));
        let mut connection = Connection::new(channel, self.version, keep_alive);
        let connect = Connect {
            version: self.version,
            clean: self.clean,
            keep_alive: seconds,
            properties: self.properties(),
            client_id: self.client_id,
            will: None,
            user_name: settings.user_name.as_deref(),
            password: self.password.map(|password| password.expose().as_bytes()),
        };
        connection
            .queue(&Packet::Connect(connect))
            .map_err(|error| Setback::Blocked {
                why: error.to_string(),
            })?;
        let greeting = match self.answer(&mut connection) {
            Ok(greeting) => greeting,
            Err(Stop::Setback(setback)) => return Err(setback),
            Err(Stop::Silent(why)) => return Err(Setback::retry(why)),
            Err(Stop::Ended(why)) => {
                let why = format!("{why} before it let us in or not");
                return Ok(Outcome::OtherVersion(Setback::retry(why)));
            }
        };
        if greeting.reason == Reason::VERSION {
            let setback = refusal::of_connect(greeting.reason, &greeting.words);
            return Ok(Outcome::OtherVersion(setback));
        }
        if greeting.reason != Reason::SUCCESS {
            return Err(refusal::of_connect(greeting.reason, &greeting.words));
        }
        if let Some(seconds) = greeting.server_keep_alive {
            connection.set_keep_alive((seconds > 0).then(|| Duration::from_secs(u64::from(seconds))));
        }
        Ok(Outcome::Welcome(connection, greeting))
    }

    fn properties(&self) -> Properties<'static> {
        let settings = &self.plan.settings;
        let mut properties = Properties::NONE;
        if self.version == Version::V5 {
            properties.maximum_packet_size = Some(LONGEST_INCOMING as u32);
            properties.session_expiry = match (settings.clean_session, settings.qos) {
                (false, _) => Some(u32::MAX),
                (true, Qos::ExactlyOnce) => Some(WHILE),
                (true, _) => None,
            };
        }
        properties
    }

    fn answer(&self, connection: &mut Connection) -> Result<Greeting, Stop> {
        let until = Instant::now() + self.plan.timeouts.answer;
        let late = || Stop::Silent("the broker did not answer CONNECT in time".to_owned());
        loop {
            let all = connection.write();
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(late());
            }
            let wait = if all {
                left
            } else {
                left.min(Duration::from_millis(2))
            };
            connection.fetch(wait)?;
            // What else begins may never become a packet.
            if connection.first().is_some_and(|first| !ANSWERS.contains(&first)) {
                let why = "what comes from there is not the answer to CONNECT: check address and port";
                return Err(Stop::Setback(Setback::retry(why)));
            }
            match connection.next(self.secrets)? {
                Some(Heard::ConnAck(greeting)) => return Ok(greeting),
                Some(Heard::Disconnect(reason, words)) => return Err(refusal::of_disconnect(reason, &words)),
                _ => {}
            }
        }
    }
}

/// A regular end, as far as it can be written without waiting. What the broker has kept for a while it may forget.
pub(super) fn disconnect(connection: &mut Connection, forget: bool) {
    let mut properties = Properties::NONE;
    if forget && connection.version() == Version::V5 {
        properties.session_expiry = Some(0);
    }
    let reason = Reason::SUCCESS;
    let _ = connection.queue(&Packet::Disconnect(Disconnect { reason, properties }));
    connection.write();
}
