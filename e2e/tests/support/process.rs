//! The command `tnt4`, built once and run as a process.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// The command, built with the profile of this test.
pub(crate) fn tnt4() -> &'static Path {
    static COMMAND: OnceLock<PathBuf> = OnceLock::new();
    COMMAND.get_or_init(|| {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "tnt4-cli", "--bin", "tnt4"])
            .status();
        assert!(built.expect("cargo runs").success(), "the command does not build");
        let test = std::env::current_exe().expect("a path");
        let folder = test
            .parent()
            .and_then(Path::parent)
            .expect("target/<profile>/deps");
        folder.join(format!("tnt4{}", std::env::consts::EXE_SUFFIX))
    })
}

/// A collector in a process of its own; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts it, and returns when it listens.
    pub(crate) fn start(listen: &str, store: &Path) -> Self {
        let mut child = Command::new(tnt4())
            .args(["serve", "--listen", listen, "--store"])
            .arg(store)
            // Whatever it comes to keep there is gone with the test.
            .env("TNT4_STATE_DIR", store.with_file_name("state"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let address = lines
            .by_ref()
            .map(|line| line.expect("text"))
            .find_map(|line| {
                line.split("listening on http://")
                    .nth(1)?
                    .split_whitespace()
                    .next()?
                    .parse()
                    .ok()
            })
            .expect("it says where it listens");
        // What it says later must go somewhere, or it would wait for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Server { child, address }
    }

    /// Ends it without a word, as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
