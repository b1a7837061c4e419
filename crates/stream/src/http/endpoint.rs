//! A server's address: where to connect, and what to ask for there.

use std::fmt;

use url::{Position, Url};

use super::place::Place;
use crate::BuildError;
use crate::spool::Address;

/// A server's address.
#[derive(Clone)]
pub(crate) struct Endpoint {
    /// Whether TLS is spoken there.
    pub(crate) secure: bool,
    pub(crate) place: Place,
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
        let place = Place::of(&url).ok_or_else(|| BuildError::Url("it names no host".to_owned()))?;
        Ok(Endpoint {
            secure,
            place,
            target: target(text)
                .unwrap_or_else(|| url[Position::BeforePath..Position::AfterQuery].to_owned()),
            authority: url[Position::BeforeHost..Position::AfterPort].to_owned(),
        })
    }

    /// Whether scheme, host and port of this URL are the same.
    pub(crate) fn is_origin_of(&self, url: &Url) -> bool {
        url.scheme() == self.scheme() && Place::of(url).as_ref() == Some(&self.place)
    }

    /// The address without what may be secret, and the query string, which may be.
    pub(crate) fn address(&self) -> (Address, String) {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let address = Address {
            scheme: self.scheme().to_owned(),
            host: self.place.host.to_string(),
            port: self.place.port,
            path: path.to_owned(),
        };
        (address, query.to_owned())
    }

    pub(crate) fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }
}

/// The origin: path and query may contain secrets.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme(), self.authority)
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
