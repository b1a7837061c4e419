//! How a transport comes to a connection on which it may publish: dial, shake hands, see what the broker takes.

use tnt4_mqtt::{Qos, Version};

use super::MqttTransport;
use super::broker::Broker;
use super::channel::Channel;
use super::connection::{Connection, Greeting};
use super::handshake::{Introduction, Outcome, disconnect};
use super::settings::MqttVersion;
use crate::net::wire::Wire;
use crate::net::words::Secrets;
use crate::{Secret, Setback, TokenSource};

impl MqttTransport {
    /// Sees that there is a connection.
    pub(super) fn connect(&mut self) -> Result<(), Setback> {
        if self.connection.is_some() {
            return Ok(());
        }
        self.warn();
        let password = self.plan.settings.password.as_ref().map(TokenSource::read);
        let password = password.transpose().map_err(|error| Setback::Blocked {
            why: error.to_string().replace("token", "password"),
        })?;
        let named = self.plan.settings.user_name.iter().map(String::as_str);
        self.secrets = Secrets::of(named.chain(password.iter().map(Secret::expose)));

        let (mut connection, mut greeting) = self.introduce(password.as_ref(), self.begins_anew())?;
        if greeting.session_present && !self.session_known {
            // An earlier process has left it, and what it had in flight is not known here.
            disconnect(&mut connection, false);
            (connection, greeting) = self.introduce(password.as_ref(), true)?;
            if self.version == Version::V3 {
                // A session that was begun like this would end with its connection.
                disconnect(&mut connection, false);
                (connection, greeting) = self.introduce(password.as_ref(), false)?;
            }
        }
        if greeting.session_present && self.session_known {
            self.session.resumed();
        } else {
            self.session.lost();
        }
        self.session_known = true;
        self.welcome(&greeting)?;
        self.connection = Some(connection);
        Ok(())
    }

    /// Whether the broker is to forget what it has kept.
    fn begins_anew(&self) -> bool {
        let settings = &self.plan.settings;
        let kept_for_a_while = self.version == Version::V5 && settings.qos == Qos::ExactlyOnce;
        settings.clean_session && !(self.session_known && kept_for_a_while)
    }

    /// Introduces us, in the other version where this one is not spoken.
    fn introduce(
        &mut self,
        password: Option<&Secret>,
        clean: bool,
    ) -> Result<(Connection, Greeting), Setback> {
        loop {
            let channel = self.dial()?;
            let introduction = Introduction {
                plan: &self.plan,
                version: self.version,
                client_id: &self.client_id,
                password,
                secrets: &self.secrets,
                clean,
            };
            match introduction.run(channel)? {
                Outcome::Welcome(connection, greeting) => {
                    self.version_known = true;
                    return Ok((connection, greeting));
                }
                Outcome::OtherVersion(setback) => {
                    let may_choose = self.plan.settings.version == MqttVersion::Auto && !self.version_known;
                    if !may_choose || self.version == Version::V3 {
                        // Perhaps it was not the version, then.
                        if may_choose {
                            self.version = Version::V5;
                        }
                        return Err(setback);
                    }
                    self.version = Version::V3;
                }
            }
        }
    }

    fn dial(&mut self) -> Result<Channel, Setback> {
        if let Some(channel) = self.opened.take() {
            return Ok(channel);
        }
        let Broker {
            secure,
            web_socket,
            place,
        } = &self.plan.broker;
        let name = place.to_string();
        let addresses = self.dialer.addresses(place, &name)?;
        let (socket, _) = self.dialer.connect(&name, &addresses)?;
        let wire = if *secure {
            self.dialer.secure(place, &name, socket)?
        } else {
            Wire::Plain(socket)
        };
        match web_socket {
            None => Ok(Channel::Wire(wire)),
            Some(path) => self.plan.web_socket(path, wire),
        }
    }

    /// What the broker takes.
    fn welcome(&mut self, greeting: &Greeting) -> Result<(), Setback> {
        self.longest = greeting
            .maximum_packet_size
            .map_or(usize::MAX, |size| usize::try_from(size).unwrap_or(usize::MAX));
        let wanted = self.plan.settings.qos;
        self.qos = greeting
            .maximum_qos
            .and_then(Qos::from_number)
            .map_or(wanted, |most| wanted.min(most));
        self.window
            .allow(greeting.receive_maximum, self.version, self.qos);
        if self.qos < wanted && self.plan.settings.insists_on_qos {
            return Err(Setback::Blocked {
                why: format!(
                    "the broker takes no more than QoS {}, and QoS {} is wanted: ask for less",
                    self.qos as u8, wanted as u8
                ),
            });
        }
        if self.qos < wanted && !self.warned_of_qos {
            self.warned_of_qos = true;
            self.say(&format!(
                "the broker takes no more than QoS {}: records go with that, and not with QoS {}",
                self.qos as u8, wanted as u8
            ));
        }
        Ok(())
    }

    /// Says once what anybody can read or change on the way.
    fn warn(&mut self) {
        if std::mem::replace(&mut self.warned, true) {
            return;
        }
        if let Some(words) = self.renamed.take() {
            self.say(&words);
        }
        for warning in self.plan.warnings() {
            self.say(warning);
        }
    }

    fn say(&self, text: &str) {
        self.diagnostics.say(&format!("{}: {text}", self.plan.broker));
    }
}
