//! All that a transport is made of, and another one in a child that was forked off.

use super::broker::Broker;
use super::channel::Channel;
use super::settings::Mqtt;
use super::web_socket::WebSocket;
use crate::Setback;
use crate::fork;
use crate::net::Timeouts;
use crate::net::tls::TlsFiles;
use crate::net::wire::Wire;

/// All that a transport is made of.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(super) broker: Broker,
    pub(super) settings: Mqtt,
    pub(super) timeouts: Timeouts,
    pub(super) tls: TlsFiles,
    /// The process in which it was made.
    generation: u64,
}

impl Plan {
    pub(crate) fn new(broker: Broker, settings: Mqtt, timeouts: Timeouts, tls: TlsFiles) -> Self {
        Plan {
            broker,
            settings,
            timeouts,
            tls,
            generation: fork::generation(),
        }
    }

    /// The same for somebody who only looks, and is not to be taken for the stream that it is about.
    pub(crate) fn for_a_look(mut self) -> Self {
        self.settings.client_id = None;
        self.settings.clean_session = true;
        self
    }

    /// WebSocket with this path on a wire.
    pub(super) fn web_socket(&self, path: &str, wire: Wire) -> Result<Channel, Setback> {
        let url = format!("{}{path}", self.broker);
        let socket = WebSocket::open(wire, &url, self.timeouts.answer)?;
        Ok(Channel::WebSocket(Box::new(socket)))
    }

    /// The same for this process. A child that was forked off introduces itself by a name of its own, and the broker need
    /// not remember a name that nobody will bear again; the second value says what there is to say about it.
    pub(super) fn here(mut self) -> (Self, Option<String>) {
        if fork::generation() == self.generation {
            return (self, None);
        }
        let Some(id) = self.settings.client_id.take_if(|id| !id.is_empty()) else {
            return (self, None);
        };
        let own = format!("{id}-{}", std::process::id());
        let mut words = format!("this process was forked off, and its client id is {own}");
        if !self.settings.clean_session {
            words.push_str(", in a clean session");
        }
        self.settings.client_id = Some(own);
        self.settings.clean_session = true;
        (self, Some(words))
    }

    /// What others on the way, or in the place of the broker, could read or change.
    pub(crate) fn warnings(&self) -> Vec<&'static str> {
        let mut warnings = Vec::new();
        if !self.broker.secure && !self.broker.place.is_loopback() && self.settings.has_credentials() {
            warnings.push(
                "the connection is not encrypted: user name, password and records can be read on the way; use mqtts",
            );
        }
        if self.broker.secure && self.tls.unverified {
            warnings.push("anybody may be the broker: its certificate is not checked; give ca_file instead");
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Secret;
    #[cfg(unix)]
    use crate::fork::tests::{fork, wait};

    fn plan(url: &str, settings: Mqtt, unverified: bool) -> Plan {
        let timeouts = Timeouts {
            connect: Duration::from_secs(1),
            answer: Duration::from_secs(1),
        };
        let tls = TlsFiles {
            unverified,
            ..TlsFiles::default()
        };
        Plan::new(Broker::parse(url, false).unwrap(), settings, timeouts, tls)
    }

    #[test]
    fn secrets_and_records_that_others_can_read_are_warned_of() {
        let named = || Mqtt::new().user_name("u");
        let secret = || named().password(Secret::new("p").unwrap());
        for (url, settings, unverified, words) in [
            (
                "mqtt://broker.example",
                named(),
                false,
                &["user name, password"][..],
            ),
            ("ws://broker.example", secret(), false, &["user name, password"]),
            ("mqtt://192.0.2.1", secret(), true, &["user name, password"]),
            ("mqtt://broker.example", Mqtt::new(), false, &[]),
            ("mqtt://127.0.0.1", secret(), false, &[]),
            ("mqtt://localhost", secret(), false, &[]),
            ("mqtts://broker.example", secret(), false, &[]),
            ("mqtts://broker.example", secret(), true, &["is not checked"]),
        ] {
            let warnings = plan(url, settings, unverified).warnings();
            assert_eq!(warnings.len(), words.len(), "{url}: {warnings:?}");
            for (warning, words) in warnings.iter().zip(words) {
                assert!(warning.contains(words), "{url}: {warning}");
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_child_has_a_name_of_its_own() {
        let kept = Mqtt::new().client_id("shop").clean_session(false);
        let plan = plan("mqtt://127.0.0.1", kept, false);
        let (here, words) = plan.clone().here();
        assert_eq!(
            (
                here.settings.client_id.as_deref(),
                here.settings.clean_session,
                words
            ),
            (Some("shop"), false, None)
        );
        let child = fork(|| {
            let (here, words) = plan.clone().here();
            let own = format!("shop-{}", std::process::id());
            let said = words.is_some_and(|words| words.contains(&own) && words.contains("clean session"));
            let is_right = here.settings.client_id == Some(own) && here.settings.clean_session && said;
            i32::from(!is_right)
        });
        assert_eq!(wait(child), 0);
    }
}
