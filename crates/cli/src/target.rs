//! Where a command sends records, and under which token.

use std::io;

use tnt4::{Builder, Diagnostics, Stream};

use crate::args::TokenArgs;
use crate::{Failure, Printer, address, environment, token};

/// Where a command sends records.
pub(crate) struct Target {
    pub(crate) builder: Builder,
    /// The address as it may be shown.
    pub(crate) origin: String,
}

/// The address that an option gives, or the environment, or nobody.
pub(crate) fn url(option: Option<&str>) -> Result<String, Failure> {
    let given = match option {
        Some(url) => Some(url.to_owned()),
        None => environment::text(&environment::process, "TNT4_URL")?,
    };
    Ok(given.unwrap_or_else(|| tnt4::DEFAULT_URL.to_owned()))
}

impl Target {
    /// The stream to this address that options and environment describe. It says nothing of itself: what it would
    /// say a command says in its own terms.
    pub(crate) fn of(given: &str, token: &TokenArgs, printer: &mut Printer) -> Result<Self, Failure> {
        let url = address::parse(given)?;
        let token = token::find(token, &environment::process, io::stdin())?;
        let local = address::is_loopback(&url);
        // Whoever waits for room has not lost anything that would have to be reported.
        let mut builder = Stream::builder()
            .url(given)
            .diagnostics(Diagnostics::off())
            .report_drops(false);
        match token {
            Some(token) => {
                if url.scheme() == "http" && !local {
                    printer.say("tnt4: http is not encrypted: the token can be read on the way; use https");
                }
                builder = builder.token_source(token.source());
            }
            None if local => {}
            None => {
                return Err(Failure::usage(format_args!(
                    "{} wants a token: give it by --https TOKEN (or TNT4_TOKEN), \
                     or send to a collector on this machine by --url {}",
                    address::origin(&url),
                    address::LOCAL
                )));
            }
        }
        Ok(Target {
            builder,
            origin: address::origin(&url),
        })
    }
}
