//! Where a command sends records, and who we are there.

use std::io;

use tnt4::{Builder, Diagnostics, Mqtt, Stream};

use crate::args::{AccessArgs, TlsArgs};
use crate::broker::{self, Given};
use crate::{Failure, Printer, address, environment, token};

/// Where a command sends records.
pub(crate) struct Target {
    pub(crate) builder: Builder,
    /// The address as it may be shown.
    pub(crate) origin: String,
    /// Whether it is a broker of MQTT.
    pub(crate) is_broker: bool,
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
    pub(crate) fn of(given: &str, access: &AccessArgs, printer: &mut Printer) -> Result<Self, Failure> {
        if Mqtt::is_named_by(given) {
            return Self::broker(given, None, Mqtt::new(), access, printer);
        }
        if access.login.is_given() {
            return Err(Failure::usage(
                "a user name is for brokers, whose addresses begin with mqtts:// or mqtt://: give a token",
            ));
        }
        let url = address::parse(given)?;
        let token = token::find(&access.token, &environment::process, io::stdin())?;
        let local = address::is_loopback(&url);
        let mut builder = builder(given, &access.tls);
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
        if url.scheme() == "https" {
            warn_of_insecure(&access.tls, printer);
        }
        Ok(Target {
            builder,
            origin: address::origin(&url),
            is_broker: false,
        })
    }

    /// The stream to a broker; `given` is what brought its address, where that brought more.
    pub(crate) fn broker(
        address: &str,
        given: Option<&Given<'_>>,
        settings: Mqtt,
        access: &AccessArgs,
        printer: &mut Printer,
    ) -> Result<Self, Failure> {
        if access.token.is_given() {
            return Err(Failure::usage(
                "a broker takes no token: give user name and password by --mqtt-user and --mqtt-password-file",
            ));
        }
        let input = io::stdin();
        let settings = broker::introduce(settings, given, &access.login, &environment::process, input)?;
        let has_name = settings.has_credentials();
        let builder = builder(address, &access.tls).mqtt(settings);
        let origin = builder.destination().map_err(Failure::usage)?;
        let url = address::parse(&origin)?;
        let is_secure = matches!(url.scheme(), "mqtts" | "wss");
        if !is_secure && has_name && !address::is_loopback(&url) {
            printer.say(&format!(
                "tnt4: {} is not encrypted: user name and password can be read on the way; use {}s",
                url.scheme(),
                url.scheme()
            ));
        }
        if is_secure {
            warn_of_insecure(&access.tls, printer);
        }
        Ok(Target {
            builder,
            origin,
            is_broker: true,
        })
    }
}

fn builder(address: &str, tls: &TlsArgs) -> Builder {
    // Whoever waits for room has not lost anything that would have to be reported.
    let mut builder = Stream::builder()
        .url(address)
        .diagnostics(Diagnostics::off())
        .report_drops(false)
        .verify_server(!tls.insecure);
    if let Some(path) = &tls.ca_file {
        builder = builder.ca_file(path);
    }
    if let (Some(certificate), Some(key)) = (&tls.client_cert, &tls.client_key) {
        builder = builder.client_certificate(certificate, key);
    }
    builder
}

fn warn_of_insecure(tls: &TlsArgs, printer: &mut Printer) {
    if tls.insecure {
        printer.say("tnt4: the server's certificate is not checked: anybody on the way may be the server; use --ca-file");
    }
}
