//! `tnt4 send`: events out of a message or of lines, and an honest account of what became of them.
//!
//! ```text
//! lines (bounded) ─▶ input (a thread that reads ahead) ─▶ delivery (to the stream, then wait) ─▶ account
//! ```

mod account;
mod delivery;
mod input;
mod lines;
mod outgoing;
mod template;
mod text;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, IsTerminal};
use std::sync::mpsc;
use std::time::Duration;

use tnt4::{Mqtt, Qos, Spool, Stream, Topic};

use crate::args::SendArgs;
use crate::broker::Given;
use crate::signals::Watch;
use crate::target::{self, Target};
use crate::{Exit, Failure, Printer};
use account::{Receiver, Unit};
use delivery::Delivery;
use input::Input;
use outgoing::Outgoing;
use template::Template;

pub(crate) use lines::Lines;
pub(crate) use text::fitted;

/// The topic of messages that are given none: as the original has it.
const TOPIC: &str = "tnt4py";

/// Sends, waits, and says what became of it.
pub(crate) fn run(args: &SendArgs, printer: &mut Printer) -> Result<Exit, Failure> {
    if args.quiet {
        printer.hush();
    }
    let source = Source::of(args)?;
    let way = Way::find(args, printer)?;
    let timeout = Duration::from_secs(u64::from(args.timeout));
    let (input, unit) = source.open()?;
    let watch = Watch::begin()?;
    let mut delivery = Delivery::new(way.stream, way.outgoing, timeout, watch, printer);
    let account = delivery.run(&input).finish(unit);
    account.tell(&way.receiver, printer)
}

/// Where the text comes from.
enum Source<'a> {
    Message(&'a OsStr),
    File(&'a std::path::Path),
    StandardInput,
}

impl<'a> Source<'a> {
    fn of(args: &'a SendArgs) -> Result<Self, Failure> {
        let source = match (&args.file, &args.message) {
            (Some(path), _) => Source::File(path),
            (None, Some(message)) if message != "-" => Source::Message(message),
            (None, None) if io::stdin().is_terminal() => {
                return Err(Failure::usage(
                    "nothing to send: give a MESSAGE, --file PATH, or - for standard input",
                ));
            }
            (None, _) => Source::StandardInput,
        };
        let given = Given::of(&args.mqtt.mqtt)?;
        let asks_for_password = args.access.login.reads_standard_input()
            || given.is_some_and(|given| given.reads_standard_input());
        if asks_for_password && matches!(source, Source::StandardInput) {
            return Err(Failure::usage(
                "standard input cannot bring both the password and the lines: give the password by --mqtt-password-file PATH",
            ));
        }
        if args.access.token.token_stdin && matches!(source, Source::StandardInput) {
            return Err(Failure::usage(
                "standard input cannot bring both the token and the lines: give the token by --token-file",
            ));
        }
        Ok(source)
    }

    fn open(self) -> Result<(mpsc::Receiver<Input>, Unit), Failure> {
        match self {
            Source::Message(message) => Ok((input::message(message.as_encoded_bytes()), Unit::Message)),
            Source::StandardInput => Ok((input::lines(io::stdin())?, Unit::Lines)),
            Source::File(path) => {
                let cannot =
                    |error: &str| Failure::usage(format_args!("cannot read {}: {error}", path.display()));
                let file = File::open(path).map_err(|error| cannot(&error.to_string()))?;
                if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
                    return Err(cannot("it is a folder"));
                }
                Ok((input::lines(file)?, Unit::Lines))
            }
        }
    }
}

/// Where the lines go, and as what.
struct Way {
    stream: Stream,
    outgoing: Outgoing,
    receiver: Receiver,
}

impl Way {
    /// The one that the arguments and the environment describe.
    fn find(args: &SendArgs, printer: &mut Printer) -> Result<Self, Failure> {
        let mqtt = &args.mqtt;
        let template = match mqtt.raw {
            true => None,
            false => Some(Template::of(args)?),
        };
        let topic = Topic::new(mqtt.topic.as_deref().unwrap_or(TOPIC))
            .map_err(|error| Failure::usage(format_args!("--topic: {error}")))?;
        let qos = mqtt.qos.and_then(Qos::from_number).unwrap_or_default();
        // Exit code 0 says that everything was acknowledged.
        let settings = || Mqtt::new().topic(topic.clone()).qos(qos).insist_on_qos(true);
        let address;
        let given = Given::of(&mqtt.mqtt)?;
        let target = match &given {
            Some(given) => Target::broker(given.address, Some(given), settings(), &args.access, printer)?,
            None => {
                address = target::url(args.url.as_deref())?;
                if Mqtt::is_named_by(&address) {
                    Target::broker(&address, None, settings(), &args.access, printer)?
                } else {
                    Target::of(&address, &args.access, printer)?
                }
            }
        };
        if !target.is_broker && mqtt.is_needed() {
            return Err(Failure::usage(
                "--topic, --qos and --raw are for brokers: name one by --mqtt BROKER",
            ));
        }
        let outgoing = match template {
            None => Outgoing::Text(topic),
            Some(template) if target.is_broker => Outgoing::Message(template, topic),
            Some(template) => Outgoing::Event(template),
        };
        let mut builder = target.builder;
        match args.spool.as_deref() {
            Some("memory") => builder = builder.spool(Spool::memory()),
            Some("disk") => builder = builder.spool(Spool::disk()),
            Some("sync") => builder = builder.spool(Spool::synchronous()),
            _ => {}
        }
        Ok(Way {
            stream: builder.build().map_err(Failure::usage)?,
            outgoing,
            receiver: Receiver {
                origin: target.origin,
                noun: if mqtt.raw { "line" } else { "event" },
                acknowledges: !target.is_broker || qos != Qos::AtMostOnce,
            },
        })
    }
}
