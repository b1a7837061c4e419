//! `tnt4 spool replay`: what was left behind, delivered under this token.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tnt4::spools::{Destination, Resender, Resent, Spools};
use tnt4::{Dropped, ProblemKind, Stats, Stream};

use super::{Place, complain, counted};
use crate::args::ReplayArgs;
use crate::cause;
use crate::query::grouped;
use crate::signals::{Signal, Watch};
use crate::target::Target;
use crate::{Exit, Failure, Printer};

/// How often it looks around.
const PACE: Duration = Duration::from_millis(50);

/// How long to wait until the stream has ended.
const TIME_TO_LET_GO: Duration = Duration::from_secs(1);

pub(super) fn run(args: &ReplayArgs, place: &Place, printer: &mut Printer) -> Result<Exit, Failure> {
    let (mut from, mut problems) = left_behind(args, place, printer)?;
    let Some(url) = address(args, &from)? else {
        printer.say(&format!(
            "nothing that was left behind waits in {}",
            place.spools.state_folder().display()
        ));
        return Ok(Exit::Done);
    };
    let Target { builder, origin, .. } = Target::of(&url, &args.access, printer)?;
    let stream = builder
        .spool(place.spools.spool())
        .build()
        .map_err(Failure::usage)?;
    if !place.named {
        from.retain(|destination| destination.is_for(&stream));
    }
    let watch = Watch::begin()?;
    let patience = Duration::from_secs(u64::from(args.timeout));
    if args.dead_letters {
        return resend(&from, &stream, patience, watch, &origin, printer);
    }
    let mut alive = 0;
    for destination in &from {
        let handed = place.spools.hand_over(destination, &stream);
        let handed = handed.map_err(Failure::not_done)?;
        alive += handed.alive;
        problems += complain(&handed.problems, printer);
    }
    if alive > 0 {
        printer.say(&format!(
            "{} left alone, as living processes own them",
            counted(alive, "stream")
        ));
    }
    stream.start();
    let stop = wait(&stream, patience, watch, printer);
    let (problem, problem_kind) = (stream.problem(), stream.problem_kind());
    let folder = stream.folder().unwrap_or_default();
    // It lets go of what it has taken over.
    let _ = stream.close(TIME_TO_LET_GO);
    let ended = Ended {
        stop,
        problem,
        problem_kind,
        left: left_in(&folder, &place.spools),
        folder,
        problems,
    };
    ended.tell(&stream.stats(), &origin, printer)
}

/// How many records nobody delivers at present.
fn left_in(folder: &Path, spools: &Spools) -> u64 {
    let destinations = spools.destinations().unwrap_or_default();
    let destination = destinations
        .iter()
        .find(|destination| destination.folder() == folder);
    let survey = destination.and_then(|destination| destination.survey().ok());
    let streams = survey.map_or_else(Vec::new, |survey| survey.streams);
    let left = streams.iter().filter(|stream| !stream.alive);
    left.map(|stream| stream.records).sum()
}

/// The destinations for which the dead have left something of the kind that is wanted.
/// How many things in them cannot be read goes with it.
fn left_behind(
    args: &ReplayArgs,
    place: &Place,
    printer: &mut Printer,
) -> Result<(Vec<Destination>, u64), Failure> {
    let mut unreadable = Vec::new();
    let found = place.each(printer, |destination| {
        let survey = destination.survey()?;
        let something = match args.dead_letters {
            true => survey.dead_letters.files > 0,
            false => survey.streams.iter().any(|stream| !stream.alive),
        };
        unreadable.extend(survey.problems);
        Ok(something.then(|| destination.clone()))
    });
    let problems = complain(&unreadable, printer);
    match found.problems {
        0 => Ok((found.outcomes.into_iter().flatten().collect(), problems)),
        _ => Err(Failure::not_done(
            "nothing was sent, as not everything could be read",
        )),
    }
}

/// Where it goes; `None` where there is nothing to send.
fn address(args: &ReplayArgs, from: &[Destination]) -> Result<Option<String>, Failure> {
    if let Some(url) = &args.url {
        return Ok((!from.is_empty()).then(|| url.clone()));
    }
    let mut addresses: Vec<&str> = from.iter().map(Destination::address).collect();
    addresses.sort_unstable();
    addresses.dedup();
    match (&addresses[..], from) {
        ([], _) | (_, []) => Ok(None),
        ([_], [destination, ..]) => match destination.url() {
            Some(url) => Ok(Some(url.to_owned())),
            None => Err(Failure::usage(format_args!(
                "it was meant for an application's own transport, {}: say by --url where it is to go",
                destination.address()
            ))),
        },
        (several, _) => Err(Failure::usage(format_args!(
            "it was meant for several addresses: name one of them by --destination, or all by --url to which \
             they are to go: {}",
            several.join(", ")
        ))),
    }
}

/// Why it ended before everything was settled.
enum Stop {
    Signal(Signal),
    TimeIsUp,
    NoUse,
}

/// Waits until all that was found is settled, as long as there is progress.
fn wait(stream: &Stream, patience: Duration, mut watch: Watch, printer: &mut Printer) -> Option<Stop> {
    let (mut settled, mut since) = (0, Instant::now());
    let mut announced = false;
    loop {
        let inherited = stream.stats().inherited;
        if inherited.pending == 0 && !inherited.more {
            return None;
        }
        if let Some(signal) = watch.poll() {
            return Some(Stop::Signal(signal));
        }
        let now_settled = inherited.acknowledged + inherited.dropped;
        if now_settled > settled {
            (settled, since) = (now_settled, Instant::now());
        } else if since.elapsed() >= patience {
            return Some(Stop::TimeIsUp);
        }
        if let Some(problem) = stream.problem() {
            if stream.problem_kind().is_some_and(cause::is_final) {
                return Some(Stop::NoUse);
            }
            if !std::mem::replace(&mut announced, true) {
                let seconds = patience.as_secs();
                printer.say(&format!("tnt4: trying for up to {seconds} s: {problem}"));
            }
        }
        printer.progress(|| format!("{} delivered", grouped(inherited.acknowledged)));
        std::thread::sleep(PACE);
    }
}

struct Ended {
    stop: Option<Stop>,
    problem: Option<String>,
    problem_kind: Option<ProblemKind>,
    left: u64,
    /// Where the rest is.
    folder: PathBuf,
    problems: u64,
}

impl Ended {
    fn tell(self, stats: &Stats, origin: &str, printer: &mut Printer) -> Result<Exit, Failure> {
        let inherited = stats.inherited;
        let delivered = format!(
            "{} acknowledged by {origin}",
            counted(inherited.acknowledged, "record")
        );
        let rejected = stats.dropped.by(Dropped::Rejected);
        let damaged = stats.dropped.by(Dropped::Damaged);
        let Ended {
            stop,
            problem,
            problem_kind,
            left,
            folder,
            problems,
        } = self;
        let mut words = delivered.clone();
        for (count, fate) in [
            (rejected, "rejected, and kept as dead letters"),
            (damaged, "damaged, and kept in quarantine"),
        ] {
            if count > 0 {
                words.push_str(&format!("; {} {fate}", grouped(count)));
            }
        }
        if stop.is_some() {
            // What is still on its way is not given up yet.
            let left = left.max(inherited.pending);
            words.push_str(&format!("; {} left in {}", grouped(left), folder.display()));
        }
        let exit = match stop {
            Some(Stop::Signal(signal)) => signal.exit(),
            Some(Stop::TimeIsUp | Stop::NoUse) => cause::exit(problem_kind),
            None if rejected + damaged + problems > 0 => Exit::NotDone,
            None => {
                printer.say(&delivered);
                return Ok(Exit::Done);
            }
        };
        if let Some(problem) = problem {
            words.push_str(&format!(": {problem}"));
        }
        Err(Failure::new(exit, words))
    }
}

/// Sends dead letters again.
fn resend(
    from: &[Destination],
    stream: &Stream,
    patience: Duration,
    watch: Watch,
    origin: &str,
    printer: &mut Printer,
) -> Result<Exit, Failure> {
    let (watch, signal) = (RefCell::new(watch), RefCell::new(None));
    let stop = || {
        let mut signal = signal.borrow_mut();
        *signal = signal.or_else(|| watch.borrow_mut().poll());
        signal.is_some()
    };
    let mut resender = Resender::new(stream, patience, &stop).map_err(Failure::not_done)?;
    for destination in from {
        resender.resend(destination).map_err(Failure::not_done)?;
    }
    let resent = resender.finish();
    let problems = complain(&resent.problems, printer);
    let signal = *signal.borrow();
    tell_letters(&resent, problems, signal, origin, printer)
}

fn tell_letters(
    resent: &Resent,
    problems: u64,
    signal: Option<Signal>,
    origin: &str,
    printer: &mut Printer,
) -> Result<Exit, Failure> {
    if resent.alive > 0 {
        printer.say(&format!(
            "the dead letters of {} left alone, as living processes write them",
            counted(resent.alive, "stream")
        ));
    }
    let mut words = format!(
        "{} acknowledged by {origin}, and removed",
        counted(resent.arrived, "dead letter")
    );
    for (count, fate) in [
        (resent.rejected, "rejected again"),
        (resent.left, "not acknowledged"),
    ] {
        if count > 0 {
            words.push_str(&format!("; {} {fate}", grouped(count)));
        }
    }
    let exit = match signal {
        Some(signal) => signal.exit(),
        None if resent.left > 0 => cause::exit(resent.problem_kind),
        None if resent.rejected + problems > 0 => Exit::NotDone,
        None => {
            printer.say(&words);
            return Ok(Exit::Done);
        }
    };
    if let Some(problem) = &resent.problem {
        words.push_str(&format!(": {problem}"));
    }
    Err(Failure::new(exit, words))
}
