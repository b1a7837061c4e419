//! A server's address: where to connect, and what to ask for there.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::{fmt, io};

use rustls::pki_types::ServerName;
use url::{Host, Position, Url};

use crate::BuildError;

/// A server's address.
#[derive(Clone)]
pub(crate) struct Endpoint {
    /// Whether TLS is spoken there.
    pub(crate) secure: bool,
    host: Host<String>,
    port: u16,
    /// Path and query, as they go into the request's first line.
    pub(crate) target: String,
    /// The value of the header `Host`: without the port where it is the scheme's own.
    pub(crate) authority: String,
}

impl Endpoint {
    /// Reads an address as its user wrote it.
    pub(crate) fn parse(text: &str) -> Result<Self, BuildError> {
        let text = text.trim();
        let url = Url::parse(text).map_err(|error| BuildError::Url(error.to_string()))?;
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            other => return Err(BuildError::Scheme(format!("{other}:"))),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BuildError::Credentials);
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(BuildError::Url("it names no host".to_owned()));
        };
        Ok(Endpoint {
            secure,
            host: host.to_owned(),
            port,
            target: target(text)
                .unwrap_or_else(|| url[Position::BeforePath..Position::AfterQuery].to_owned()),
            authority: url[Position::BeforeHost..Position::AfterPort].to_owned(),
        })
    }

    /// The addresses of the host, asked for anew each time.
    pub(crate) fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        match &self.host {
            Host::Domain(name) => Ok((name.as_str(), self.port).to_socket_addrs()?.collect()),
            Host::Ipv4(ip) => Ok(vec![(IpAddr::V4(*ip), self.port).into()]),
            Host::Ipv6(ip) => Ok(vec![(IpAddr::V6(*ip), self.port).into()]),
        }
    }

    /// The name that the server's certificate must bear; `None` where a certificate cannot bear it.
    pub(crate) fn server_name(&self) -> Option<ServerName<'static>> {
        match &self.host {
            Host::Domain(name) => ServerName::try_from(name.clone()).ok(),
            Host::Ipv4(ip) => Some(ServerName::from(IpAddr::V4(*ip))),
            Host::Ipv6(ip) => Some(ServerName::from(IpAddr::V6(*ip))),
        }
    }

    /// Whether scheme, host and port of this URL are the same.
    pub(crate) fn is_origin_of(&self, url: &Url) -> bool {
        let scheme = if self.secure { "https" } else { "http" };
        url.scheme() == scheme
            && url.host().map(|host| host.to_owned()).as_ref() == Some(&self.host)
            && url.port_or_known_default() == Some(self.port)
    }

    /// Whether what is sent there stays on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
        }
    }
}

/// The origin: path and query may contain secrets.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

/// Path and query to the letter, where they can go into a request as they are.
fn target(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("://")?;
    let rest = rest.split('#').next()?;
    let target = match rest.find(['/', '?', '\\'])? {
        start if rest[start..].starts_with('?') => format!("/{}", &rest[start..]),
        start => rest[start..].to_owned(),
    };
    (target.starts_with('/') && target.bytes().all(|byte| byte.is_ascii_graphic())).then_some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_reads(text: &str, shown: &str, target: &str) {
        let endpoint = Endpoint::parse(text).unwrap();
        assert_eq!(
            (endpoint.to_string().as_str(), endpoint.target.as_str()),
            (shown, target)
        );
    }

    #[test]
    fn path_and_query_stay_as_they_are() {
        assert_reads("https://data.example", "https://data.example", "/");
        assert_reads("https://data.example:443/JESL/", "https://data.example", "/JESL/");
        assert_reads(
            "http://h:6580/a/../b?x=%41&y='#z",
            "http://h:6580",
            "/a/../b?x=%41&y='",
        );
        assert_reads("http://h?x=1", "http://h", "/?x=1");
        assert_reads("http://[::1]:80/ü b", "http://[::1]", "/%C3%BC%20b");
    }

    #[test]
    fn what_cannot_be_served_is_said() {
        assert!(matches!(Endpoint::parse("data.example"), Err(BuildError::Url(_))));
        assert!(matches!(Endpoint::parse("https://"), Err(BuildError::Url(_))));
        assert!(matches!(Endpoint::parse("mqtt://h"), Err(BuildError::Scheme(_))));
        assert!(matches!(
            Endpoint::parse("https://u:p@h"),
            Err(BuildError::Credentials)
        ));
    }
}
