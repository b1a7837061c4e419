//! Keeps pages of other sites out: a browser on this machine reaches this port, and so does every page in
//! it.
//!
//! * The `Host` of a request must be an address, `localhost`, or a name that was allowed: a name that an
//!   attacker's name server points at this machine is none of them (DNS rebinding).
//! * An `Origin`, which browsers send and others do not, must be this server's own or an allowed one.
//! * A request without `Origin` that the browser itself calls cross-site (`Sec-Fetch-Site`, sent for
//!   images, scripts and forms) is refused unless it is somebody following a link.

use std::net::IpAddr;

/// Which hosts and origins are let in beside this server's own.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guard {
    hosts: Vec<String>,
    origins: Vec<String>,
}

/// What of a request the guard looks at.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Visitor<'a> {
    pub(crate) host: Option<&'a str>,
    pub(crate) origin: Option<&'a str>,
    pub(crate) fetch_site: Option<&'a str>,
    pub(crate) fetch_mode: Option<&'a str>,
}

impl Guard {
    /// Lets these in, too.
    ///
    /// # Errors
    /// What is wrong with a name or origin, in words.
    pub(crate) fn new(hosts: &[String], origins: &[String]) -> Result<Self, String> {
        let hosts = hosts.iter().map(|host| name_of(host)).collect::<Result<_, _>>()?;
        let origins = origins
            .iter()
            .map(|origin| origin_of(origin))
            .collect::<Result<_, _>>()?;
        Ok(Guard { hosts, origins })
    }

    /// Whether `origin` was allowed by name.
    pub(crate) fn allows_origin(&self, origin: &str) -> bool {
        self.origins
            .iter()
            .any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(origin))
    }

    /// Lets a request in, or says why not.
    pub(crate) fn check(&self, visitor: Visitor<'_>) -> Result<(), String> {
        let host = visitor.host.unwrap_or_default();
        if !self.knows_host(host) {
            return Err(format!(
                "this server does not answer to the name {:?}; if it should, start it with --allow-host and that name",
                without_port(host)
            ));
        }
        match (visitor.origin, visitor.fetch_site) {
            (Some(origin), _) if is_own(origin, host) || self.allows_origin(origin) => Ok(()),
            (Some(origin), _) => Err(format!(
                "pages of {origin:?} may not read or write here; if they should, start the server with --allow-origin {origin}"
            )),
            (None, Some("cross-site")) if visitor.fetch_mode != Some("navigate") => {
                Err("pages of other sites may not read or write here".to_owned())
            }
            (None, _) => Ok(()),
        }
    }

    fn knows_host(&self, host: &str) -> bool {
        let name = without_port(host);
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        bare.parse::<IpAddr>().is_ok()
            || name.eq_ignore_ascii_case("localhost")
            || self
                .hosts
                .iter()
                .any(|allowed| name.eq_ignore_ascii_case(allowed))
    }
}

/// Whether a page of `origin` was served by this very host and port.
fn is_own(origin: &str, host: &str) -> bool {
    let authority = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

/// A host as it is compared: without a port, which does not count.
fn name_of(host: &str) -> Result<String, String> {
    let name = without_port(host.trim());
    if name.is_empty() || name.contains(['/', ' ', '*']) {
        return Err(format!(
            "--allow-host takes a name as logs.example, and {host:?} is none"
        ));
    }
    Ok(name.to_owned())
}

/// An origin as browsers send it.
fn origin_of(origin: &str) -> Result<String, String> {
    let bare = origin.trim().trim_end_matches('/');
    let authority = bare
        .strip_prefix("http://")
        .or_else(|| bare.strip_prefix("https://"));
    if bare != "*" && authority.is_none_or(|authority| authority.is_empty() || authority.contains('/')) {
        return Err(format!(
            "--allow-origin takes an origin as https://shop.example, and {origin:?} is none"
        ));
    }
    Ok(bare.to_owned())
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, origin: Option<&str>, site: Option<&str>, mode: Option<&str>) -> bool {
        let (hosts, origins) = (
            ["logs.example:1".to_owned()],
            ["https://Shop.example/".to_owned()],
        );
        let guard = Guard::new(&hosts, &origins).unwrap();
        guard
            .check(Visitor {
                host: Some(host),
                origin,
                fetch_site: site,
                fetch_mode: mode,
            })
            .is_ok()
    }

    #[test]
    fn addresses_localhost_and_allowed_names_are_hosts() {
        for host in [
            "127.0.0.1:6580",
            "127.0.0.1",
            "[::1]:6580",
            "localhost:1",
            "LOCALHOST",
            "10.1.2.3:80",
            "Logs.Example:6580",
        ] {
            assert!(check(host, None, None, None), "{host}");
        }
    }

    #[test]
    fn other_names_are_not() {
        for host in [
            "",
            "evil.example",
            "evil.example:6580",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "[evil]:80",
            "a:b",
        ] {
            assert!(!check(host, None, None, None), "{host}");
        }
    }

    #[test]
    fn origins_must_be_our_own_or_allowed() {
        let host = "127.0.0.1:6580";
        assert!(check(host, Some("http://127.0.0.1:6580"), None, None));
        assert!(check(
            host,
            Some("https://shop.example"),
            Some("cross-site"),
            None
        ));
        for origin in [
            "null",
            "http://127.0.0.1:6581",
            "http://localhost:6580",
            "https://shop.example.evil",
            "http://evil.example",
        ] {
            assert!(!check(host, Some(origin), None, None), "{origin}");
        }
    }

    #[test]
    fn what_is_no_name_or_origin_is_not_taken_for_one() {
        for host in ["", "http://foo", "a b", "*"] {
            assert!(Guard::new(&[host.to_owned()], &[]).is_err(), "{host}");
        }
        for origin in ["", "foo", "https://", "https://shop.example/path", "null"] {
            assert!(Guard::new(&[], &[origin.to_owned()]).is_err(), "{origin}");
        }
    }

    #[test]
    fn images_of_other_sites_are_refused_and_links_are_not() {
        let host = "localhost:6580";
        assert!(!check(host, None, Some("cross-site"), Some("no-cors")));
        assert!(check(host, None, Some("cross-site"), Some("navigate")));
        assert!(check(host, None, Some("same-origin"), Some("cors")));
    }
}
