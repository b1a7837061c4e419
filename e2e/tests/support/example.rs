//! The examples of the library, run as a reader runs them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use super::process::Server;

/// What an example is given: a collector, and a place for what waits.
pub(crate) struct Surroundings {
    pub(crate) server: Server,
    /// What to set as `TNT4_URL`.
    pub(crate) url: String,
    state: PathBuf,
    _folder: tempfile::TempDir,
}

impl Surroundings {
    /// A collector that is reached over HTTP.
    pub(crate) fn new() -> Self {
        Self::with(&[], |server| format!("http://{}", server.address))
    }

    /// A collector that is reached as a broker.
    pub(crate) fn of_mqtt() -> Self {
        Self::with(&["--mqtt", "127.0.0.1:0"], |server| {
            format!("mqtt://{}", server.wait_for("publishers are taken on mqtt://"))
        })
    }

    fn with(args: &[&str], url: impl FnOnce(&Server) -> String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Server::start_with("127.0.0.1:0", &folder.path().join("store"), args);
        Surroundings {
            url: url(&server),
            server,
            state: folder.path().join("spool"),
            _folder: folder,
        }
    }

    /// Runs an example to its end, which must be a good one. What it printed.
    pub(crate) fn run(&self, name: &str, args: &[&str]) -> String {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command(name, args).output().expect("it runs");
        let (printed, said) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        assert!(status.success(), "{name}: {status}\n{printed}\n{said}");
        assert_eq!(said, "", "{name} has something to say");
        printed.into_owned()
    }

    /// Starts an example that does not end by itself.
    pub(crate) fn start(&self, name: &str, args: &[&str]) -> Running {
        let mut command = self.command(name, args);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let printed = BufReader::new(child.stdout.take().expect("piped"));
        Running { child, printed }
    }

    fn command(&self, name: &str, args: &[&str]) -> Command {
        let mut command = Command::new(built(name));
        for variable in [
            "TNT4_TOKEN",
            "TNT4_TOKEN_FILE",
            "TNT4_LEVEL",
            "TNT4_SPOOL",
            "RUST_LOG",
        ] {
            command.env_remove(variable);
        }
        command
            .args(args)
            .env("TNT4_URL", &self.url)
            .env("TNT4_STATE_DIR", &self.state)
            .stdin(Stdio::null());
        command
    }
}

/// An example that runs; killed when it is dropped.
pub(crate) struct Running {
    child: Child,
    printed: BufReader<ChildStdout>,
}

impl Running {
    /// Reads until it prints these words, and returns what follows them on their line.
    pub(crate) fn wait_for(&mut self, words: &str) -> String {
        let mut line = String::new();
        while self.printed.read_line(&mut line).expect("it prints") > 0 {
            if let Some((_, rest)) = line.trim_end().split_once(words) {
                return rest.to_owned();
            }
            line.clear();
        }
        panic!("it does not print {words:?}");
    }

    /// Interrupts it, as Ctrl-C does, and waits for its end, which must be a good one.
    pub(crate) fn interrupt(mut self) {
        let sent = Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "{status}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended, unless the test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An example's program. Cargo has built it with the tests of the workspace; where this test is run by itself it may be of an
/// earlier day, and where it is missing it is built.
fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    let profile = test
        .parent()
        .and_then(Path::parent)
        .expect("target/<profile>/deps");
    let program = profile
        .join("examples")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "tnt4", "--examples"])
            .status();
        assert!(built.expect("cargo runs").success(), "the examples do not build");
    }
    program
}
