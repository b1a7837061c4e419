//! Who we are at a server or broker, and whom we trust.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use clap::Args;

/// Who we are at a server or broker, and whom we trust.
#[derive(Debug, Default, Args)]
pub(crate) struct AccessArgs {
    #[command(flatten)]
    pub(crate) token: TokenArgs,

    #[command(flatten)]
    pub(crate) login: LoginArgs,

    #[command(flatten)]
    pub(crate) tls: TlsArgs,
}

/// Where the token comes from; otherwise from TNT4_TOKEN or TNT4_TOKEN_FILE.
#[derive(Default, Args)]
#[group(multiple = false)]
pub(crate) struct TokenArgs {
    /// The token; others on this machine can see it in the list of processes
    #[arg(long, value_name = "TOKEN")]
    pub(crate) https: Option<OsString>,

    /// A file that holds the token
    #[arg(long, value_name = "PATH")]
    pub(crate) token_file: Option<PathBuf>,

    /// Read the token from standard input
    #[arg(long)]
    pub(crate) token_stdin: bool,
}

/// Who we are at a broker.
#[derive(Debug, Default, Args)]
pub(crate) struct LoginArgs {
    /// The user name at a broker [default: $TNT4_MQTT_USER]
    #[arg(
        long,
        help_heading = "MQTT",
        value_name = "NAME",
        conflicts_with = "TokenArgs"
    )]
    pub(crate) mqtt_user: Option<String>,

    /// A file that holds the password, or `-` for standard input [default: the password itself in
    /// $TNT4_MQTT_PASSWORD]
    #[arg(
        long,
        help_heading = "MQTT",
        value_name = "PATH",
        conflicts_with = "TokenArgs"
    )]
    pub(crate) mqtt_password_file: Option<PathBuf>,
}

/// Whom we trust, and how we prove who we are.
#[derive(Debug, Default, Args)]
pub(crate) struct TlsArgs {
    /// A PEM file, or a folder of them, with the certificates to trust [default: this machine's]
    #[arg(long, help_heading = "TLS", value_name = "PATH")]
    pub(crate) ca_file: Option<PathBuf>,

    /// A PEM file with the certificate by which the server knows us
    #[arg(long, help_heading = "TLS", value_name = "PATH", requires = "client_key")]
    pub(crate) client_cert: Option<PathBuf>,

    /// A PEM file with its key, unencrypted
    #[arg(long, help_heading = "TLS", value_name = "PATH", requires = "client_cert")]
    pub(crate) client_key: Option<PathBuf>,

    /// Do not check the server's certificate: anybody on the way may be the server
    #[arg(long, help_heading = "TLS")]
    pub(crate) insecure: bool,
}

impl TokenArgs {
    /// Whether an option says anything.
    pub(crate) fn is_given(&self) -> bool {
        self.https.is_some() || self.token_file.is_some() || self.token_stdin
    }
}

impl LoginArgs {
    /// Whether an option says anything.
    pub(crate) fn is_given(&self) -> bool {
        self.mqtt_user.is_some() || self.mqtt_password_file.is_some()
    }
}

/// Without the token.
impl fmt::Debug for TokenArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenArgs")
            .field("token_file", &self.token_file)
            .field("token_stdin", &self.token_stdin)
            .finish_non_exhaustive()
    }
}
