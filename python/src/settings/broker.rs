//! What is said about MQTT.

use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tnt4::{Builder, Mqtt, MqttVersion, Qos, TlsVersion, TokenSource, Topic};

use super::wrong;
use crate::voice;

/// The topic of what has no name.
pub(crate) const UNNAMED: &str = "tnt4py";

/// What is said about MQTT, and about TLS in the words of MQTT's users.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct BrokerSettings {
    topic: Option<String>,
    qos: Option<u64>,
    client_id: Option<String>,
    clean_session: bool,
    keepalive: Option<f64>,
    username: Option<String>,
    password: Option<String>,
    mqtt_version: Option<String>,
    verify: bool,
    minimum_tls: Option<String>,
}

impl BrokerSettings {
    /// The topic of all records; without one each goes to that of its logger's name.
    pub(super) fn topic(&self) -> Option<&str> {
        self.topic.as_deref()
    }

    /// The builder, which then speaks MQTT.
    pub(super) fn apply(&self, mut builder: Builder, diagnostics: Option<&str>) -> PyResult<Builder> {
        let mut mqtt = Mqtt::new().clean_session(self.clean_session);
        // For what the stream itself reports; records bear theirs.
        if let Some(topic) = self.topic().and_then(|name| topic(name, diagnostics)) {
            mqtt = mqtt.topic(topic);
        }
        mqtt = mqtt.qos(match self.qos {
            None | Some(1) => Qos::AtLeastOnce,
            Some(0) => Qos::AtMostOnce,
            Some(2) => Qos::ExactlyOnce,
            Some(_) => return Err(wrong("qos", "write 0, 1 or 2")),
        });
        if let Some(seconds) = self.keepalive {
            let seconds = Duration::try_from_secs_f64(seconds).ok();
            mqtt = mqtt.keep_alive(seconds.ok_or_else(|| wrong("keepalive", "give seconds, at least 0"))?);
        }
        if let Some(id) = &self.client_id {
            mqtt = mqtt.client_id(id);
        }
        if let Some(name) = &self.username {
            mqtt = mqtt.user_name(name);
        }
        // An empty one is none, as in the original.
        if let Some(password) = self.password.as_deref().filter(|password| !password.is_empty()) {
            let source = TokenSource::parse(password)
                .map_err(|error| PyValueError::new_err(format!("password: {error}")))?;
            mqtt = mqtt.password_source(source);
        }
        mqtt = mqtt.version(match self.mqtt_version.as_deref() {
            None | Some("auto") => MqttVersion::Auto,
            Some("3" | "3.1.1" | "311") => MqttVersion::V3,
            Some("5" | "5.0") => MqttVersion::V5,
            Some(_) => return Err(wrong("mqtt_version", "write auto, 3.1.1 or 5")),
        });
        if !self.verify {
            builder = builder.verify_server(false);
        }
        match self.minimum_tls.as_deref() {
            None | Some("1.2") => {}
            Some("1.3") => builder = builder.minimum_tls(TlsVersion::V1_3),
            Some(_) => return Err(wrong("minimum_tls", "write 1.2 or 1.3")),
        }
        Ok(builder.mqtt(mqtt))
    }
}

/// The topic of this name. What a topic must not contain is replaced, and that is said once.
pub(super) fn topic(name: &str, diagnostics: Option<&str>) -> Option<Topic> {
    if let Ok(topic) = Topic::new(name) {
        return Some(topic);
    }
    let topic = Topic::sanitised(name).or_else(|| Topic::new(UNNAMED).ok())?;
    let shown: String = name.chars().take(100).collect();
    let line = format!("{shown:?} is no topic of MQTT: records go to {topic:?} instead");
    voice::say_once_to(&line, diagnostics);
    Some(topic)
}
