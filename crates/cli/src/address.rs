//! Addresses as users write them.

use std::net::IpAddr;

use url::{Host, ParseError, Url};

use crate::Failure;

/// Where the local collector is by default.
pub(crate) const LOCAL: &str = "http://127.0.0.1:6580";

/// Reads an address. It is not repeated where it is none: it may contain secrets.
pub(crate) fn parse(text: &str) -> Result<Url, Failure> {
    let wrong = |reason: &str| {
        Failure::usage(format_args!(
            "the address is not a URL ({reason}): write it as {LOCAL}"
        ))
    };
    let url = Url::parse(text.trim()).map_err(|error| match error {
        ParseError::RelativeUrlWithoutBase => wrong("it does not begin with http:// or https://"),
        other => wrong(&other.to_string()),
    })?;
    if url.host_str().unwrap_or_default().is_empty() {
        return Err(wrong("it names no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::usage(
            "the address contains a user name or password: give them separately",
        ));
    }
    Ok(url)
}

/// Whether what is sent there stays on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // In schemes that the standard of URLs does not know a host stays a text.
        Some(Host::Domain(name)) => {
            name == "localhost"
                || name.ends_with(".localhost")
                || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Scheme, host and port: what may be shown.
pub(crate) fn origin(url: &Url) -> String {
    url[..url::Position::BeforePath].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_names() {
        for text in [
            "http://127.0.0.1:6580",
            "http://localhost/x",
            "http://[::1]:1",
            "https://127.8.9.1",
        ] {
            assert!(is_loopback(&parse(text).unwrap()), "{text}");
        }
        for text in [
            "https://data.jkoolcloud.com",
            "http://127.0.0.1.example",
            "http://0.0.0.0",
        ] {
            assert!(!is_loopback(&parse(text).unwrap()), "{text}");
        }
    }

    #[test]
    fn what_is_shown_has_no_path() {
        let url = parse("http://h:6580/p?token=x").unwrap();
        assert_eq!(origin(&url), "http://h:6580");
    }

    #[test]
    fn errors_repeat_nothing() {
        for text in ["canary", "http://", "http://u:canary@h"] {
            let words = parse(text).unwrap_err().to_string();
            assert!(!words.contains("canary"), "{words}");
        }
    }
}
