//! What can be configured about MQTT, beside where the broker is and TLS.

use std::path::PathBuf;
use std::time::Duration;

use tnt4_mqtt::{Qos, Topic};

use super::Broker;
use crate::{Secret, TokenSource};

/// The topic of records that were sent to none, where no other is configured.
const DEFAULT_TOPIC: &str = "tnt4";

/// What can be configured about MQTT, beside the broker's address and TLS.
///
/// ```
/// use tnt4::{Mqtt, Qos, Secret, Stream, Topic};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let builder = Stream::builder()
///     .url("mqtts://broker.example")
///     .mqtt(
///         Mqtt::new()
///             .topic(Topic::new("orders/eu")?)
///             .qos(Qos::AtLeastOnce)
///             .user_name("streamer")
///             .password(Secret::new("a password")?),
///     );
/// # drop(builder);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "settings do nothing until a builder gets them"]
pub struct Mqtt {
    pub(super) topic: Option<Topic>,
    pub(super) qos: Qos,
    pub(super) insists_on_qos: bool,
    pub(super) client_id: Option<String>,
    pub(super) clean_session: bool,
    pub(super) keep_alive: Duration,
    pub(super) user_name: Option<String>,
    pub(super) password: Option<TokenSource>,
    pub(super) version: MqttVersion,
}

/// Which MQTT is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum MqttVersion {
    /// 5 where the broker speaks it, 3.1.1 otherwise.
    #[default]
    Auto,
    /// 3.1.1.
    V3,
    /// 5.
    V5,
}

impl Default for Mqtt {
    fn default() -> Self {
        Mqtt {
            topic: None,
            qos: Qos::default(),
            insists_on_qos: false,
            client_id: None,
            clean_session: true,
            keep_alive: Duration::from_secs(60),
            user_name: None,
            password: None,
            version: MqttVersion::default(),
        }
    }
}

impl Mqtt {
    /// QoS 1 to the topic `tnt4`, in a clean session, with nothing said about who we are.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether an address says by its scheme that it is a broker's.
    #[must_use]
    pub fn is_named_by(address: &str) -> bool {
        Broker::is_named_by(address)
    }

    /// The topic of records that are sent to [none of their own](crate::Stream::send_to). `tnt4` by default.
    pub fn topic(mut self, topic: Topic) -> Self {
        self.topic = Some(topic);
        self
    }

    /// How sure a delivery is. [`Qos::AtLeastOnce`] by default, and at least that is needed for what was accepted to
    /// arrive: with [`Qos::AtMostOnce`] a record counts as delivered when it was handed to the network.
    pub fn qos(mut self, qos: Qos) -> Self {
        self.qos = qos;
        self
    }

    /// Whether a broker that takes only a lower [QoS](Self::qos) than this is sent nothing. Otherwise records go with what it
    /// takes, and the stream says so once.
    pub fn insist_on_qos(mut self, insist: bool) -> Self {
        self.insists_on_qos = insist;
        self
    }

    /// Under which name the broker knows us; one at a time may use it. Where none is given each stream makes one up.
    ///
    /// A process that was forked off after the stream was built would take the connection from its parent, and the parent
    /// from it, for ever. So it adds `-` and its process id, says so once, and uses a clean session: nobody after it will
    /// have its name. What it leaves in the spool is found under the name that was given.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    /// Whether the broker forgets what is in flight when the connection ends. It does by default. Where it is not to, it
    /// has to know whose it is: a [client id](Self::client_id) is needed.
    pub fn clean_session(mut self, clean: bool) -> Self {
        self.clean_session = clean;
        self
    }

    /// After how long a silence the connection is tried, in whole seconds up to 65,535; zero for never. 60 s by default.
    pub fn keep_alive(mut self, interval: Duration) -> Self {
        self.keep_alive = interval;
        self
    }

    /// The user name. None by default.
    pub fn user_name(mut self, name: impl Into<String>) -> Self {
        self.user_name = Some(name.into());
        self
    }

    /// The password. None by default.
    pub fn password(self, password: Secret) -> Self {
        self.password_source(TokenSource::Given(password))
    }

    /// A file that holds the password, and is read again when a connection is opened.
    pub fn password_file(self, path: impl Into<PathBuf>) -> Self {
        self.password_source(TokenSource::File(path.into()))
    }

    /// Where the password comes from.
    pub fn password_source(mut self, source: TokenSource) -> Self {
        self.password = Some(source.absolute());
        self
    }

    /// Which version of MQTT is spoken. [`MqttVersion::Auto`] by default.
    pub fn version(mut self, version: MqttVersion) -> Self {
        self.version = version;
        self
    }

    /// Whether it says who we are.
    #[must_use]
    pub fn has_credentials(&self) -> bool {
        self.user_name.is_some() || self.password.is_some()
    }

    /// The topic of records that have none of their own.
    pub(super) fn default_topic(&self) -> &str {
        self.topic.as_ref().map_or(DEFAULT_TOPIC, Topic::as_str)
    }

    /// Whether the broker could not know whose session it is to keep.
    pub(crate) fn lacks_client_id(&self) -> bool {
        !self.clean_session && self.client_id.as_deref().is_none_or(str::is_empty)
    }

    /// What tells our records from others' to the same broker, for a digest. Secret.
    pub(crate) fn identity(&self) -> Vec<String> {
        let password = self.password.as_ref().map(TokenSource::identity);
        vec![
            self.user_name.clone().unwrap_or_default(),
            password.unwrap_or_default(),
            self.client_id.clone().unwrap_or_default(),
        ]
    }
}
