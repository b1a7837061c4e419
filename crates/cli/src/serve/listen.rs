//! Addresses to listen on as users write them.

use std::net::{Ipv4Addr, SocketAddr};

/// Reads `127.0.0.1:6580`, `[::1]:6580`, `localhost:6580` or `:6580`; without a host it is this machine.
///
/// The text is not repeated where it is none of these.
pub(crate) fn listen_address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    text.rsplit_once(':')
        .filter(|(host, _)| host.is_empty() || host.eq_ignore_ascii_case("localhost"))
        .and_then(|(_, port)| port.parse().ok())
        .map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .ok_or_else(|| "write an address and a port, as 127.0.0.1:6580".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_port() {
        let read = |text: &str| listen_address(text).map(|address| address.to_string());
        assert_eq!(read("0.0.0.0:80").as_deref(), Ok("0.0.0.0:80"));
        assert_eq!(read("[::1]:0").as_deref(), Ok("[::1]:0"));
        assert_eq!(read("localhost:6580").as_deref(), Ok("127.0.0.1:6580"));
        assert_eq!(read(":6580").as_deref(), Ok("127.0.0.1:6580"));
        for text in [
            "",
            "6580",
            "127.0.0.1",
            "example.com:80",
            "127.0.0.1:65536",
            "::1:80:x",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
