//! A broker's address, in all the forms in which people write it.
//!
//! | written | spoken | usual port |
//! |---|---|---|
//! | `mqtt://`, `tcp://` | TCP | 1883 |
//! | `mqtts://`, `ssl://` | TLS | 8883 |
//! | `ws://` | WebSocket | 80 |
//! | `wss://` | WebSocket over TLS | 443 |
//! | a host, or host and port | TCP; TLS where something is said about TLS | 1883 or 8883 |

use std::fmt;

use url::Url;

use crate::BuildError;
use crate::net::place::Place;
use crate::spool::Address;

/// A broker's address.
#[derive(Clone)]
pub(crate) struct Broker {
    /// Whether TLS is spoken there.
    pub(super) secure: bool,
    /// The path, where MQTT goes over WebSocket.
    pub(super) web_socket: Option<String>,
    pub(super) place: Place,
}

/// Where WebSocket is spoken when no path is given.
const USUAL_PATH: &str = "/mqtt";

impl Broker {
    /// Whether an address says by itself that it is a broker's.
    pub(crate) fn is_named_by(text: &str) -> bool {
        let scheme = text.trim().split_once("://").map(|(scheme, _)| scheme);
        scheme.is_some_and(|scheme| Scheme::parse(scheme).is_some())
    }

    /// Reads an address as its user wrote it. `tls` says that something was said about TLS.
    pub(crate) fn parse(text: &str, tls: bool) -> Result<Self, BuildError> {
        let text = text.trim();
        let (scheme, rest) = match text.split_once("://") {
            Some((name, rest)) => {
                let scheme = Scheme::parse(name).ok_or_else(|| BuildError::Scheme(format!("{name}:")))?;
                if tls && !scheme.secure {
                    return Err(BuildError::PlainBroker);
                }
                (scheme, rest.to_owned())
            }
            None => (Scheme::of_bare_host(tls), bracketed(text)),
        };
        // The parser of URLs knows no scheme of MQTT's as one with a host that is read like any other.
        let like = if scheme.secure { "https" } else { "http" };
        let url =
            Url::parse(&format!("{like}://{rest}")).map_err(|error| BuildError::Broker(error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BuildError::Credentials);
        }
        let mut place = Place::of(&url).ok_or_else(|| BuildError::Broker("it names no host".to_owned()))?;
        if !names_port(&rest) {
            place.port = scheme.port;
        }
        let path = rest.find(['/', '?', '#']).and_then(|start| rest.get(start..));
        let path = path.unwrap_or_default();
        if !scheme.web_socket && !path.trim_end_matches('/').is_empty() {
            return Err(BuildError::Broker(
                "what follows the host means nothing: give the topic separately".to_owned(),
            ));
        }
        let web_socket = scheme.web_socket.then(|| match path {
            "" | "/" => USUAL_PATH.to_owned(),
            _ => url[url::Position::BeforePath..url::Position::AfterQuery].to_owned(),
        });
        Ok(Broker {
            secure: scheme.secure,
            web_socket,
            place,
        })
    }

    fn scheme(&self) -> &'static str {
        match (self.web_socket.is_some(), self.secure) {
            (false, false) => "mqtt",
            (false, true) => "mqtts",
            (true, false) => "ws",
            (true, true) => "wss",
        }
    }

    /// The address without what may be secret: the path of WebSocket is another way to the same broker.
    pub(crate) fn address(&self) -> Address {
        Address {
            scheme: self.scheme().to_owned(),
            host: self.place.host.to_string(),
            port: self.place.port,
            path: String::new(),
        }
    }
}

impl fmt::Display for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme(), self.place)
    }
}

/// What a scheme says.
#[derive(Clone, Copy)]
struct Scheme {
    secure: bool,
    web_socket: bool,
    port: u16,
}

impl Scheme {
    fn parse(name: &str) -> Option<Self> {
        let (secure, web_socket, port) = match name.to_ascii_lowercase().as_str() {
            "mqtt" | "tcp" => (false, false, 1883),
            "mqtts" | "ssl" => (true, false, 8883),
            "ws" => (false, true, 80),
            "wss" => (true, true, 443),
            _ => return None,
        };
        Some(Scheme {
            secure,
            web_socket,
            port,
        })
    }

    fn of_bare_host(tls: bool) -> Self {
        Scheme {
            secure: tls,
            web_socket: false,
            port: if tls { 8883 } else { 1883 },
        }
    }
}

/// An address of IPv6 alone, with the brackets that it has in a URL.
fn bracketed(host: &str) -> String {
    if host.parse::<std::net::Ipv6Addr>().is_ok() {
        return format!("[{host}]");
    }
    host.to_owned()
}

/// Whether a port is named, be it the usual one of HTTP.
fn names_port(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let after = authority.rsplit_once(']').map_or(authority, |(_, after)| after);
    after.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, tls: bool) -> (String, Option<String>) {
        let broker = Broker::parse(text, tls).unwrap();
        (broker.to_string(), broker.web_socket)
    }

    #[test]
    fn every_form_leads_to_its_port() {
        for (text, tls, shown) in [
            ("mqtt://h", false, "mqtt://h:1883"),
            ("tcp://h", false, "mqtt://h:1883"),
            ("mqtts://h", false, "mqtts://h:8883"),
            ("ssl://h:443", true, "mqtts://h:443"),
            ("MQTT://h:80/", false, "mqtt://h:80"),
            ("h", false, "mqtt://h:1883"),
            (" h ", true, "mqtts://h:8883"),
            ("h:1884", false, "mqtt://h:1884"),
            ("h:1884", true, "mqtts://h:1884"),
            ("10.0.0.1", false, "mqtt://10.0.0.1:1883"),
            ("::1", false, "mqtt://[::1]:1883"),
            ("[::1]:1885", true, "mqtts://[::1]:1885"),
        ] {
            assert_eq!(read(text, tls), (shown.to_owned(), None), "{text}");
        }
        for (text, shown, path) in [
            ("ws://h", "ws://h:80", "/mqtt"),
            ("wss://h/", "wss://h:443", "/mqtt"),
            ("ws://h:9001/a?b=c", "ws://h:9001", "/a?b=c"),
        ] {
            assert_eq!(read(text, false), (shown.to_owned(), Some(path.to_owned())));
        }
    }

    #[test]
    fn what_cannot_be_meant_is_said() {
        let error = |text: &str, tls| Broker::parse(text, tls).err();
        assert!(matches!(error("", false), Some(BuildError::Broker(_))));
        assert!(matches!(error("mqtt://", false), Some(BuildError::Broker(_))));
        assert!(matches!(
            error("mqtt://h/topic", false),
            Some(BuildError::Broker(_))
        ));
        assert!(matches!(error("h:99999", false), Some(BuildError::Broker(_))));
        assert!(matches!(
            error("mqtt://u:p@h", false),
            Some(BuildError::Credentials)
        ));
        assert!(matches!(error("ftp://h", false), Some(BuildError::Scheme(_))));
        assert!(matches!(error("mqtt://h", true), Some(BuildError::PlainBroker)));
    }

    #[test]
    fn only_a_brokers_scheme_names_a_broker() {
        assert!(Broker::is_named_by(" mqtts://h"));
        assert!(!Broker::is_named_by("https://h"));
        assert!(!Broker::is_named_by("h:1883"));
    }
}
