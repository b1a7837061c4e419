//! mosquitto as the broker, where it is installed: on a port of its own, with nothing on disk.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::child::wait_until_open;

/// Debian puts it where only the administrator's shell looks.
const PLACES: [&str; 2] = ["mosquitto", "/usr/sbin/mosquitto"];

/// A running mosquitto; it ends when this is dropped.
#[derive(Debug)]
pub struct Mosquitto {
    process: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Mosquitto {
    /// Starts it. It tells clients of MQTT 5 that it takes so many messages at once: 20 is its default.
    ///
    /// # Errors
    /// Where it is not installed, or does not start.
    pub fn start(window: usize) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        // It is free again at once; nobody is likely to take it before mosquitto does.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let configuration = format!(
            "listener {} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type none\n\
             max_queued_messages 0\nmax_inflight_messages {window}\n",
            address.port()
        );
        let path = folder.path().join("mosquitto.conf");
        fs::write(&path, configuration)?;
        let start = |place: &&str| {
            Command::new(place)
                .arg("-c")
                .arg(&path)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .ok()
        };
        let mut process = PLACES.iter().find_map(start).ok_or(io::ErrorKind::NotFound)?;
        wait_until_open(&mut process, address, "mosquitto")?;
        Ok(Mosquitto {
            process,
            address,
            _folder: folder,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
