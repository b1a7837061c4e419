//! Proxies: which one, if any, and what it is told.
//!
//! [`environment`] reads what the environment says, [`exceptions`] which hosts are excepted there; [`tunnel`] asks a
//! proxy for a way through. User name and password go to the proxy alone, in `Proxy-Authorization`; the token goes
//! into the tunnel alone. (Where an `http:` address is reached by a proxy there is no tunnel, and the proxy sees all.)

mod base64;
mod environment;
mod exceptions;
mod tunnel;

use std::fmt;
use std::str::FromStr;

use url::Url;

use super::answer::Answer;
use super::endpoint::Endpoint;
use super::place::Place;
use super::status;
use crate::Setback;

pub(super) use tunnel::dig;

/// An HTTP proxy. Shown without user name and password.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    pub(super) place: Place,
    login: Option<Login>,
}

#[derive(Clone, PartialEq, Eq)]
struct Login {
    password: String,
    /// The value of `Proxy-Authorization`.
    authorization: String,
}

/// Why a text names no proxy that can be used. The text itself is not repeated: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyError {
    /// It is no URL, or names no host.
    #[error("the proxy's address is not a URL ({0}): write it as http://host:port")]
    Url(String),
    /// A SOCKS proxy.
    #[error("SOCKS proxies are not supported: name an http:// proxy")]
    Socks,
    /// TLS to the proxy itself.
    #[error(
        "proxies that are reached by https:// are not supported: name an http:// proxy; TLS goes through it"
    )]
    Secure,
    /// Another scheme.
    #[error("no proxy is reached by {0}: name an http:// proxy")]
    Scheme(String),
}

/// Which proxy a user wants.
#[derive(Debug, Clone, Default)]
pub(crate) enum Choice {
    /// The one that the environment names, if any.
    #[default]
    Environment,
    /// None, whatever the environment says.
    Direct,
    /// This one, for every host.
    Given(Proxy),
}

/// The way to a server.
#[derive(Clone)]
pub(crate) enum Route {
    Direct,
    Through(Proxy),
    /// There is to be a proxy, but not one that can be used, for this reason.
    Blocked(String),
}

impl Route {
    /// The way to this server. The environment is read now.
    pub(crate) fn to(endpoint: &Endpoint, choice: &Choice) -> Self {
        match choice {
            Choice::Direct => Route::Direct,
            Choice::Given(proxy) => Route::Through(proxy.clone()),
            Choice::Environment => environment::route(endpoint, &|name| std::env::var(name).ok()),
        }
    }

    /// The proxy that answers requests itself, since there is no TLS through it.
    pub(crate) fn relay(&self, endpoint: &Endpoint) -> Option<&Proxy> {
        match self {
            Route::Through(proxy) if !endpoint.secure => Some(proxy),
            _ => None,
        }
    }
}

impl Proxy {
    /// The value of `Proxy-Authorization`: for the proxy, never for people.
    pub(super) fn authorization(&self) -> Option<&str> {
        self.login.as_ref().map(|login| login.authorization.as_str())
    }

    /// What must not be shown.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.login.iter().flat_map(|login| {
            let encoded = login.authorization.strip_prefix("Basic ").unwrap_or_default();
            [login.password.as_str(), encoded]
        })
    }

    /// What to say, and do, where the proxy wants to know who we are.
    pub(super) fn unauthorized(&self, answer: &Answer) -> Option<Setback> {
        if answer.status != status::PROXY_AUTHENTICATION {
            return None;
        }
        let what = match self.login {
            None => "wants a user name and a password",
            Some(_) => "does not accept our user name and password",
        };
        Some(Setback::Blocked {
            why: format!("the proxy {self} {what} (407): give it as http://user:password@host:port"),
        })
    }
}

impl FromStr for Proxy {
    type Err = ProxyError;

    /// Reads `http://host:port`, with `user:password@` before the host where the proxy wants it (percent-encoded).
    /// Without a scheme `http:` is meant, and without a port 80.
    fn from_str(text: &str) -> Result<Self, ProxyError> {
        let text = text.trim();
        let url = match text.contains("://") {
            true => Url::parse(text),
            false => Url::parse(&format!("http://{text}")),
        };
        let url = url.map_err(|error| ProxyError::Url(error.to_string()))?;
        match url.scheme() {
            "http" => {}
            "https" => return Err(ProxyError::Secure),
            scheme if scheme.starts_with("socks") => return Err(ProxyError::Socks),
            other => return Err(ProxyError::Scheme(format!("{other}:"))),
        }
        let place = Place::of(&url).ok_or_else(|| ProxyError::Url("it names no host".to_owned()))?;
        let has_login = !url.username().is_empty() || url.password().is_some();
        let login = has_login.then(|| {
            let user = percent_decoded(url.username());
            let password = percent_decoded(url.password().unwrap_or_default());
            let pair = [&user[..], b":", &password[..]].concat();
            Login {
                password: String::from_utf8_lossy(&password).into_owned(),
                authorization: format!("Basic {}", base64::encode(&pair)),
            }
        });
        Ok(Proxy { place, login })
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.place)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = self.login.as_ref().map_or("", |_| "***@");
        write!(f, "Proxy(http://{login}{})", self.place)
    }
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = after
            .split_at_checked(2)
            .filter(|_| *first == b'%')
            .and_then(|(digits, after)| Some((std::str::from_utf8(digits).ok()?, after)))
            .and_then(|(digits, after)| Some((u8::from_str_radix(digits, 16).ok()?, after)));
        let (byte, after) = escaped.unwrap_or((*first, after));
        decoded.push(byte);
        rest = after;
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_shown_without_its_password() {
        for (text, shown, authorization) in [
            ("http://proxy.example:3128", "http://proxy.example:3128", None),
            ("proxy.example:3128", "http://proxy.example:3128", None),
            ("http://[::1]/", "http://[::1]:80", None),
            (
                "http://user:canary@proxy.example:3128",
                "http://proxy.example:3128",
                Some("Basic dXNlcjpjYW5hcnk="),
            ),
            // u%r and c:@%zz
            (
                "http://u%25r:c%3A%40%zz@proxy.example",
                "http://proxy.example:80",
                Some("Basic dSVyOmM6QCV6eg=="),
            ),
            (
                "http://user@proxy.example",
                "http://proxy.example:80",
                Some("Basic dXNlcjo="),
            ),
        ] {
            let proxy: Proxy = text.parse().unwrap();
            assert_eq!(
                (proxy.to_string().as_str(), proxy.authorization()),
                (shown, authorization)
            );
            assert!(!format!("{proxy:?}").contains("canary"));
        }
    }

    #[test]
    fn what_is_not_supported_is_said() {
        for scheme in ["socks4", "socks4a", "socks5", "socks5h", "socks"] {
            let text = format!("{scheme}://user:canary@proxy.example:1080");
            assert_eq!(text.parse::<Proxy>(), Err(ProxyError::Socks));
        }
        assert_eq!("https://proxy.example".parse::<Proxy>(), Err(ProxyError::Secure));
        assert!(matches!(
            "ftp://proxy.example".parse::<Proxy>(),
            Err(ProxyError::Scheme(_))
        ));
        for text in ["", "http://", "http://proxy:canary", "http://user:canary@"] {
            let error = text.parse::<Proxy>().unwrap_err();
            assert!(matches!(error, ProxyError::Url(_)));
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }
}
