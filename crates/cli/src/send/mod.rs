//! `tnt4 send`: events out of a message or of lines, and an honest account of what became of them.
//!
//! ```text
//! lines (bounded) ─▶ input (a thread that reads ahead) ─▶ delivery (to the stream, then wait) ─▶ account
//! ```

mod account;
mod delivery;
mod input;
mod lines;
mod template;
mod text;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, IsTerminal};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use tnt4::{Spool, Stream};

use crate::args::SendArgs;
use crate::signals::Watch;
use crate::target::{self, Target};
use crate::{Exit, Failure, Printer};
use account::Unit;
use delivery::Delivery;
use input::Input;
use template::Template;

pub(crate) use lines::Lines;
pub(crate) use text::fitted;

/// Sends, waits, and says what became of it.
pub(crate) fn run(args: &SendArgs, printer: &mut Printer) -> Result<Exit, Failure> {
    if args.quiet {
        printer.hush();
    }
    let source = Source::of(args)?;
    let template = Template::of(args)?;
    let (stream, origin) = connect(args, printer)?;
    let timeout = Duration::from_secs(u64::from(args.timeout));
    let (input, unit) = source.open()?;
    let watch = Watch::begin()?;
    let mut delivery = Delivery::new(stream, template, timeout, watch, printer);
    let account = delivery.run(&input).finish(unit);
    account.tell(&origin, printer)
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
        if args.token.token_stdin && matches!(source, Source::StandardInput) {
            return Err(Failure::usage(
                "standard input cannot bring both the token and the lines: give the token by --token-file",
            ));
        }
        Ok(source)
    }

    fn open(self) -> Result<(Receiver<Input>, Unit), Failure> {
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

/// The stream that the arguments and the environment describe, and its address as it may be shown.
fn connect(args: &SendArgs, printer: &mut Printer) -> Result<(Stream, String), Failure> {
    let Target { mut builder, origin } =
        Target::of(&target::url(args.url.as_deref())?, &args.token, printer)?;
    match args.spool.as_deref() {
        Some("memory") => builder = builder.spool(Spool::memory()),
        Some("disk") => builder = builder.spool(Spool::disk()),
        Some("sync") => builder = builder.spool(Spool::synchronous()),
        _ => {}
    }
    Ok((builder.build().map_err(Failure::usage)?, origin))
}
