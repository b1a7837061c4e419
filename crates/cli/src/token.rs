//! Where the token comes from.
//!
//! An option counts before the environment, and `TNT4_TOKEN` before `TNT4_TOKEN_FILE`. No message repeats
//! the token, nor does any `Debug`.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use tnt4::{Secret, TokenSource};

use crate::Failure;
use crate::args::TokenArgs;
use crate::environment::{self, Environment};

/// The longest file that is taken for a token, in bytes.
const LONGEST: u64 = 64 * 1024;

/// A token that can go into a request.
#[derive(Clone)]
pub(crate) struct Token {
    text: String,
    secret: Secret,
    /// Where it was read, where it can be read again.
    file: Option<PathBuf>,
}

impl Token {
    /// Takes a token from `whence`, which the message names where it is none.
    pub(crate) fn new(text: &str, whence: &str) -> Result<Self, Failure> {
        let secret = Secret::new(text).map_err(|error| Failure::usage(format_args!("{whence}: {error}")))?;
        Ok(Token {
            text: text.to_owned(),
            secret,
            file: None,
        })
    }

    /// The text, for a request's header.
    pub(crate) fn expose(&self) -> &str {
        &self.text
    }

    /// For the stream, which reads a file again when the token in it is refused.
    pub(crate) fn source(self) -> TokenSource {
        match self.file {
            Some(path) => TokenSource::File(path),
            None => TokenSource::Given(self.secret),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.secret.fmt(f)
    }
}

/// The token that options or environment give; `standard_input` is read where an option says so.
pub(crate) fn find(
    args: &TokenArgs,
    environment: Environment<'_>,
    standard_input: impl Read,
) -> Result<Option<Token>, Failure> {
    if let Some(text) = &args.https {
        let text = text
            .to_str()
            .ok_or_else(|| Failure::usage("--https: the token is not valid UTF-8"))?;
        return Token::new(text, "--https").map(Some);
    }
    if let Some(path) = &args.token_file {
        return read_file(path, "--token-file").map(Some);
    }
    if args.token_stdin {
        return read(standard_input, "--token-stdin").map(Some);
    }
    if let Some(text) = environment::text(environment, "TNT4_TOKEN")? {
        return Token::new(&text, "TNT4_TOKEN").map(Some);
    }
    match environment("TNT4_TOKEN_FILE") {
        Some(path) => read_file(Path::new(&path), "TNT4_TOKEN_FILE").map(Some),
        None => Ok(None),
    }
}

fn read_file(path: &Path, whence: &str) -> Result<Token, Failure> {
    let file = std::fs::File::open(path)
        .map_err(|error| Failure::usage(format_args!("{whence}: cannot read {}: {error}", path.display())))?;
    Ok(Token {
        // By its whole path, as what it leaves on disk is found by that.
        file: std::path::absolute(path).ok(),
        ..read(file, whence)?
    })
}

fn read(source: impl Read, whence: &str) -> Result<Token, Failure> {
    let mut text = String::new();
    source
        .take(LONGEST)
        .read_to_string(&mut text)
        .map_err(|error| Failure::usage(format_args!("{whence}: cannot read the token: {error}")))?;
    Token::new(text.trim(), whence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none(_: &str) -> Option<std::ffi::OsString> {
        None
    }

    fn found(args: &TokenArgs, environment: Environment<'_>, input: &str) -> Option<String> {
        find(args, environment, input.as_bytes())
            .unwrap()
            .map(|token| token.expose().to_owned())
    }

    #[test]
    fn options_count_before_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "from-file\r\n").unwrap();
        let both = |name: &str| match name {
            "TNT4_TOKEN" => Some("from-variable".into()),
            "TNT4_TOKEN_FILE" => Some(file.clone().into_os_string()),
            _ => None,
        };
        let only_file = |name: &str| both(name).filter(|_| name == "TNT4_TOKEN_FILE");
        let mut args = TokenArgs::default();
        assert_eq!(found(&args, &none, ""), None);
        assert_eq!(found(&args, &both, "").as_deref(), Some("from-variable"));
        assert_eq!(found(&args, &only_file, "").as_deref(), Some("from-file"));
        args.token_stdin = true;
        assert_eq!(found(&args, &both, "from-input\n").as_deref(), Some("from-input"));
        args.token_stdin = false;
        args.https = Some("from-option".into());
        assert_eq!(found(&args, &both, "").as_deref(), Some("from-option"));
    }

    #[test]
    fn what_is_no_token_is_not_repeated() {
        let args = TokenArgs {
            https: Some("canary\nX-Other: 1".into()),
            ..TokenArgs::default()
        };
        let failure = find(&args, &none, &b""[..]).unwrap_err();
        let words = format!("{failure} {failure:?}");
        assert!(words.contains("--https") && !words.contains("canary"), "{words}");
        let token = Token::new("a-canary-that-is-long", "x").unwrap();
        assert!(!format!("{token:?}").contains("canary"));
    }
}
