//! A process of its own: the same program with a role, whose report is read from its standard output.
//!
//! A report has a line a number: its name, a blank, the number.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::Mode;

/// The same program, to be started in a role.
#[derive(Debug)]
pub struct Child(Command);

/// The numbers that a child has reported.
#[derive(Debug, Default)]
pub struct Report(HashMap<String, f64>);

impl Child {
    /// A child in this role: the program finds it under the name `role` in its settings.
    ///
    /// # Errors
    /// Where the system does not say where this program is.
    pub fn new(role: &str) -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--role", role]).stdin(Stdio::null());
        // What the streams have to say would tear the table.
        command.env("TNT4_DIAGNOSTICS", "off");
        Ok(Child(command))
    }

    /// One more setting.
    #[must_use]
    pub fn with(mut self, name: &str, value: &(impl ToString + ?Sized)) -> Self {
        self.0.arg(format!("--{name}")).arg(value.to_string());
        self
    }

    /// In this mode, with its files below `folder`.
    #[must_use]
    pub fn mode(self, mode: Mode, folder: &Path) -> Self {
        self.with("mode", mode.name()).with("state", &folder.display())
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// Where it cannot be started, or fails.
    pub fn run(self) -> io::Result<Report> {
        let text = self.text()?;
        let numbers = text.lines().filter_map(|line| {
            let (name, number) = line.split_once(' ')?;
            Some((name.to_owned(), number.trim().parse().ok()?))
        });
        Ok(Report(numbers.collect()))
    }

    /// Runs it to its end, and returns what it wrote where that is no report.
    ///
    /// # Errors
    /// Where it cannot be started, or fails.
    pub fn text(mut self) -> io::Result<String> {
        let output = self.0.stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(io::Error::other(format!("{:?}: {}", self.0, output.status)));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Starts it, to be killed by its parent.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn start(mut self) -> io::Result<std::process::Child> {
        self.0.stdout(Stdio::null()).spawn()
    }
}

impl Report {
    /// The number of this name; NaN where the child has not reported it.
    #[must_use]
    pub fn number(&self, name: &str) -> f64 {
        self.0.get(name).copied().unwrap_or(f64::NAN)
    }
}

/// Waits until a server that was started listens there.
pub(crate) fn wait_until_open(
    process: &mut std::process::Child,
    address: SocketAddr,
    name: &str,
) -> io::Result<()> {
    while TcpStream::connect(address).is_err() {
        if let Some(status) = process.try_wait()? {
            return Err(io::Error::other(format!("{name} ended: {status}")));
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
