//! `tnt4 query`: a statement, its answer as a table.
//!
//! ```text
//! ask (parameters) ─▶ http (one exchange: response, body) ─▶ reply (what was answered) ─▶ table of cells
//! ```

mod ask;
mod body;
mod cell;
mod duration;
mod http;
mod numbers;
mod reply;
mod response;
mod table;

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::args::QueryArgs;
use crate::escape::visible_json;
use crate::{Exit, Failure, Printer, address, environment, token};

pub(crate) use ask::{Answer, Question, ask};
pub(crate) use numbers::grouped;
pub(crate) use reply::{Column, ResultSet};
pub(crate) use table::{Form, table};

/// How long an answer may take: the collector itself gives a query a minute.
const PATIENCE: Duration = Duration::from_secs(75);

/// Asks, and prints the answer.
pub(crate) fn run(args: &QueryArgs, printer: &mut Printer) -> Result<Exit, Failure> {
    let zone = match &args.tz {
        Some(name) => TimeZone::get(name).map_err(|_| {
            Failure::usage("--tz: there is no such time zone; write it as Europe/Berlin or Etc/UTC")
        })?,
        None => TimeZone::system(),
    };
    if args.statement.trim().is_empty() {
        return Err(Failure::usage(
            "there is no question; one would be \"get number of events group by severity\"",
        ));
    }
    let url = address::parse(&args.url)?;
    let token = token::find(&args.token, &environment::process, std::io::stdin())?;
    if token.is_some() && !address::is_loopback(&url) {
        printer.say("tnt4: http is not encrypted: the token can be read on the way");
    }
    let answer = ask(&Question {
        url: &url,
        token: token.as_ref(),
        statement: &args.statement,
        date: args.date.as_deref(),
        zone: &zone,
        most_rows: args.max_rows,
        patience: PATIENCE,
    })?;
    let width = Printer::terminal_width();
    if args.json {
        // On a terminal nothing may be obeyed; elsewhere the reply is what it is.
        let text = match width {
            Some(_) => visible_json(&answer.raw),
            None => answer.raw.as_str().into(),
        };
        printer.data(text.trim_end())?;
        return Ok(Exit::Done);
    }
    let rows = &answer.set.rows;
    if !rows.is_empty() {
        printer.data(&table(&answer.set, &Form { width, zone }))?;
    }
    printer.say(&footer(
        &answer,
        args.date.is_none() && !names_a_date(&args.statement),
    ));
    Ok(Exit::Done)
}

/// Whether the question itself may say what dates it is about; in doubt nothing is said of today.
fn names_a_date(statement: &str) -> bool {
    statement
        .split_whitespace()
        .any(|word| word.eq_ignore_ascii_case("for"))
}

/// How much of it was shown, and how long it took.
fn footer(answer: &Answer, about_today: bool) -> String {
    let time = duration::shown(i64::try_from(answer.elapsed.as_micros()).unwrap_or(i64::MAX));
    let (shown, total) = (answer.set.rows.len() as u64, answer.set.total);
    match (shown, total) {
        (0, _) if about_today && answer.set.dated => {
            format!("no rows · {time}; a question without a date is about today, see --date")
        }
        (0, _) => format!("no rows · {time}"),
        (1, 1) => format!("1 row · {time}"),
        (shown, total) if shown == total => format!("{} rows · {time}", grouped(shown)),
        (shown, total) => format!("{} of {} rows · {time}", grouped(shown), grouped(total)),
    }
}
