//! What is subscribed to, as users write it: `mqtt://[user[:password]@]host[:port]/topic/#`.
//!
//! No URL: `#`, `+` and `?` behind the host are the topic's, as they are. In user name and password `%2F` is a slash, and
//! so on.

use std::fmt;

use thiserror::Error;

/// The longest topic filter, in bytes.
const LONGEST: usize = 65_535;

/// A broker, and what is wanted of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    pub(crate) tls: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) filter: String,
    pub(crate) user_name: Option<String>,
    /// Never shown.
    pub(crate) password: Option<String>,
}

/// Why a text is no subscription. The text is not repeated, since there may be a password in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SubscriptionError {
    /// It begins otherwise.
    #[error("the address of a broker begins with mqtt:// or mqtts://")]
    Scheme,
    /// There is no host, or it is none.
    #[error("there is no host in the address: write mqtt://broker/topic")]
    Host,
    /// The port is no number from 1 to 65535.
    #[error("the port in the address is none; a / in a password is written %2F, and an @ %40")]
    Port,
    /// There is nothing behind the host.
    #[error("there is no topic in the address: write mqtt://broker/topic, or mqtt://broker/# for all")]
    NoTopic,
    /// It might be a part of a password.
    #[error(
        "a / before an @ in the address: in a password write %2F; before a topic with an @ write mqtt://@broker/"
    )]
    Ambiguous,
    /// `%` without two digits behind it, or what they stand for is no text.
    #[error("a % in user name or password is written %25")]
    Escape,
    /// The topic filter is none.
    #[error("the topic in the address is none: {0}")]
    Filter(&'static str),
}

impl Subscription {
    /// Reads an address.
    ///
    /// # Errors
    /// [`SubscriptionError`], where it is none.
    pub fn parse(address: &str) -> Result<Self, SubscriptionError> {
        let (scheme, rest) = address.split_once("://").ok_or(SubscriptionError::Scheme)?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "mqtt" => false,
            "mqtts" => true,
            _ => return Err(SubscriptionError::Scheme),
        };
        let (authority, filter) = rest.split_once('/').ok_or(SubscriptionError::NoTopic)?;
        let (credentials, place) = match authority.rsplit_once('@') {
            Some((credentials, place)) => (Some(credentials), place),
            None if filter.split('/').next().is_some_and(|level| level.contains('@')) => {
                return Err(SubscriptionError::Ambiguous);
            }
            None => (None, authority),
        };
        let (host, port) = host_and_port(place)?;
        check_filter(filter)?;
        let (user_name, password) = match credentials.filter(|credentials| !credentials.is_empty()) {
            None => (None, None),
            Some(credentials) => match credentials.split_once(':') {
                Some((user, password)) => (Some(unescaped(user)?), Some(unescaped(password)?)),
                None => (Some(unescaped(credentials)?), None),
            },
        };
        Ok(Subscription {
            tls,
            host: host.to_owned(),
            port: port.unwrap_or(if tls { 8883 } else { 1883 }),
            filter: filter.to_owned(),
            user_name,
            password,
        })
    }

    /// With these credentials, unless the address has some. A password alone goes with an empty user name.
    #[must_use]
    pub fn or_credentials(mut self, user_name: Option<&str>, password: Option<&str>) -> Self {
        if self.user_name.is_none() {
            self.user_name = user_name.or(password.map(|_| "")).map(str::to_owned);
            self.password = password.map(str::to_owned);
        }
        self
    }

    /// Broker and filter, which tell one subscription from another.
    pub(crate) fn key(&self) -> String {
        format!("{}:{}/{}", self.host, self.port, self.filter)
    }
}

/// Without user name and password.
impl fmt::Display for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "mqtts" } else { "mqtt" };
        if self.host.contains(':') {
            return write!(f, "{scheme}://[{}]:{}/{}", self.host, self.port, self.filter);
        }
        write!(f, "{scheme}://{}:{}/{}", self.host, self.port, self.filter)
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subscription({self})")
    }
}

fn host_and_port(place: &str) -> Result<(&str, Option<u16>), SubscriptionError> {
    let (host, rest) = match place.strip_prefix('[') {
        Some(inside) => inside.split_once(']').ok_or(SubscriptionError::Host)?,
        None => place.split_at(place.find(':').unwrap_or(place.len())),
    };
    let is_plain = |character: char| character.is_alphanumeric() || "-._:%".contains(character);
    if host.is_empty() || !host.chars().all(is_plain) {
        return Err(SubscriptionError::Host);
    }
    let port = match rest.strip_prefix(':') {
        None if rest.is_empty() => None,
        None => return Err(SubscriptionError::Host),
        Some(port) => Some(
            port.parse()
                .ok()
                .filter(|port| *port > 0)
                .ok_or(SubscriptionError::Port)?,
        ),
    };
    Ok((host, port))
}

/// As a broker would: `+` is a whole level, `#` the last, and `$share/group/` goes before a filter.
fn check_filter(filter: &str) -> Result<(), SubscriptionError> {
    let wrong = |why| Err(SubscriptionError::Filter(why));
    let plain = match filter.strip_prefix("$share/") {
        None => filter,
        Some(shared) => match shared.split_once('/') {
            Some((group, filter)) if !group.is_empty() && !group.contains(['+', '#']) => filter,
            _ => return wrong("a shared one is written $share/group/topic"),
        },
    };
    if plain.is_empty() {
        return Err(SubscriptionError::NoTopic);
    }
    if filter.len() > LONGEST {
        return wrong("it has more than 65,535 bytes");
    }
    if filter.chars().any(char::is_control) {
        return wrong("it contains a control character");
    }
    let mut levels = plain.split('/').peekable();
    while let Some(level) = levels.next() {
        if level.contains('+') && level != "+" {
            return wrong("a + stands for a whole level, as in plant/+/alarm");
        }
        if level.contains('#') && (level != "#" || levels.peek().is_some()) {
            return wrong("a # stands for all further levels, and is the last, as in plant/#");
        }
    }
    Ok(())
}

fn unescaped(text: &str) -> Result<String, SubscriptionError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
        match (digit(), digit()) {
            (Some(high), Some(low)) => bytes.push((high * 16 + low) as u8),
            _ => return Err(SubscriptionError::Escape),
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| SubscriptionError::Escape)?;
    if text.contains('\0') {
        return Err(SubscriptionError::Escape);
    }
    Ok(text)
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
