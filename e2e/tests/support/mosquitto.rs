//! The broker mosquitto and its publisher, where they are installed, on a port of their own.

use std::io::Write;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running broker, which keeps what it has to keep in a folder that goes with it.
pub(crate) struct Mosquitto {
    program: PathBuf,
    folder: tempfile::TempDir,
    child: Option<Child>,
    pub(crate) port: u16,
}

/// Whether broker and publisher are there; says so where they are not.
pub(crate) fn is_installed(story: &str) -> bool {
    let there = find("mosquitto").is_some() && find("mosquitto_pub").is_some();
    if !there {
        eprintln!("{story}: not run, since mosquitto and mosquitto_pub are not installed");
    }
    there
}

impl Mosquitto {
    /// Starts it with these further lines in its file.
    pub(crate) fn start(settings: &str) -> Self {
        // Another program may take the port meanwhile.
        for _ in 0..10 {
            if let Some(broker) = Self::try_start(settings) {
                return broker;
            }
        }
        panic!("mosquitto does not start");
    }

    fn try_start(settings: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let path = folder.path().display();
        let file = format!(
            "listener {port} 127.0.0.1\nuser root\npersistence true\npersistence_location {path}/\n\
             max_queued_messages 100000\n{settings}\n"
        );
        std::fs::write(folder.path().join("mosquitto.conf"), file).expect("a file");
        let mut broker = Mosquitto {
            program: find("mosquitto").expect("it is installed"),
            folder,
            child: None,
            port,
        };
        broker.run().then_some(broker)
    }

    /// Runs it; `false` where it ends at once.
    fn run(&mut self) -> bool {
        let mut child = Command::new(&self.program)
            .arg("-c")
            .arg(self.folder.path().join("mosquitto.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if child.try_wait().expect("a child").is_some() {
                return false;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "mosquitto does not listen"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        let is_ours = child.try_wait().expect("a child").is_none();
        self.child = Some(child);
        is_ours
    }

    /// Ends it, which writes what it keeps, and starts it again.
    pub(crate) fn restart(&mut self) {
        if let Some(mut child) = self.child.take() {
            let sent = Command::new("kill").arg(child.id().to_string()).status();
            assert!(sent.expect("kill runs").success());
            child.wait().expect("it ends");
        }
        assert!(self.run(), "its port is taken");
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Runs `mosquitto_pub` with these words and each line of the input as a message; whether it ended well.
pub(crate) fn publish(port: u16, words: &[&str], input: &str) -> bool {
    let mut child = Command::new("mosquitto_pub")
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-l"])
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let mut stdin = child.stdin.take().expect("piped");
    // Who is refused does not read.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait().expect("it ends").success()
}

/// Where a program is; Debian has the broker where only root looks.
fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain([
            Path::new("/usr/sbin").to_owned(),
            Path::new("/usr/local/sbin").to_owned(),
        ])
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}
