//! The way to a broker, step by step. No message is published, as subscribers would get it.

use tnt4_mqtt::{Qos, Version};

use super::channel::Channel;
use super::{MqttTransport, Stop};
use crate::Setback;
use crate::net::wire::Wire;
use crate::probe::{Step, Steps, Told, encryption};

impl MqttTransport {
    /// Goes all steps; the last is a ping.
    pub(crate) fn go_all_steps(&mut self, steps: &mut Steps<'_>) -> Result<(), Told> {
        let broker = self.plan.broker.clone();
        let name = broker.place.to_string();
        let addresses = steps.step(Step::Name, || {
            let addresses = self.dialer.addresses(&broker.place, &name)?;
            let shown: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            Ok((shown.join(", "), addresses))
        })?;
        let socket = steps.step(Step::Connection, || {
            let (socket, address) = self.dialer.connect(&name, &addresses)?;
            let open_to_all = if broker.secure || broker.place.is_loopback() {
                ""
            } else {
                "; not encrypted: user name, password and records can be read on the way; use mqtts"
            };
            Ok((format!("to {address}{open_to_all}"), socket))
        })?;
        let wire = if broker.secure {
            steps.step(Step::Tls, || {
                let wire = self.dialer.secure(&broker.place, &name, socket)?;
                Ok((encryption(&wire), wire))
            })?
        } else {
            Wire::Plain(socket)
        };
        let channel = match &broker.web_socket {
            None => Channel::Wire(wire),
            Some(path) => steps.step(Step::WebSocket, || {
                let channel = self.plan.web_socket(path, wire)?;
                Ok((format!("at {path}"), channel))
            })?,
        };
        self.opened = Some(channel);
        steps.step(Step::Authorization, || {
            self.connect()?;
            Ok((self.granted(), ()))
        })?;
        steps.step(Step::RoundTrip, || {
            self.ping()?;
            let detail = "a ping was answered; whether publishing is allowed is not tried, as subscribers would get it";
            Ok((detail.to_owned(), ()))
        })
    }

    fn granted(&self) -> String {
        let who = match &self.plan.settings.user_name {
            Some(_) => "let in",
            None => "let in without a user name",
        };
        let version = match self.version {
            Version::V3 => "MQTT 3.1.1",
            Version::V5 => "MQTT 5",
        };
        let qos = match self.qos {
            Qos::AtMostOnce => "QoS 0: nothing is acknowledged",
            Qos::AtLeastOnce => "QoS 1",
            Qos::ExactlyOnce => "QoS 2",
        };
        format!("{who}; {version}, {qos}")
    }

    fn ping(&mut self) -> Result<(), Setback> {
        let patience = self.plan.timeouts.answer;
        let Some(connection) = &mut self.connection else {
            return Err(Setback::retry("no connection"));
        };
        match connection.ping(patience, &self.secrets) {
            Ok(()) => Ok(()),
            Err(Stop::Ended(why) | Stop::Silent(why)) => Err(Setback::retry(why)),
            Err(Stop::Setback(setback)) => Err(setback),
        }
    }
}
