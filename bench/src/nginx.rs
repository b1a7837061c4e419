//! nginx as a server that takes one object a request, where it is installed.
//!
//! It says `200` to everything on a port of its own, and ends a connection after 1,000 answers, which is its
//! default. It reads no body: it is a measure of pipelining against a server that others have written.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::child::wait_until_open;

/// A running nginx; it ends when this is dropped.
#[derive(Debug)]
pub struct Nginx {
    process: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Nginx {
    /// After how many answers it ends a connection.
    pub const LASTS: usize = 1000;

    /// Starts it.
    ///
    /// # Errors
    /// Where it is not installed, or does not start.
    pub fn start() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        // It is free again at once; nobody is likely to take it before nginx does.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let configuration = format!(
            "daemon off; master_process off; worker_processes 1; pid nginx.pid; error_log stderr crit;\n\
             events {{ worker_connections 64; }}\n\
             http {{ access_log off; client_max_body_size 16m; client_body_temp_path body;\n\
             proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n\
             server {{ listen {address}; location / {{ return 200; }} }} }}\n"
        );
        fs::write(folder.path().join("nginx.conf"), configuration)?;
        let mut process = Command::new("nginx")
            .args(["-c", "nginx.conf", "-p"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        wait_until_open(&mut process, address, "nginx")?;
        Ok(Nginx {
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

    /// Its address for a stream.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
