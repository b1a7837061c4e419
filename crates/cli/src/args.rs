//! The command line as data: what can be asked for. Nothing here does anything.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};
use tnt4_collector::Subscription;

use crate::{environment, exit};

mod access;
mod mqtt;
mod spool;

pub(crate) use access::{AccessArgs, LoginArgs, TlsArgs, TokenArgs};
pub(crate) use mqtt::MqttArgs;
pub(crate) use spool::{ExportArgs, LsArgs, ReplayArgs, SpoolArgs, SpoolCommand};

/// Stream logs, metrics and business events to jKool, or to a jKool of your own on this machine.
#[derive(Debug, Parser)]
#[command(
    name = "tnt4",
    version,
    max_term_width = 100,
    after_long_help = format!("{}\n\n{}", exit::REFERENCE, environment::REFERENCE)
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One of the commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Send(Box<SendArgs>),
    Query(QueryArgs),
    Serve(ServeArgs),
    Spool(SpoolArgs),
    Doctor(DoctorArgs),
    Demo(DemoArgs),
}

/// Send a message, the lines of a file, or the lines of standard input.
///
/// Each line is an event. It ends with 0 only when the server has acknowledged them all; otherwise it says
/// how many it has not, and from which line on. Those stay on disk, and go with the next start; what earlier
/// ones have left goes after its own, within --timeout.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tnt4 send \"backup done\" --url http://127.0.0.1:6580
  journalctl -f | tnt4 send - --url http://127.0.0.1:6580 --operation journal
  tnt4 send --file app.log --severity ERROR --token-file ~/.jkool-token
  tnt4 send \"backup done\" --mqtt broker.example user password --topic backups
  tnt4 send - --url mqtts://broker.example --mqtt-user user --mqtt-password-file ~/.mqtt < app.log")]
pub(crate) struct SendArgs {
    /// The text of one event; `-` reads standard input, as happens without MESSAGE when that is no terminal
    pub(crate) message: Option<OsString>,

    /// Send the lines of this file
    #[arg(long, value_name = "PATH", conflicts_with = "message")]
    pub(crate) file: Option<PathBuf>,

    /// Where to send, by HTTP or, as mqtts://broker, by MQTT [default: $TNT4_URL or https://data.jkoolcloud.com]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,

    #[command(flatten)]
    pub(crate) mqtt: MqttArgs,

    #[command(flatten)]
    pub(crate) access: AccessArgs,

    /// What the events are named [default: tnt4py; of a file, its name]
    #[arg(long, value_name = "NAME")]
    pub(crate) operation: Option<String>,

    /// How grave they are: NONE, TRACE, DEBUG, INFO, NOTICE, WARNING, ERROR, FAILURE, CRITICAL, FATAL or HALT
    #[arg(long, value_name = "WORD", default_value = "INFO")]
    pub(crate) severity: String,

    /// Where they come from, as TYPE=name#TYPE=name [default: APPL=<operation>#SERVER=<this machine>]
    #[arg(long, value_name = "FQN")]
    pub(crate) source: Option<String>,

    /// What connects them with other events
    #[arg(long, value_name = "TEXT")]
    pub(crate) corr_id: Option<String>,

    /// Give up when the server has not acknowledged everything so many seconds after the last line was read,
    /// or takes no more for so long
    #[arg(long, value_name = "SECS", default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub(crate) timeout: u32,

    /// Where what was not acknowledged waits: on disk, where the next start finds it, or in memory, where it ends
    /// with this one; `sync` waits for the disk [default: $TNT4_SPOOL]
    #[arg(long, value_name = "KIND", value_parser = ["disk", "memory", "sync"])]
    pub(crate) spool: Option<String>,

    /// Say nothing but what goes wrong
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// Ask a collector, and show the answer as a table.
///
/// On a terminal the table is fitted to its width; elsewhere it is plain and nothing is cut off.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tnt4 query \"get number of events group by severity\"
  tnt4 query \"get events where severity >= ERROR\" --date \"latest 3 days\"
  tnt4 query --json \"get longest 10 activities\" | jq .rows")]
pub(crate) struct QueryArgs {
    /// The question, in jKQL
    #[arg(value_name = "JKQL")]
    pub(crate) statement: String,

    /// Whom to ask, over http for now; an address that ends in /jkql is taken as it is
    #[arg(long, value_name = "URL", default_value = crate::address::LOCAL)]
    pub(crate) url: String,

    /// Print the reply as it came, in JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// The time zone of days and of the times that are shown, as Europe/Vilnius [default: this machine's]
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<String>,

    /// The dates to look at where the question has none, as "latest 3 days" [default: today]
    #[arg(long, value_name = "WORDS")]
    pub(crate) date: Option<String>,

    /// How many rows to show at most
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) max_rows: u32,

    #[command(flatten)]
    pub(crate) token: TokenArgs,
}

/// Receive, keep, answer and show: a jKool of your own.
///
/// Listens for records and questions, and shows on a page what arrives. What it has acknowledged is in the
/// store. Ctrl-C or SIGTERM ends it: it answers what it has received, and exits with 0.
#[derive(Args)]
#[command(after_help = "\
On this machine any caller may send and ask, unless --token says who. To be reached from other
machines it must listen on another address than 127.0.0.1, and then it wants at least one token.
It speaks plain http and MQTT: put a proxy with TLS in front where others can listen on the way.

Examples:
  tnt4 serve --mqtt 127.0.0.1:1883
  tnt4 serve --subscribe 'mqtts://broker.example/plant/#'")]
pub(crate) struct ServeArgs {
    /// The address to listen on; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:6580", value_parser = crate::serve::listen_address)]
    pub(crate) listen: SocketAddr,

    /// Take publishers of MQTT 3.1.1 and 5 here, too; with --token, the password of each must be one
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = crate::serve::listen_address)]
    pub(crate) mqtt: Option<SocketAddr>,

    /// Take messages from a broker, as mqtt://broker/plant/# or mqtts://broker/$share/group/plant/+; may be repeated.
    /// User name and password: mqtt://NAME:PASSWORD@broker/…, or $TNT4_MQTT_USER and $TNT4_MQTT_PASSWORD, which the list
    /// of processes does not show
    #[arg(long = "subscribe", value_name = "BROKER/TOPIC", action = ArgAction::Append, value_parser = Subscription::parse)]
    pub(crate) subscriptions: Vec<Subscription>,

    /// A PEM file with the certificates to trust in brokers, instead of this machine's
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,

    /// The file to keep everything in [default: collector.db in the state folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,

    /// A token to accept, and then no caller without one; may be repeated
    #[arg(long = "token", value_name = "TOKEN", action = ArgAction::Append)]
    pub(crate) tokens: Vec<OsString>,

    /// A name by which callers may call this server, beside addresses and localhost; may be repeated
    #[arg(long = "allow-host", value_name = "NAME", action = ArgAction::Append)]
    pub(crate) hosts: Vec<String>,

    /// A site whose pages may read and write here, as https://shop.example; may be repeated
    #[arg(long = "allow-origin", value_name = "URL", action = ArgAction::Append)]
    pub(crate) origins: Vec<String>,

    /// Acknowledge only what the disk has confirmed: survives a power cut, and is slower
    #[arg(long)]
    pub(crate) fsync: bool,
}

/// Find out where the way to a server ends, and what to do about it.
///
/// Goes the way that records go, and says how each step went: name, connection, proxy, TLS, authorization, and an
/// event of severity DEBUG there and its acknowledgement back; then whether records could wait on disk. A broker of
/// MQTT is only pinged in the end, as its subscribers would get the event.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tnt4 doctor http://127.0.0.1:6580
  tnt4 doctor https://data.jkoolcloud.com --token-file ~/.jkool-token
  tnt4 doctor mqtts://broker.example --mqtt-user user --mqtt-password-file ~/.mqtt")]
pub(crate) struct DoctorArgs {
    /// The address [default: $TNT4_URL or https://data.jkoolcloud.com]
    pub(crate) url: Option<String>,

    #[command(flatten)]
    pub(crate) access: AccessArgs,
}

/// See it work: a collector, real records, three questions and a page.
///
/// Starts a collector with a store in a temporary folder, streams a log of this machine and an order process
/// of its own into it, asks it three questions and compares its counts with what was sent.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// The log to stream [default: the first readable one of this machine]
    #[arg(long, value_name = "PATH")]
    pub(crate) file: Option<PathBuf>,

    /// End when all is shown, with 0 only if every count is right; without it the collector stays up
    #[arg(long)]
    pub(crate) exit: bool,

    /// How many lines of the log to stream at most, the last ones
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub(crate) lines: u32,
}

/// Without the tokens.
impl std::fmt::Debug for ServeArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServeArgs")
            .field("listen", &self.listen)
            .field("mqtt", &self.mqtt)
            .field("subscriptions", &self.subscriptions)
            .field("ca_file", &self.ca_file)
            .field("store", &self.store)
            .field("tokens", &self.tokens.len())
            .field("hosts", &self.hosts)
            .field("origins", &self.origins)
            .field("fsync", &self.fsync)
            .finish()
    }
}
