//! Brokers of MQTT as a command's target: who we are there.
//!
//! What an option says counts before the environment. No message repeats the password, nor does any `Debug`.

use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::Path;

use tnt4::{Mqtt, Secret, TokenSource};

use crate::Failure;
use crate::args::LoginArgs;
use crate::environment::{self, Environment};

/// The longest password that is taken from standard input, in bytes.
const LONGEST: u64 = 64 * 1024;

/// What reads the password from standard input.
const STANDARD_INPUT: &str = "-";

/// What `--mqtt` was given: the address, and perhaps user name and password.
pub(crate) struct Given<'a> {
    pub(crate) address: &'a str,
    login: Option<(&'a str, &'a str)>,
}

impl<'a> Given<'a> {
    /// `None` where the option is not there.
    pub(crate) fn of(values: &'a [OsString]) -> Result<Option<Self>, Failure> {
        let text = |value: &'a OsString| {
            value
                .to_str()
                .ok_or_else(|| Failure::usage("--mqtt: a value is not valid UTF-8"))
        };
        match values {
            [] => Ok(None),
            [address] => Ok(Some(Given {
                address: text(address)?,
                login: None,
            })),
            [address, user, password] => Ok(Some(Given {
                address: text(address)?,
                login: Some((text(user)?, text(password)?)),
            })),
            _ => Err(Failure::usage(
                "--mqtt takes BROKER alone, or BROKER USER PASSWORD: write the message in front of it",
            )),
        }
    }

    /// Whether the password is to be read from standard input.
    pub(crate) fn reads_standard_input(&self) -> bool {
        self.login.is_some_and(|(_, password)| password == STANDARD_INPUT)
    }
}

impl LoginArgs {
    /// Whether the password is to be read from standard input.
    pub(crate) fn reads_standard_input(&self) -> bool {
        self.mqtt_password_file.as_deref() == Some(Path::new(STANDARD_INPUT))
    }
}

/// The settings with user name and password; `standard_input` is read where an option says so.
pub(crate) fn introduce(
    mut settings: Mqtt,
    given: Option<&Given<'_>>,
    args: &LoginArgs,
    environment: Environment<'_>,
    standard_input: impl Read,
) -> Result<Mqtt, Failure> {
    let (user, password) = match given.and_then(|given| given.login) {
        // The original wants all three, so who has no user name gives an empty one.
        Some(("", "")) => (None, None),
        Some((user, STANDARD_INPUT)) => (Some(user.to_owned()), Some(read(standard_input)?)),
        Some((user, "")) => (Some(user.to_owned()), None),
        Some((user, password)) => (Some(user.to_owned()), Some(secret(password, "--mqtt")?)),
        None => {
            let user = match &args.mqtt_user {
                Some(user) => Some(user.clone()),
                None => environment::text(environment, "TNT4_MQTT_USER")?,
            };
            let password = match &args.mqtt_password_file {
                Some(path) if path == OsStr::new(STANDARD_INPUT) => Some(read(standard_input)?),
                Some(path) => Some(file(path)?),
                None => environment::text(environment, "TNT4_MQTT_PASSWORD")?
                    .map(|password| secret(&password, "TNT4_MQTT_PASSWORD"))
                    .transpose()?,
            };
            (user, password)
        }
    };
    match user.filter(|user| !user.is_empty()) {
        Some(user) => settings = settings.user_name(user),
        None if password.is_some() => {
            return Err(Failure::usage(
                "a password goes with a user name: give one by --mqtt-user (or TNT4_MQTT_USER)",
            ));
        }
        None => {}
    }
    Ok(match password {
        Some(password) => settings.password_source(password),
        None => settings,
    })
}

fn secret(text: &str, whence: &str) -> Result<TokenSource, Failure> {
    Secret::new(text)
        .map(TokenSource::Given)
        .map_err(|error| wrong(whence, &error.to_string()))
}

/// It is read now as well: whoever names a wrong file hears it at once.
fn file(path: &Path) -> Result<TokenSource, Failure> {
    let source = TokenSource::File(path.to_owned());
    match source.read() {
        Ok(_) => Ok(source),
        Err(error) => Err(wrong("--mqtt-password-file", &error.to_string())),
    }
}

fn read(source: impl Read) -> Result<TokenSource, Failure> {
    let mut text = String::new();
    source.take(LONGEST).read_to_string(&mut text).map_err(|error| {
        Failure::usage(format_args!(
            "cannot read the password from standard input: {error}"
        ))
    })?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    secret(line.strip_suffix('\r').unwrap_or(line), "standard input")
}

/// Files and texts of passwords are as those of tokens.
fn wrong(whence: &str, error: &str) -> Failure {
    Failure::usage(format_args!("{whence}: {}", error.replace("token", "password")))
}

#[cfg(test)]
mod tests;
