//! `tnt4 spool repair`.

use super::{Place, complain, counted};
use crate::{Exit, Failure, Printer};

pub(super) fn run(place: &Place, printer: &mut Printer) -> Result<Exit, Failure> {
    let found = place.each(printer, |destination| destination.repair());
    let mut problems = found.problems;
    let (mut segments, mut saved, mut lost, mut alive) = (0, 0, 0, 0);
    for repaired in found.outcomes {
        problems += complain(&repaired.problems, printer);
        segments += repaired.segments;
        saved += repaired.saved;
        lost += repaired.lost;
        alive += repaired.alive;
    }
    printer.say(&match segments {
        0 => "nothing that was left behind is damaged".to_owned(),
        _ => format!(
            "{} repaired: {} wait again, {} lost; the damaged ones are in quarantine",
            counted(segments, "segment"),
            counted(saved, "record"),
            lost
        ),
    });
    if alive > 0 {
        return Err(Failure::not_done(format_args!(
            "{} left alone, as living processes own them",
            counted(alive, "damaged segment")
        )));
    }
    match problems {
        0 => Ok(Exit::Done),
        _ => Err(Failure::not_done("not everything could be repaired")),
    }
}
