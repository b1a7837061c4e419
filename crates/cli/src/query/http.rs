//! One exchange by HTTP/1.1 with a collector: a form is posted, the answer read, the connection closed.
//!
//! Everything is bounded: connecting, the exchange as a whole, the answer.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use url::Url;

use super::response::{self, Fault, Response};
use crate::address;
use crate::token::Token;

/// How long to wait for each of the host's addresses.
const CONNECT: Duration = Duration::from_secs(5);

/// A request.
pub(super) struct Request<'a> {
    pub(super) url: &'a Url,
    /// Path and query string.
    pub(super) target: &'a str,
    pub(super) token: Option<&'a Token>,
    /// The body, in `application/x-www-form-urlencoded`.
    pub(super) form: &'a str,
    /// How long the exchange may take.
    pub(super) patience: Duration,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    #[error("the name {host} cannot be resolved ({cause}): check name and network")]
    Resolve { host: String, cause: io::Error },
    #[error("cannot connect to {host} ({cause}): is the collector running? `tnt4 serve` starts one")]
    Connect { host: String, cause: io::Error },
    #[error("{host} did not answer within {} s", patience.as_secs())]
    Late { host: String, patience: Duration },
    #[error("{host} broke off before its answer was complete ({cause})")]
    Broken { host: String, cause: String },
    #[error("the answer is longer than 64 MiB: ask for fewer rows or fields")]
    TooLong,
}

/// Posts the form and reads the answer.
pub(super) fn post(request: &Request<'_>) -> Result<Response, HttpError> {
    let host = address::origin(request.url);
    let mut wire = Wire {
        stream: connect(request.url, &host)?,
        until: Instant::now() + request.patience,
    };
    let exchange = wire
        .send(request)
        .map_err(Fault::from)
        .and_then(|()| response::receive(&mut wire));
    exchange.map_err(|fault| match fault {
        Fault::TooLong => HttpError::TooLong,
        Fault::Io(error) if is_late(&error) => HttpError::Late {
            host,
            patience: request.patience,
        },
        Fault::Io(error) => HttpError::Broken {
            host,
            cause: error.to_string(),
        },
    })
}

fn connect(url: &Url, host: &str) -> Result<TcpStream, HttpError> {
    let name = url
        .host_str()
        .unwrap_or_default()
        .trim_start_matches('[')
        .trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or(80);
    let addresses = (name, port)
        .to_socket_addrs()
        .map_err(|cause| HttpError::Resolve {
            host: host.to_owned(),
            cause,
        })?;
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in addresses {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(HttpError::Connect {
        host: host.to_owned(),
        cause: last,
    })
}

fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// A connection, until the time is up.
struct Wire {
    stream: TcpStream,
    until: Instant,
}

impl Wire {
    fn send(&mut self, request: &Request<'_>) -> io::Result<()> {
        let authority = &request.url[url::Position::BeforeHost..url::Position::AfterPort];
        let mut head = format!(
            "POST {} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: tnt4/{}\r\nAccept: application/json\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n",
            request.target,
            env!("CARGO_PKG_VERSION"),
            request.form.len()
        );
        if let Some(token) = request.token {
            head.push_str(&format!("X-API-Key: {}\r\n", token.expose()));
        }
        self.stream.set_write_timeout(Some(self.left()?))?;
        self.stream
            .write_all(format!("{head}\r\n{}", request.form).as_bytes())
    }

    fn left(&self) -> io::Result<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(left)
    }
}

impl Read for Wire {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.left()?))?;
        self.stream.read(out)
    }
}
