//! `tnt4 spool verify`: one line for each segment with damage.

use tnt4::spools::Damaged;

use super::{Place, complain, counted};
use crate::escape::visible;
use crate::{Exit, Failure, Printer};

pub(super) fn run(place: &Place, printer: &mut Printer) -> Result<Exit, Failure> {
    let found = place.each(printer, |destination| destination.verify());
    let (mut segments, mut records, mut problems) = (0, 0, found.problems);
    let (mut damaged, mut lost, mut alive) = (0, 0, 0);
    for verified in found.outcomes {
        segments += verified.segments;
        records += verified.records;
        problems += complain(&verified.problems, printer);
        for segment in &verified.damaged {
            printer.data(&line(segment))?;
            damaged += 1;
            lost += segment.records;
            alive += u64::from(segment.alive);
        }
    }
    if damaged == 0 && problems == 0 {
        printer.say(&format!(
            "{} with {} were read: all of them are whole",
            counted(segments, "segment"),
            counted(records, "record")
        ));
        return Ok(Exit::Done);
    }
    if damaged == 0 {
        return Err(Failure::not_done("not everything could be read"));
    }
    let mut words = format!(
        "{} of {} damaged, with {}",
        damaged,
        counted(segments, "segment"),
        counted(lost, "lost record")
    );
    if damaged > alive {
        words.push_str("; tnt4 spool repair brings out what is valid");
    }
    if problems > 0 {
        words.push_str("; not everything could be read");
    }
    Err(Failure::not_done(words))
}

fn line(damaged: &Damaged) -> String {
    let mut what = Vec::new();
    if let Some(header) = &damaged.header {
        what.push(header.clone());
    }
    if let Some(first) = damaged.first {
        what.push(format!(
            "{}, the first at byte {first}",
            counted(damaged.records, "damaged record")
        ));
    }
    if damaged.alive {
        what.push("owned by a living process".to_owned());
    }
    format!(
        "{}: {}",
        visible(&damaged.path.to_string_lossy()),
        what.join("; ")
    )
}
