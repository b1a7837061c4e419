//! What the environment says of a stream: address and token. An empty variable counts as not set.
//!
//! The functions take the environment as a function, so that tests can have one of their own. No message repeats a
//! value.

use std::ffi::OsString;

use crate::{Builder, SecretError, Stream, TokenSource};

/// Why the environment does not describe a stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
}

impl Builder {
    /// A configuration with the address of `TNT4_URL` ([`DEFAULT_URL`](crate::DEFAULT_URL) where it is not set) and the token
    /// of `TNT4_TOKEN`, or of the file that `TNT4_TOKEN_FILE` names. Where records wait and where the stream reports, the
    /// environment decides in any case: see [`Spool`](crate::Spool) and [`Diagnostics`](crate::Diagnostics).
    ///
    /// # Errors
    /// [`EnvironmentError`], also where none of the three is set.
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
            crate::Secret::new(token).map_err(EnvironmentError::Token)?,
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
    }
    if let Some(token) = token {
        builder = builder.token_source(token);
    }
    Ok(builder)
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
        let error = of(&[("TNT4_TOKEN", "canary\ncanary")]).unwrap_err();
        assert!(matches!(error, EnvironmentError::Token(_)));
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}
