//! `tnt4 serve`: a collector, until a signal ends it.

mod listen;
mod state_folder;
mod stop;
mod subscribe;

use std::path::PathBuf;

use tnt4::spools::Spools;
use tnt4_collector::{Collector, Settings, StartError, Synchronous};

use crate::args::ServeArgs;
use crate::environment::{self, Environment};
use crate::signals::Watch;
use crate::token::Token;
use crate::{Exit, Failure, Printer};

pub(crate) use listen::listen_address;
pub(crate) use stop::stop;

/// The store's name in the state folder.
const STORE: &str = "collector.db";

/// Serves until a signal comes.
pub(crate) fn run(args: ServeArgs, printer: &mut Printer) -> Result<Exit, Failure> {
    let environment = &environment::process;
    let tokens = tokens(&args.tokens, environment)?;
    let wants_token = !tokens.is_empty();
    let store = match args.store {
        Some(path) => path,
        None => default_store(environment)?,
    };
    let subscriptions = subscribe::with_credentials(args.subscriptions, environment)?;
    let shown: Vec<String> = subscriptions.iter().map(ToString::to_string).collect();
    let mut watch = Watch::begin()?;
    let collector = start(Settings {
        mqtt: args.mqtt,
        subscriptions,
        ca_file: args.ca_file,
        synchronous: if args.fsync {
            Synchronous::Full
        } else {
            Synchronous::Normal
        },
        tokens,
        allowed_hosts: args.hosts,
        allowed_origins: args.origins,
        ..Settings::new(args.listen, &store)
    })?;
    let url = format!("http://{}", collector.address());
    let token = if wants_token { " --https TOKEN" } else { "" };
    printer.say(&format!(
        "tnt4 is listening on {url} (open it to see what arrives)"
    ));
    if let Some(address) = collector.mqtt_address() {
        printer.say(&format!("  mqtt   publishers are taken on mqtt://{address}"));
    }
    for subscription in shown {
        printer.say(&format!("  from   {subscription}"));
    }
    printer.say(&format!("  store  {}", store.display()));
    printer.say(&format!("  send   tnt4 send \"hello\" --url {url}{token}"));
    printer.say(&format!("  ask    tnt4 query \"get events\" --url {url}{token}"));
    printer.say("  stop   Ctrl-C");
    watch.wait();
    printer.say("stopping: what has been received is being committed and answered");
    Ok(stop(collector, &mut watch))
}

/// Starts a collector whose notices go to standard error.
pub(crate) fn start(settings: Settings) -> Result<Collector, Failure> {
    let notice = Printer::voice();
    Collector::start(Settings { notice, ..settings }).map_err(|error| match error {
        StartError::Open(_) | StartError::Name(_) | StartError::Trust(_) => Failure::usage(error),
        _ => Failure::not_done(error),
    })
}

/// The tokens of the options and of the environment together.
fn tokens(options: &[std::ffi::OsString], environment: Environment<'_>) -> Result<Vec<String>, Failure> {
    let mut tokens = Vec::new();
    for option in options {
        let text = option
            .to_str()
            .ok_or_else(|| Failure::usage("--token: the token is not valid UTF-8"))?;
        tokens.push(Token::new(text, "--token")?.expose().to_owned());
    }
    let name = "TNT4_COLLECTOR_TOKEN";
    let several = environment::text(environment, name)?.unwrap_or_default();
    for text in several
        .split([',', '\n'])
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        tokens.push(Token::new(text, name)?.expose().to_owned());
    }
    if tokens.is_empty() && !several.is_empty() {
        // Whoever sets it means to keep somebody out.
        return Err(Failure::usage(format_args!("{name} is set and holds no token")));
    }
    Ok(tokens)
}

fn default_store(environment: Environment<'_>) -> Result<PathBuf, Failure> {
    let spools = Spools::find_by(environment).map_err(|_| {
        Failure::usage("there is no home folder to keep the store in: name one by --store FILE")
    })?;
    let folder = spools.state_folder();
    state_folder::make(folder).map_err(|error| {
        Failure::not_done(format_args!(
            "cannot make the folder {} ({error}): name a store by --store FILE, or another folder by TNT4_STATE_DIR",
            folder.display()
        ))
    })?;
    Ok(folder.join(STORE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_from_options_and_environment() {
        let environment = |name: &str| (name == "TNT4_COLLECTOR_TOKEN").then(|| "b, c\nd,,".into());
        assert_eq!(tokens(&["a".into()], &environment).unwrap(), ["a", "b", "c", "d"]);
        assert!(tokens(&[], &|_| None).unwrap().is_empty());
        assert!(tokens(&["".into()], &|_| None).is_err());
        assert!(
            tokens(&[], &|_| Some(" , ".into())).is_err(),
            "nothing is not everybody"
        );
    }
}
