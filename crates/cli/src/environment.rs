//! The environment's variables, behind a function so that tests can have one of their own.

use std::ffi::OsString;

use crate::Failure;

/// Looks up a variable by its name.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The variable of the process; an empty one counts as not set.
pub(crate) fn process(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The text of a variable. The value is not repeated where it is none.
pub(crate) fn text(environment: Environment<'_>, name: &str) -> Result<Option<String>, Failure> {
    environment(name)
        .map(|value| {
            value
                .into_string()
                .map_err(|_| Failure::usage(format_args!("{name} is not valid UTF-8: set it anew")))
        })
        .transpose()
}

/// The paragraph of the help that lists the variables.
pub(crate) const REFERENCE: &str = "\
Environment:
  TNT4_TOKEN            the token of `send` and `query`, where no option gives one
  TNT4_TOKEN_FILE       a file that holds the token
  TNT4_URL              where `send` sends, instead of https://data.jkoolcloud.com
  TNT4_COLLECTOR_TOKEN  tokens that `serve` accepts, one a line or divided by commas
  TNT4_MQTT_USER        the user name at a broker, where neither option nor address gives one
  TNT4_MQTT_PASSWORD    the password that goes with it
  TNT4_SPOOL            where `send` keeps what was not acknowledged: disk, sync or memory
                        [default: on Linux disk, elsewhere memory]
  TNT4_STATE_DIR        where `serve` keeps its store, and everybody the spool; else
                        $STATE_DIRECTORY, $XDG_STATE_HOME/tnt4 or ~/.local/state/tnt4
  SSL_CERT_FILE         a PEM file with the certificates to trust";
