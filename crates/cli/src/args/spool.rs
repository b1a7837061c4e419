//! What can be asked of the spool.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::AccessArgs;

/// See, check, save and deliver what waits on disk.
///
/// What a server has not acknowledged waits on disk, and goes with the next start of whatever sends to the same
/// address under the same token. These commands are for when that does not come, or not soon enough. None of them
/// changes what a living process owns.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tnt4 spool ls
  tnt4 spool verify || tnt4 spool repair
  tnt4 spool export --destination data.jkoolcloud.com > records.ndjson
  tnt4 spool replay --destination data.jkoolcloud.com --token-file ~/.jkool-token")]
pub(crate) struct SpoolArgs {
    #[command(subcommand)]
    pub(crate) command: SpoolCommand,

    /// The state folder [default: $TNT4_STATE_DIR, else $STATE_DIRECTORY, $XDG_STATE_HOME/tnt4 or ~/.local/state/tnt4]
    #[arg(long, value_name = "PATH", global = true, display_order = 101)]
    pub(crate) state_dir: Option<PathBuf>,

    /// Only destinations with this text in their address or in the name of their folder
    #[arg(long, value_name = "TEXT", global = true, display_order = 100)]
    pub(crate) destination: Option<String>,
}

/// One of the commands.
#[derive(Debug, Subcommand)]
pub(crate) enum SpoolCommand {
    Ls(LsArgs),
    /// Read everything, and say what is damaged; ends with 1 where something is
    ///
    /// It changes nothing, and may run while streams are at work. What is in quarantine is known to be damaged, and
    /// is not read.
    Verify,
    Export(ExportArgs),
    /// Bring what is valid out of damaged segments
    ///
    /// The valid records wait in a new segment then, and the damaged one is in quarantine. Only what was left behind
    /// is repaired. Where nothing is damaged, nothing is done.
    Repair,
    Replay(Box<ReplayArgs>),
}

/// List what waits, for whom, and whose it is
///
/// A stream is `alive` while a process owns it; `left behind` means that the next to send to the same destination
/// delivers it. `refused` means that the server did not let its token in: then it goes under another one, too.
#[derive(Debug, Args)]
pub(crate) struct LsArgs {
    /// Print it in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Write the records that wait to standard output, one line of JSON each
///
/// They stay where they are. Records that are damaged are left out, and counted.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Also those that the server rejected
    #[arg(long)]
    pub(crate) dead_letters: bool,

    /// Also what is valid in damaged segments that were put aside
    #[arg(long)]
    pub(crate) quarantine: bool,
}

/// Deliver what was left behind, under whatever token it was taken
///
/// Messages of MQTT go to their topics. It goes as everything goes: what the server acknowledges is removed, what it rejects is kept as a dead letter,
/// and the rest stays. Without --url it goes to the address that it was meant for, which must be one; with --url
/// and without --destination, what was meant for that address goes there.
#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// Send the dead letters again, and nothing else; those that arrive are removed
    #[arg(long)]
    pub(crate) dead_letters: bool,

    /// Where to send [default: to where it was meant to go]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,

    #[command(flatten)]
    pub(crate) access: AccessArgs,

    /// Give up when the server has acknowledged nothing for so many seconds
    #[arg(long, value_name = "SECS", default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub(crate) timeout: u32,
}
