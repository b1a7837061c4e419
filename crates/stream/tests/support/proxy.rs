//! A proxy, and behind it the server `records.example` that speaks TLS: both on the same connection.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use super::server::{Reply, Server};
use super::tls;

/// A proxy and the server behind it.
pub struct Tunnelled {
    pub server: Server,
    connects: Arc<Mutex<Vec<String>>>,
}

impl Tunnelled {
    /// The proxy answers each `CONNECT` with what the closure makes of its head.
    pub fn start(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let connects = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&connects);
        let wrap = tls::wrap("server.pem", false);
        let server = Server::start_wrapped(
            Box::new(move |mut stream| {
                let head = read_head(&mut stream)?;
                seen.lock().unwrap().push(head.clone());
                let answer = answer(&head);
                stream.write_all(answer.as_bytes())?;
                if !answer.starts_with("HTTP/1.1 200") {
                    return Err(std::io::Error::other("no way"));
                }
                wrap(stream)
            }),
            |request| Reply::status(if request.is_access() { 200 } else { 202 }),
        );
        Tunnelled { server, connects }
    }

    /// The heads of what the proxy was asked.
    pub fn connects(&self) -> Vec<String> {
        self.connects.lock().unwrap().clone()
    }

    /// The proxy's address with this before its host.
    pub fn url(&self, login: &str) -> String {
        format!("http://{login}{}", self.server.address)
    }
}

fn read_head(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
