//! What can be said about sending by MQTT.

use std::ffi::OsString;
use std::fmt;

use clap::Args;

/// What can be said about sending by MQTT.
#[derive(Default, Args)]
pub(crate) struct MqttArgs {
    /// Send by MQTT to this broker: host, host:port, mqtts://, mqtt://, wss:// or ws://. User name and password may
    /// follow, which others on this machine can see in the list of processes; `-` reads the password from standard
    /// input
    #[arg(
        long,
        help_heading = "MQTT",
        num_args = 1..=3,
        value_names = ["BROKER", "USER", "PASSWORD"],
        conflicts_with_all = ["url", "TokenArgs", "LoginArgs"]
    )]
    pub(crate) mqtt: Vec<OsString>,

    /// The topic to which messages go [default: tnt4py]
    #[arg(long, help_heading = "MQTT", short, value_name = "TOPIC")]
    pub(crate) topic: Option<String>,

    /// How sure a delivery is: 1, the broker acknowledges; 2, and stores it once; 0, nobody says so, and what is
    /// written counts as delivered [default: 1]
    #[arg(long, help_heading = "MQTT", value_name = "N", value_parser = clap::value_parser!(u8).range(0..=2))]
    pub(crate) qos: Option<u8>,

    /// Send each line itself, and no event in JSON. Nothing in it tells a line that is sent twice, as after a lost
    /// connection, from two lines; invalid UTF-8 is replaced, and what is longer than 1 MiB is not sent
    #[arg(long, help_heading = "MQTT", conflicts_with_all = ["operation", "severity", "source", "corr_id"])]
    pub(crate) raw: bool,
}

impl MqttArgs {
    /// Whether something is said that makes no sense without a broker.
    pub(crate) fn is_needed(&self) -> bool {
        self.topic.is_some() || self.qos.is_some() || self.raw
    }
}

/// Without the password.
impl fmt::Debug for MqttArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MqttArgs")
            .field("topic", &self.topic)
            .field("qos", &self.qos)
            .field("raw", &self.raw)
            .finish_non_exhaustive()
    }
}
