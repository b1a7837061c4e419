//! A host and a port: where a connection leads.

use std::fmt;
use std::net::IpAddr;

use rustls::pki_types::ServerName;
use url::{Host, Url};

/// A host and a port.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) host: Host<String>,
    pub(crate) port: u16,
}

impl Place {
    /// What a URL names, with its scheme's own port where it names none.
    pub(crate) fn of(url: &Url) -> Option<Self> {
        Some(Place {
            host: url.host()?.to_owned(),
            port: url.port_or_known_default()?,
        })
    }

    /// The address, where the host is one.
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        match self.host {
            Host::Domain(_) => None,
            Host::Ipv4(ip) => Some(IpAddr::V4(ip)),
            Host::Ipv6(ip) => Some(IpAddr::V6(ip)),
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

    /// Whether what is sent there stays on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Domain(name) => {
                let name = name.trim_end_matches('.');
                name == "localhost" || name.ends_with(".localhost")
            }
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
        }
    }
}

/// `host:port`, with brackets around an IPv6 address.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}
