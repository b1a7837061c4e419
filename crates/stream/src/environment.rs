//! What the environment says of a stream: address and token. An empty variable counts as not set.
//!
//! The functions take the environment as a function, so that tests can have one of their own. No message repeats a
//! value.

use std::ffi::OsString;

use crate::mqtt::Broker;
use crate::words::debug_as_display;
use crate::{Builder, Mqtt, Secret, SecretError, Stream, TokenSource, Topic, TopicError};

/// Why the environment does not describe a stream.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// Nothing says where to send, nor on whose behalf.
    #[error(
        "nothing says where to send: set TNT4_TOKEN (or TNT4_TOKEN_FILE) to the token of a repository, or TNT4_URL to the \
         address of a collector"
    )]
    Nothing,
    /// The variable is not UTF-8.
    #[error("{0} is not valid UTF-8: set it anew")]
    Encoding(&'static str),
    /// The token is none.
    #[error("TNT4_TOKEN holds no token: {0}")]
    Token(SecretError),
    /// The password at a broker is none.
    #[error("TNT4_MQTT_PASSWORD holds no password: it is to be in one line, without control characters")]
    Password,
    /// The topic is none.
    #[error("TNT4_TOPIC holds no topic: {0}")]
    Topic(TopicError),
}

debug_as_display!(EnvironmentError);

impl Builder {
    /// A configuration with the address of `TNT4_URL` ([`DEFAULT_URL`](crate::DEFAULT_URL) where it is not set) and the token
    /// of `TNT4_TOKEN`, or of the file that `TNT4_TOKEN_FILE` names. Where the address is a broker's, `TNT4_MQTT_USER`,
    /// `TNT4_MQTT_PASSWORD` and `TNT4_TOPIC` count as well. Where records wait and where the stream reports, the environment
    /// decides in any case: see [`Spool`](crate::Spool) and [`Diagnostics`](crate::Diagnostics).
    ///
    /// # Errors
    /// [`EnvironmentError`], also where neither address nor token is set.
    pub fn from_env() -> Result<Self, EnvironmentError> {
        described(&|name| std::env::var_os(name))
    }
}

fn described(environment: &dyn Fn(&str) -> Option<OsString>) -> Result<Builder, EnvironmentError> {
    let set = |name| environment(name).filter(|value| !value.is_empty());
    let text = |name| {
        let value = set(name).map(OsString::into_string).transpose();
        value.map_err(|_| EnvironmentError::Encoding(name))
    };
    let token = match text("TNT4_TOKEN")? {
        Some(token) => Some(TokenSource::Given(
            Secret::new(token).map_err(EnvironmentError::Token)?,
        )),
        None => set("TNT4_TOKEN_FILE").map(|path| TokenSource::File(path.into())),
    };
    let url = text("TNT4_URL")?;
    if url.is_none() && token.is_none() {
        return Err(EnvironmentError::Nothing);
    }
    let mut builder = Stream::builder();
    if let Some(url) = url {
        builder = builder.url(&url);
        if Broker::is_named_by(&url) {
            builder = builder.mqtt(broker(&text)?);
        }
    }
    if let Some(token) = token {
        builder = builder.token_source(token);
    }
    Ok(builder)
}

/// What goes with the address of a broker.
fn broker(
    text: &dyn Fn(&'static str) -> Result<Option<String>, EnvironmentError>,
) -> Result<Mqtt, EnvironmentError> {
    let mut settings = Mqtt::new();
    if let Some(name) = text("TNT4_MQTT_USER")? {
        settings = settings.user_name(name);
    }
    if let Some(password) = text("TNT4_MQTT_PASSWORD")? {
        settings = settings.password(Secret::new(password).map_err(|_| EnvironmentError::Password)?);
    }
    if let Some(topic) = text("TNT4_TOPIC")? {
        settings = settings.topic(Topic::new(&topic).map_err(EnvironmentError::Topic)?);
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<String, EnvironmentError> {
        let environment = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let builder = described(&environment)?;
        Ok(format!("{} {builder:?}", builder.destination().unwrap()))
    }

    #[test]
    fn a_token_goes_to_the_vendor_and_an_address_needs_none() {
        let vendor = of(&[("TNT4_TOKEN", "0123456789abcdef")]).unwrap();
        assert!(
            vendor.contains("data.jkoolcloud.com") && vendor.contains("***cdef"),
            "{vendor}"
        );
        let own = of(&[("TNT4_URL", "http://localhost:6580"), ("TNT4_TOKEN", "")]).unwrap();
        assert!(
            own.contains("localhost:6580") && own.contains("token: None"),
            "{own}"
        );
        let file = of(&[("TNT4_TOKEN_FILE", "/run/secrets/token")]).unwrap();
        assert!(file.contains("File(\"/run/secrets/token\")"), "{file}");
        let both = of(&[("TNT4_TOKEN_FILE", "/a"), ("TNT4_TOKEN", "0123456789abcdef")]).unwrap();
        assert!(both.contains("***cdef"), "{both}");
    }

    #[test]
    fn what_cannot_be_sent_is_said_without_secrets() {
        for variables in [
            &[][..],
            &[("TNT4_URL", ""), ("TNT4_TOKEN", ""), ("TNT4_TOKEN_FILE", "")],
        ] {
            assert_eq!(of(variables).unwrap_err(), EnvironmentError::Nothing);
        }
        let broker = ("TNT4_URL", "mqtts://broker.example");
        for (variables, is_it) in [
            (
                &[("TNT4_TOKEN", "canary\ncanary")][..],
                (|error| matches!(error, EnvironmentError::Token(_))) as fn(&EnvironmentError) -> bool,
            ),
            (&[broker, ("TNT4_MQTT_PASSWORD", "canary\n")], |error| {
                matches!(error, EnvironmentError::Password)
            }),
            (&[broker, ("TNT4_TOPIC", "a/#")], |error| {
                matches!(error, EnvironmentError::Topic(_))
            }),
        ] {
            let error = of(variables).unwrap_err();
            assert!(is_it(&error), "{error}");
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }

    #[test]
    fn a_broker_has_names_of_its_own() {
        let variables = [
            ("TNT4_URL", "mqtt://broker.example"),
            ("TNT4_MQTT_USER", "me"),
            ("TNT4_MQTT_PASSWORD", "canary and more"),
            ("TNT4_TOPIC", "shop/events"),
        ];
        let told = of(&variables).unwrap();
        assert!(
            told.contains("broker.example:1883") && told.contains("shop/events"),
            "{told}"
        );
        assert!(told.contains("me") && !told.contains("canary"), "{told}");
        // Elsewhere they mean nothing.
        let server = [("TNT4_URL", "http://server.example"), variables[3]];
        assert!(!of(&server).unwrap().contains("shop/events"));
    }
}
