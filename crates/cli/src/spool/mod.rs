//! `tnt4 spool`: what waits on disk, listed, checked, copied out, repaired, delivered.
//!
//! The work is the library's ([`tnt4::spools`]); here is what it is called and how it is told. Standard output gets
//! lists and records, and standard error what there is to say of them.

mod export;
mod ls;
mod repair;
mod replay;
mod verify;

use tnt4::spools::{Destination, Spools, SpoolsError};

use crate::args::{SpoolArgs, SpoolCommand};
use crate::{Exit, Failure, Printer};

/// Does one of the commands.
pub(crate) fn run(args: &SpoolArgs, printer: &mut Printer) -> Result<Exit, Failure> {
    let place = Place::of(args)?;
    match &args.command {
        SpoolCommand::Ls(options) => ls::run(options, &place, printer),
        SpoolCommand::Verify => verify::run(&place, printer),
        SpoolCommand::Export(options) => export::run(options, &place, printer),
        SpoolCommand::Repair => repair::run(&place, printer),
        SpoolCommand::Replay(options) => replay::run(options, &place, printer),
    }
}

/// The spools, and which of the destinations are meant.
struct Place {
    spools: Spools,
    destinations: Vec<Destination>,
    /// Whether they were named.
    named: bool,
}

impl Place {
    fn of(args: &SpoolArgs) -> Result<Self, Failure> {
        let spools = match &args.state_dir {
            Some(path) => Spools::at(path),
            None => Spools::find().map_err(Failure::usage)?,
        };
        let mut destinations = spools.destinations().map_err(Failure::not_done)?;
        let wanted = args.destination.as_deref();
        if let Some(text) = wanted {
            destinations.retain(|destination| {
                let folder = destination.folder().file_name().unwrap_or_default();
                destination.address().contains(text) || folder.to_string_lossy().contains(text)
            });
            if destinations.is_empty() {
                return Err(Failure::usage(format_args!(
                    "--destination: nothing was ever kept for such an address in {}; see tnt4 spool ls",
                    spools.state_folder().display()
                )));
            }
        }
        Ok(Place {
            spools,
            destinations,
            named: wanted.is_some(),
        })
    }

    /// Does something with each destination; what is wrong with one is said, and does not keep the others from it.
    fn each<T>(
        &self,
        printer: &mut Printer,
        mut action: impl FnMut(&Destination) -> Result<T, SpoolsError>,
    ) -> Found<T> {
        let mut found = Found {
            outcomes: Vec::new(),
            problems: 0,
        };
        for destination in &self.destinations {
            match action(destination) {
                Ok(outcome) => found.outcomes.push(outcome),
                Err(error) => {
                    printer.complain(&error.to_string());
                    found.problems += 1;
                }
            }
        }
        found
    }

    fn nothing(&self) -> String {
        format!("nothing waits in {}", self.spools.state_folder().display())
    }
}

/// What was found in all destinations, and how many cannot be used.
struct Found<T> {
    outcomes: Vec<T>,
    problems: u64,
}

/// Says problems, and how many they are.
fn complain(problems: &[String], printer: &mut Printer) -> u64 {
    for problem in problems {
        printer.complain(problem);
    }
    problems.len() as u64
}

/// A number and what it counts.
fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", crate::query::grouped(number))
}
