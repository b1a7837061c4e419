//! A real broker: Debian's mosquitto, on a port of its own, with a folder of its own.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::tls::fixture;
use super::wait_until;

const PROGRAMS: [&str; 2] = ["mosquitto", "/usr/sbin/mosquitto"];

/// A broker that runs, or can be started again.
pub struct Mosquitto {
    program: &'static str,
    folder: tempfile::TempDir,
    configuration: String,
    pub port: u16,
    /// SECOND in the configuration: for another listener, which is not on the same port when it is started again.
    pub second: u16,
    child: Option<Child>,
}

/// Whether the broker's programs are there; says so where they are not.
pub fn program() -> Option<&'static str> {
    let runs = |program: &&str| {
        let output = Command::new(program).arg("-h").output();
        output.is_ok_and(|output| !output.stdout.is_empty())
    };
    let found = PROGRAMS.into_iter().find(runs);
    if found.is_none() {
        eprintln!("not run: mosquitto is not installed");
    }
    found
}

impl Mosquitto {
    /// One that lets everybody in; `None` where it is not installed.
    pub fn open(configuration: &str) -> Option<Self> {
        Self::start(&format!("allow_anonymous true\n{configuration}"))
    }

    /// One with this configuration, in which FOLDER stands for its folder and FIXTURES for that of the certificates.
    pub fn start(configuration: &str) -> Option<Self> {
        let mut broker = Self::prepare(configuration)?;
        broker.run();
        Some(broker)
    }

    /// The same, before it runs.
    pub fn prepare(configuration: &str) -> Option<Self> {
        let program = program()?;
        let fixtures = fixture("");
        let folder = tempfile::tempdir().unwrap();
        let at = |text: &str| {
            text.replace("FOLDER", folder.path().to_str().unwrap())
                .replace("FIXTURES", fixtures.trim_end_matches('/'))
        };
        let configuration = at(configuration);
        Some(Mosquitto {
            program,
            configuration,
            folder,
            port: 0,
            second: 0,
            child: None,
        })
    }

    /// Starts it, or starts it again on the port that it had.
    pub fn run(&mut self) {
        let wanted = self.port;
        for _ in 0..10 {
            // Between here and there somebody else may get it.
            let port = match wanted {
                0 => free_port(),
                port => port,
            };
            self.second = free_port();
            if self.try_run(port) {
                self.port = port;
                return;
            }
        }
        panic!("mosquitto does not start: {}", self.log());
    }

    fn try_run(&mut self, port: u16) -> bool {
        let log = self.path("log");
        let runs = |log: &str| log.matches(" running").count();
        let before = runs(&self.log());
        // As root it would take on another user, who may not see the certificates.
        let configuration = format!(
            "listener {port} 127.0.0.1\nlog_type all\nlog_dest file {}\nuser root\n{}\n",
            log.display(),
            self.configuration.replace("SECOND", &self.second.to_string())
        );
        fs::write(self.path("configuration"), configuration).unwrap();
        let mut child = Command::new(self.program)
            .arg("-c")
            .arg(self.path("configuration"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(self.path("errors")).unwrap())
            .spawn()
            .unwrap();
        wait_until("mosquitto runs", || {
            runs(&self.log()) > before || child.try_wait().unwrap().is_some()
        });
        let alive = child.try_wait().unwrap().is_none();
        self.child = alive.then_some(child);
        alive
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn url(&self, scheme: &str) -> String {
        // The name is in the certificates.
        format!("{scheme}://localhost:{}", self.port)
    }

    /// What it has written down so far.
    pub fn log(&self) -> String {
        let read = |name| fs::read_to_string(self.path(name)).unwrap_or_default();
        format!("{}{}", read("log"), read("errors"))
    }

    /// The messages that it has received, a line each.
    pub fn received(&self) -> Vec<String> {
        let log = self.log();
        let lines = log.lines().filter(|line| line.contains("Received PUBLISH from"));
        lines.map(str::to_owned).collect()
    }

    /// From now on it keeps what is published for this subscriber.
    pub fn subscribe(&self, subscriber: &str) {
        let status = self.subscriber(subscriber).arg("-E").status();
        assert!(status.unwrap().success());
    }

    /// What was kept for this subscriber: so many payloads, and then nothing for a while.
    pub fn fetch(&self, subscriber: &str, count: usize) -> Vec<String> {
        let output = self
            .subscriber(subscriber)
            .args(["-C", &count.to_string(), "-W", "20"])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    fn subscriber(&self, subscriber: &str) -> Command {
        let mut command = Command::new("mosquitto_sub");
        command
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args(["-i", subscriber, "-c", "-q", "2", "-t", "#"]);
        command
    }

    /// It stops in the middle of what it does, and holds its connections.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// It ends at once, and saves nothing.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// It ends as it is to, and saves what it has been told to.
    pub fn end(&mut self) {
        self.signal("-TERM");
        if let Some(mut child) = self.child.take() {
            let _ = child.wait();
        }
    }

    fn signal(&self, signal: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.kill();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
