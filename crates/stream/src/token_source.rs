//! Where a token comes from: it is given, or stands in a file that somebody may renew.
//!
//! A file is read when the first connection is opened, and again when one is opened after a pause; so a token that is
//! renewed in its file needs no restart.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::{Secret, SecretError};

/// The longest file that is taken for a token's, in bytes.
const LONGEST: u64 = 16 * 1024;

/// Where a token comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSource {
    /// It is given.
    Given(Secret),
    /// It is in this file, alone; one line break may follow it.
    File(PathBuf),
}

/// Why there is no token. What was read is not repeated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The file cannot be read.
    #[error("the token's file {} cannot be read ({cause}): check path and permissions", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// What is in the file is no token.
    #[error("the token's file {} holds no token: {cause}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: SecretError,
    },
    /// The environment variable is not set, or is not UTF-8.
    #[error("the environment variable {0}, which is to hold the token, is not set: set it")]
    Variable(String),
    /// What was given is no token.
    #[error(transparent)]
    Given(SecretError),
    /// It looks like a URL of a kind that names no source.
    #[error("a token is given as it is, as env://NAME or as file:///path, and not as {0}://")]
    Scheme(String),
}

impl TokenSource {
    /// The same, wherever the application goes: a relative path is of the folder in which it is now.
    pub(crate) fn absolute(self) -> Self {
        match self {
            TokenSource::File(path) => TokenSource::File(std::path::absolute(&path).unwrap_or(path)),
            given @ TokenSource::Given(_) => given,
        }
    }

    /// What tells it from other sources, for a digest: a file counts as itself, whatever token is in it, so that a
    /// token may be renewed there. Secret.
    pub(crate) fn identity(&self) -> String {
        match self {
            TokenSource::Given(secret) => format!("given {}", secret.expose()),
            TokenSource::File(path) => format!("file {}", path.display()),
        }
    }

    /// Reads what a configuration says: `env://NAME` (the variable is read now), `file:///path`, or the token itself.
    ///
    /// # Errors
    /// [`TokenError`], where there is no such variable, no such kind of source, or no token in it. A file is not
    /// looked at yet.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        match text.split_once("://") {
            Some(("env", name)) => {
                let value = std::env::var(name).map_err(|_| TokenError::Variable(name.to_owned()))?;
                Secret::new(value)
                    .map(TokenSource::Given)
                    .map_err(TokenError::Given)
            }
            Some(("file", path)) if path.starts_with('/') => Ok(TokenSource::File(PathBuf::from(path))),
            Some((scheme, _)) if is_scheme(scheme) => Err(TokenError::Scheme(scheme.to_owned())),
            _ => Secret::new(text)
                .map(TokenSource::Given)
                .map_err(TokenError::Given),
        }
    }

    /// The token, as it is now.
    ///
    /// # Errors
    /// [`TokenError`], where the file cannot be read or holds no token.
    pub fn read(&self) -> Result<Secret, TokenError> {
        let path = match self {
            TokenSource::Given(secret) => return Ok(secret.clone()),
            TokenSource::File(path) => path,
        };
        let bytes = read_file(path).map_err(|cause| TokenError::File {
            path: path.clone(),
            cause,
        })?;
        let no_token = |cause| TokenError::Content {
            path: path.clone(),
            cause,
        };
        let text = String::from_utf8(bytes).map_err(|_| no_token(SecretError::ControlCharacter))?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        Secret::new(line).map_err(no_token)
    }
}

/// Files of other kinds (a pipe without a writer) could keep the reader waiting for ever.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(io::Error::other("it is too long for a token"));
    }
    Ok(bytes)
}

fn is_scheme(text: &str) -> bool {
    text.len() <= 8 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> TokenSource {
        TokenSource::Given(Secret::new(text).unwrap())
    }

    #[test]
    fn a_configuration_names_the_source() {
        assert_eq!(TokenSource::parse("a-token").unwrap(), given("a-token"));
        let path = "/run/secrets/token";
        assert_eq!(
            TokenSource::parse("file:///run/secrets/token").unwrap(),
            TokenSource::File(PathBuf::from(path))
        );
        // Cargo sets it for tests.
        assert_eq!(TokenSource::parse("env://CARGO_PKG_NAME").unwrap(), given("tnt4"));
        assert!(matches!(
            TokenSource::parse("env://TNT4_NO_SUCH_VARIABLE"),
            Err(TokenError::Variable(_))
        ));
        for text in ["file://relative", "vault://x"] {
            assert!(matches!(TokenSource::parse(text), Err(TokenError::Scheme(_))));
        }
        assert!(matches!(TokenSource::parse(""), Err(TokenError::Given(_))));
    }

    #[test]
    fn a_file_holds_a_token_and_at_most_one_line_break() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let read = |content: &[u8]| {
            std::fs::write(&path, content).unwrap();
            TokenSource::File(path.clone()).read()
        };
        for content in ["canary", "canary\n", "canary\r\n"] {
            assert_eq!(read(content.as_bytes()).unwrap().expose(), "canary");
        }
        for content in [
            &b"canary\n\n"[..],
            b"can\nary",
            b"\n",
            b"",
            b"canary\xff",
            &[b'c'; 20_000],
        ] {
            let error = read(content).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
            assert!(error.to_string().contains("token's file"), "{error}");
        }
        let error = TokenSource::File(folder.path().to_owned()).read().unwrap_err();
        assert!(error.to_string().contains("no regular file"), "{error}");
    }
}
