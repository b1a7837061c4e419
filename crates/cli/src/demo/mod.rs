//! `tnt4 demo`: everything at work at once, and a check that all of it arrived.
//!
//! ```text
//! log, orders ─▶ stream (crate `tnt4`, by HTTP) ─▶ collector ─▶ questions, counts ─▶ tables
//! ```

mod counts;
mod log;
mod orders;
mod questions;
mod streaming;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use tnt4_collector::Settings;

use crate::args::DemoArgs;
use crate::query::grouped;
use crate::signals::Watch;
use crate::{Exit, Failure, Printer, address, serve};
use counts::Counts;
use log::Log;
use questions::Asker;

/// Shows it.
pub(crate) fn run(args: &DemoArgs, program: &str, printer: &mut Printer) -> Result<Exit, Failure> {
    let lines = args.lines as usize;
    let log = match &args.file {
        Some(path) => Some(
            Log::read(path, lines)
                .map_err(|error| Failure::usage(format_args!("cannot read {}: {error}", path.display())))?,
        ),
        None => log::find(lines),
    };
    let mut watch = Watch::begin()?;
    let folder = tempfile::Builder::new()
        .prefix("tnt4-demo-")
        .tempdir()
        .map_err(|error| Failure::not_done(format_args!("cannot make a temporary folder: {error}")))?;
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let collector = serve::start(Settings::new(listen, folder.path().join("collector.db")))?;
    let url = format!("http://{}", collector.address());
    printer.say(&format!(
        "a collector is listening on {url} (open it to see what arrives)"
    ));

    let shown = show(log.as_ref(), &url, folder.path(), printer, &mut watch);
    match shown {
        Ok(()) if args.exit => {}
        Ok(()) => {
            invite(program, &url, printer)?;
            watch.wait();
        }
        Err(failure) => {
            serve::stop(collector, &mut watch);
            return Err(failure);
        }
    }
    Ok(serve::stop(collector, &mut watch))
}

/// Streams, compares and asks.
fn show(
    log: Option<&Log>,
    url: &str,
    folder: &Path,
    printer: &mut Printer,
    watch: &mut Watch,
) -> Result<(), Failure> {
    let orders = orders::items(tnt4::Timestamp::now());
    let mut sent = Counts::default();
    let logged = log.into_iter().flat_map(Log::items);
    let items = logged.chain(orders).inspect(|item| sent.add(item));
    let streamed = streaming::stream(items, url, folder, printer, watch)?;
    printer.data(&told(log, &streamed))?;

    let url = address::parse(url)?;
    let asker = Asker::new(&url);
    let stored = asker.counts()?;
    printer.data(&counts::table(&sent, &stored))?;
    for (title, statement) in questions::ALL {
        printer.data(&format!("\n{title}\n  {statement}"))?;
        printer.data(&asker.table(statement)?)?;
    }
    if sent != stored {
        return Err(Failure::not_done(
            "what is stored is not what was sent: the counts differ",
        ));
    }
    printer.data("\nEvery count is right: what was sent is stored, once each.")
}

fn told(log: Option<&Log>, streamed: &streaming::Streamed) -> String {
    let log = match log {
        Some(log) if log.len() == 1 => format!("the last line of {}", log.name()),
        Some(log) => format!("the last {} lines of {}", grouped(log.len()), log.name()),
        None => "no log (none of this machine's can be read; name one by --file)".to_owned(),
    };
    format!(
        "{} records acknowledged after {} ms: {} orders of a shop, {log}\n",
        grouped(streamed.records),
        grouped(streamed.millis),
        orders::COUNT,
    )
}

fn invite(program: &str, url: &str, printer: &mut Printer) -> Result<(), Failure> {
    printer.data(&format!(
        "\nIt stays up until Ctrl-C. See and ask more:\n  {url}\n  \
         {program} query --url {url} \"get events where severity >= ERROR\"\n  \
         {program} send --url {url} \"hello\""
    ))
}
