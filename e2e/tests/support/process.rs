//! The command `tnt4`, built once and run as a process.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Only a test that fails waits for so long.
const PATIENCE: Duration = Duration::from_secs(60);

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
    /// What it said before that, and after.
    earlier: RefCell<VecDeque<String>>,
    lines: Receiver<String>,
}

impl Server {
    /// Starts it, and returns when it listens.
    pub(crate) fn start(listen: &str, store: &Path) -> Self {
        Self::start_with(listen, store, &[])
    }

    /// The same with further arguments.
    pub(crate) fn start_with(listen: &str, store: &Path, args: &[&str]) -> Self {
        let mut child = Command::new(tnt4())
            .args(["serve", "--listen", listen, "--store"])
            .arg(store)
            .args(args)
            // Whatever it comes to keep there is gone with the test.
            .env("TNT4_STATE_DIR", store.with_file_name("state"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        // What it says must go somewhere, or it would wait for a reader.
        let (sender, said) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // Nobody may want to know.
                let _ = sender.send(line);
            }
        });
        // What becomes of a subscription may be said before.
        let mut earlier = VecDeque::new();
        let address = loop {
            let line: String = said.recv_timeout(PATIENCE).expect("it says where it listens");
            let address = line.split("listening on http://").nth(1);
            if let Some(address) = address.and_then(|rest| rest.split_whitespace().next()?.parse().ok()) {
                break address;
            }
            earlier.push_back(line);
        };
        Server {
            child,
            address,
            earlier: RefCell::new(earlier),
            lines: said,
        }
    }

    /// Waits until it says these words, and returns what follows them up to a blank.
    pub(crate) fn wait_for(&self, words: &str) -> String {
        loop {
            let earlier = self.earlier.borrow_mut().pop_front();
            let line = earlier.map_or_else(|| self.lines.recv_timeout(PATIENCE), Ok);
            let line = line.unwrap_or_else(|_| panic!("it does not say {words:?}"));
            if let Some((_, rest)) = line.split_once(words) {
                return rest.split_whitespace().next().unwrap_or_default().to_owned();
            }
        }
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(mut self) {
        let sent = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(sent.expect("kill runs").success());
        assert!(self.child.wait().expect("it ends").success());
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
