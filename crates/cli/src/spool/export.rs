//! `tnt4 spool export`: records to standard output.

use tnt4::spools::Selection;

use super::{Place, complain, counted};
use crate::args::ExportArgs;
use crate::{Exit, Failure, Printer};

pub(super) fn run(args: &ExportArgs, place: &Place, printer: &mut Printer) -> Result<Exit, Failure> {
    let selection = Selection {
        dead_letters: args.dead_letters,
        quarantine: args.quarantine,
    };
    let (mut records, mut damaged, mut problems) = (0, 0, 0);
    for destination in &place.destinations {
        let poured = printer.pour(|output| match destination.export(selection, output) {
            Ok(exported) => Ok(Ok(exported)),
            Err(error) => match error.output() {
                Some(output) => Err(std::io::Error::new(output.kind(), output.to_string())),
                None => Ok(Err(error)),
            },
        })?;
        match poured {
            // Its reader has gone.
            None => return Ok(Exit::Done),
            Some(Ok(exported)) => {
                records += exported.records;
                damaged += exported.damaged;
                problems += complain(&exported.problems, printer);
            }
            Some(Err(error)) => problems += complain(&[error.to_string()], printer),
        }
    }
    printer.say(&format!("{} exported", counted(records, "record")));
    if damaged > 0 {
        return Err(Failure::not_done(format_args!(
            "{} left out, as they are damaged",
            counted(damaged, "record")
        )));
    }
    match problems {
        0 => Ok(Exit::Done),
        _ => Err(Failure::not_done("not everything could be read")),
    }
}
