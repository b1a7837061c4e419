//! `tnt4 doctor`: the way to a server, a line for each step, up to the one that fails and what to do about it.

use std::time::Duration;

use tnt4::spools::Spools;
use tnt4::{Event, Finding, Item, RecordId, Severity, Spool, Step};

use crate::args::DoctorArgs;
use crate::cause;
use crate::escape::visible;
use crate::target::{self, Target};
use crate::{Exit, Failure, Printer};

/// Goes all steps, and says how each went.
pub(crate) fn run(args: &DoctorArgs, printer: &mut Printer) -> Result<Exit, Failure> {
    let Target { builder, origin, .. } =
        Target::of(&target::url(args.url.as_deref())?, &args.access, printer)?;
    let (mut failed, mut unwritten) = (None, None);
    let well = tnt4::probe(builder, Some(record()), |finding| {
        if finding.outcome.is_err() {
            failed = Some((finding.step, exit(finding)));
        }
        let written = printer.data(&line(finding));
        unwritten = unwritten.take().or(written.err());
    })
    .map_err(Failure::usage)?;
    let spool = spool();
    printer.data(&shown("spool", &spool, None))?;
    if let Some(failure) = unwritten {
        return Err(failure);
    }
    match (failed, spool) {
        (Some((step, exit)), _) => Err(Failure::new(
            exit,
            format_args!("the way to {origin} ends at this step: {step}"),
        )),
        (None, Err(_)) => Err(Failure::not_done("records would wait in memory only")),
        (None, Ok(_)) if well => Ok(Exit::Done),
        (None, Ok(_)) => Err(Failure::not_done(format_args!(
            "the way to {origin} was not found"
        ))),
    }
}

/// An event that nobody minds to find at the server.
fn record() -> Vec<u8> {
    let event = Event::new("tnt4 doctor")
        .severity(Severity::Debug)
        .message("a test of the way to this server");
    let mut record = Vec::new();
    Item::from(event).encode(Some(RecordId::new()), &mut record);
    record
}

/// Where records would wait, or why they could not.
fn spool() -> Result<String, String> {
    match Spool::from_env() {
        None => Err("TNT4_SPOOL has a value that means nothing: write disk, sync or memory".to_owned()),
        Some(spool) if !spool.is_on_disk() => {
            Ok("records wait in memory, and end with the process".to_owned())
        }
        Some(_) => {
            let spools = Spools::find().map_err(|error| error.to_string())?;
            spools.check_writable().map_err(|error| error.to_string())?;
            Ok(format!("records wait in {}", spools.state_folder().display()))
        }
    }
}

fn line(finding: &Finding) -> String {
    let step = finding.step.to_string();
    shown(&step, &finding.outcome, Some(finding.took))
}

fn shown(step: &str, outcome: &Result<String, String>, took: Option<Duration>) -> String {
    let (mark, words) = match outcome {
        Ok(words) => ("ok", words),
        Err(words) => ("FAIL", words),
    };
    let took = took.map_or_else(String::new, |took| {
        format!(" ({:.1} ms)", took.as_secs_f64() * 1000.0)
    });
    format!("{mark:<6}{step:<15}{}{took}", visible(words))
}

/// How the command ends where this step is the last.
fn exit(finding: &Finding) -> Exit {
    match finding.step {
        Step::Name | Step::Connection => Exit::Unreachable,
        Step::Tls => Exit::Tls,
        _ => cause::exit(finding.problem_kind),
    }
}
