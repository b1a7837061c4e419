//! The command `tnt4`: send records, receive and keep them, ask about them, and see all of that work.
//!
//! ```text
//! args (data) ─▶ usage (a line where they are wrong) ─▶ send | query | serve | spool | doctor | demo ─▶ printer ─▶ exit
//! ```
//!
//! A command is a function in the room of its name. It returns an [`exit`](Exit) or a failure in one line,
//! and never ends the process itself: a Python console script calls [`main`] as the program does.
//!
//! * Standard output carries data and nothing else; everything that is said goes to standard error. Both
//!   pass the one printer. A reader of standard output that goes away is no failure.
//! * No value that a user gave is repeated where a command line is refused: it may be a token.
//! * What comes out of records is shown as text: control characters and those that turn the direction of
//!   writing are escaped in tables.

mod args;
mod usage;

mod exit;
mod failure;
mod printer;

mod address;
mod broker;
mod environment;
mod escape;
mod machine;
mod signals;
mod token;

mod cause;
mod target;

mod demo;
mod doctor;
mod query;
mod send;
mod serve;
mod spool;

use std::ffi::OsString;

use args::Command;
pub use exit::Exit;
use failure::Failure;
use printer::Printer;
use usage::Parsed;

/// Runs the command that these arguments name, the first being the program's own name, and returns the
/// code to end the process with: that of an [`Exit`].
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    let mut printer = Printer::new();
    let outcome = match usage::parse(&args) {
        Parsed::Command(command) => run(*command, &args, &mut printer),
        Parsed::Reference(text) => printer.data(text.trim_end()).map(|()| Exit::Done),
        Parsed::Wrong(failure) => Err(failure),
    };
    let exit = match outcome {
        Ok(exit) => exit,
        Err(Failure { exit, words }) => {
            printer.complain(&words);
            exit
        }
    };
    exit.code()
}

fn run(command: Command, args: &[OsString], printer: &mut Printer) -> Result<Exit, Failure> {
    match command {
        Command::Send(args) => send::run(&args, printer),
        Command::Query(args) => query::run(&args, printer),
        Command::Serve(args) => serve::run(args, printer),
        Command::Doctor(args) => doctor::run(&args, printer),
        Command::Spool(args) => spool::run(&args, printer),
        Command::Demo(options) => demo::run(&options, &usage::program_name(args), printer),
    }
}
