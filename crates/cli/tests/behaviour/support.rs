//! Runs the program, and a collector of its own on a free port.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long anything may take before a test has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program, with nothing of the developer's own environment that it looks at, and with a state folder of its own
/// that is gone with this value.
pub(crate) struct Program {
    command: Command,
    _state: Option<tempfile::TempDir>,
}

impl Program {
    /// With this state folder instead, which stays.
    pub(crate) fn in_state(mut self, folder: &Path) -> Self {
        self.command.env("TNT4_STATE_DIR", folder);
        self._state = None;
        self
    }

    /// With changes.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Command)) -> Self {
        change(&mut self.command);
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Ended {
        self.command.output().expect("it runs").into()
    }

    /// Runs it to its end, with this on its standard input.
    pub(crate) fn run_with_input(mut self, input: &[u8]) -> Ended {
        let mut running = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut stdin = running.stdin.take().expect("a pipe");
        // A program that ends before it has read everything is fine here.
        let _ = stdin.write_all(input);
        drop(stdin);
        running.wait_with_output().expect("it ends").into()
    }
}

/// The program with these arguments.
pub(crate) fn tnt4(args: &[&str]) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tnt4"));
    command.args(args).stdin(Stdio::null());
    for name in [
        "TNT4_TOKEN",
        "TNT4_TOKEN_FILE",
        "TNT4_URL",
        "TNT4_MQTT_USER",
        "TNT4_MQTT_PASSWORD",
        "TNT4_COLLECTOR_TOKEN",
        "TNT4_MQTT_USER",
        "TNT4_MQTT_PASSWORD",
        "TNT4_SPOOL",
        "STATE_DIRECTORY",
        "XDG_STATE_HOME",
    ] {
        command.env_remove(name);
    }
    let state = tempfile::tempdir().expect("a folder");
    command.env("TNT4_STATE_DIR", state.path());
    Program {
        command,
        _state: Some(state),
    }
}

/// Waits until this holds.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "still not: {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    pub(crate) fn assert_code(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// That it complained, in one line that has these words.
    pub(crate) fn assert_complained(&self, words: &str) -> &Self {
        let complaints: Vec<_> = self
            .err
            .lines()
            .filter(|line| line.starts_with("tnt4: ") && !line.contains("trying for"))
            .collect();
        assert_eq!(complaints.len(), 1, "{self:?}");
        assert!(complaints[0].contains(words), "{self:?}");
        self
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Ended {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs the program to its end.
pub(crate) fn run(args: &[&str]) -> Ended {
    tnt4(args).run()
}

/// Runs the program to its end, with this on its standard input.
pub(crate) fn run_with_input(args: &[&str], input: &[u8]) -> Ended {
    tnt4(args).run_with_input(input)
}

/// A program that stays up, and what it says.
pub(crate) struct Running {
    pub(crate) child: Child,
    err: BufReader<ChildStderr>,
    pub(crate) said: String,
    _program: Program,
}

impl Running {
    pub(crate) fn start(mut program: Program) -> Self {
        let mut child = program
            .command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let err = BufReader::new(child.stderr.take().expect("a pipe"));
        Running {
            child,
            err,
            said: String::new(),
            _program: program,
        }
    }

    pub(crate) fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("a pipe")
    }

    /// Waits for a line that has these words, and returns what follows them up to a blank.
    pub(crate) fn wait_for(&mut self, words: &str) -> String {
        loop {
            let mut line = String::new();
            let read = self.err.read_line(&mut line).expect("text");
            self.said.push_str(&line);
            assert!(read > 0, "it ended without saying {words:?}: {}", self.said);
            if let Some((_, rest)) = line.split_once(words) {
                return rest.split_whitespace().next().unwrap_or_default().to_owned();
            }
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
    }

    /// Waits for its end.
    pub(crate) fn ended(mut self) -> Ended {
        let mut out = String::new();
        self.child
            .stdout
            .take()
            .expect("a pipe")
            .read_to_string(&mut out)
            .expect("text");
        self.err.read_to_string(&mut self.said).expect("text");
        let code = self.child.wait().expect("it ends").code().unwrap_or(-1);
        Ended {
            code,
            out,
            err: std::mem::take(&mut self.said),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `tnt4 serve`, with a store in a temporary folder.
pub(crate) struct Collector {
    pub(crate) running: Running,
    pub(crate) url: String,
    pub(crate) folder: tempfile::TempDir,
}

impl Collector {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(args: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = folder.path().join("store.db");
        let (running, url) = serve(&store, args);
        Collector { running, url, folder }
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }

    /// Runs `tnt4 send` against it.
    pub(crate) fn send(&self, args: &[&str]) -> Ended {
        run(&[&["send", "--url", &self.url], args].concat())
    }

    pub(crate) fn send_input(&self, args: &[&str], input: &[u8]) -> Ended {
        run_with_input(&[&["send", "--url", &self.url], args].concat(), input)
    }

    /// Runs `tnt4 query` against it.
    pub(crate) fn query(&self, args: &[&str]) -> Ended {
        run(&[&["query", "--url", &self.url], args].concat())
    }

    /// The rows that it answers with.
    pub(crate) fn rows(&self, statement: &str) -> Vec<Value> {
        let ended = self.query(&["--json", "--max-rows", "100000", statement]);
        ended.assert_code(0);
        let reply: Value = serde_json::from_str(&ended.out).expect("JSON");
        reply["rows"].as_array().expect("rows").clone()
    }

    pub(crate) fn count(&self, kind: &str) -> u64 {
        self.rows(&format!("get number of {kind}"))[0]["NumberOf"]
            .as_u64()
            .expect("a number")
    }

    /// The messages of all events, sorted.
    pub(crate) fn messages(&self) -> Vec<String> {
        let text = |row: &Value| row["Message"].as_str().unwrap_or_default().to_owned();
        let mut messages: Vec<String> = self.rows("get events fields message").iter().map(text).collect();
        messages.sort();
        messages
    }

    /// Asks until there are so many events.
    pub(crate) fn wait_for_events(&self, count: u64) {
        let begun = Instant::now();
        while self.count("events") < count {
            assert!(begun.elapsed() < PATIENCE, "{count} events did not arrive");
        }
    }
}

/// `tnt4 serve` on a free port, and its address.
pub(crate) fn serve(store: &Path, args: &[&str]) -> (Running, String) {
    let store = store.to_str().expect("UTF-8");
    let all = [&["serve", "--listen", "127.0.0.1:0", "--store", store], args].concat();
    let mut running = Running::start(tnt4(&all));
    let url = running.wait_for("listening on ");
    (running, url)
}

/// An address on which nobody listens.
pub(crate) fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

/// A server that answers every connection in its own way, on a thread that ends with the process.
pub(crate) fn server(answer: impl Fn(std::net::TcpStream) + Send + 'static) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream);
        }
    });
    address.to_string()
}

/// Reads one request with a body, and returns the body; empty at the end.
pub(crate) fn request(stream: &mut impl BufRead) -> String {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).unwrap_or(0) == 0 {
            return String::new();
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            let mut body = vec![0; length];
            let _ = stream.read_exact(&mut body);
            return String::from_utf8_lossy(&body).into_owned();
        }
    }
}
