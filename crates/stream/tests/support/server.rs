//! An HTTP server that does what a closure says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// What came in.
#[derive(Debug, Clone)]
pub struct Request {
    /// Counts connections, from 0.
    pub connection: usize,
    /// Counts requests of the connection, from 0.
    pub turn: usize,
    /// All of the head, as it came.
    pub head: String,
    /// As it was before it was compressed.
    pub body: String,
}

impl Request {
    pub fn is_access(&self) -> bool {
        self.body.starts_with("<access-request>")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// What goes out.
pub enum Reply {
    /// These bytes, and the connection stays open.
    Bytes(Vec<u8>),
    /// These bytes, one by one.
    Slowly(Vec<u8>),
    /// These bytes, and the connection is closed.
    Last(Vec<u8>),
    /// Nothing, and the connection is closed.
    Close,
    /// Nothing: the connection stays open until the server ends.
    Silence,
}

impl Reply {
    /// An answer with a body.
    pub fn new(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        Reply::Bytes(
            format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes(),
        )
    }

    pub fn status(status: u16) -> Self {
        Self::new(status, "", "")
    }

    pub fn announce() -> Self {
        Self::new(
            200,
            "Accept-Post: application/x-ndjson\r\n",
            "<access-resp><success>true</success></access-resp>",
        )
    }

    pub fn and_close(self) -> Self {
        match self {
            Reply::Bytes(bytes) => Reply::Last(bytes),
            other => other,
        }
    }
}

type Handler = Box<dyn Fn(&Request) -> Reply + Send + Sync>;

/// A server on a free port of this machine. Its threads end with their connections.
pub struct Server {
    pub address: std::net::SocketAddr,
    inner: Arc<Inner>,
}

struct Inner {
    handler: Handler,
    seen: Mutex<Vec<Request>>,
    changed: Condvar,
    /// Connections that are kept open in silence.
    silent: Mutex<Vec<Box<dyn Send>>>,
}

/// What a connection is turned into before HTTP is spoken on it (TLS, perhaps).
pub type Wrap = Box<dyn Fn(TcpStream) -> std::io::Result<Box<dyn Duplex>> + Send + Sync>;

pub trait Duplex: Read + Write + Send {}
impl<T: Read + Write + Send> Duplex for T {}

impl Server {
    pub fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_wrapped(Box::new(|stream| Ok(Box::new(stream))), handler)
    }

    pub fn start_wrapped(wrap: Wrap, handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Inner {
            handler: Box::new(handler),
            seen: Mutex::default(),
            changed: Condvar::new(),
            silent: Mutex::default(),
        });
        let (serving, wrap) = (Arc::clone(&inner), Arc::new(wrap));
        std::thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                let (serving, wrap, stream) = (Arc::clone(&serving), Arc::clone(&wrap), stream.unwrap());
                stream.set_nodelay(true).unwrap();
                std::thread::spawn(move || {
                    if let Ok(stream) = wrap(stream) {
                        serving.serve(connection, stream);
                    }
                });
            }
        });
        Server { address, inner }
    }

    /// A server that takes one object a request, and everything.
    pub fn of_objects() -> Self {
        Self::start(|request| Reply::status(if request.is_access() { 200 } else { 202 }))
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn seen(&self) -> Vec<Request> {
        self.inner.seen.lock().unwrap().clone()
    }

    /// The bodies that are not access-requests.
    pub fn bodies(&self) -> Vec<String> {
        self.seen()
            .into_iter()
            .filter(|request| !request.is_access())
            .map(|request| request.body)
            .collect()
    }

    /// The records in all bodies.
    pub fn records(&self) -> Vec<String> {
        self.bodies()
            .iter()
            .flat_map(|body| body.lines())
            .map(str::to_owned)
            .collect()
    }

    /// Waits until so many requests have come.
    pub fn wait_seen(&self, count: usize) {
        let seen = self.inner.seen.lock().unwrap();
        let (seen, _) = self
            .inner
            .changed
            .wait_timeout_while(seen, Duration::from_secs(30), |seen| seen.len() < count)
            .unwrap();
        assert!(
            seen.len() >= count,
            "only {} of {count} requests came",
            seen.len()
        );
    }

    /// Ends the connections that were kept open in silence.
    pub fn end_silence(&self) {
        self.inner.silent.lock().unwrap().clear();
    }
}

impl Inner {
    fn serve(&self, connection: usize, stream: Box<dyn Duplex>) {
        let mut stream = BufReader::new(stream);
        for turn in 0.. {
            let Some(request) = read_request(&mut stream, connection, turn) else {
                return;
            };
            self.seen.lock().unwrap().push(request.clone());
            self.changed.notify_all();
            match (self.handler)(&request) {
                Reply::Bytes(bytes) => {
                    if stream
                        .get_mut()
                        .write_all(&bytes)
                        .and_then(|()| stream.get_mut().flush())
                        .is_err()
                    {
                        return;
                    }
                }
                Reply::Slowly(bytes) => {
                    for byte in bytes {
                        if stream.get_mut().write_all(&[byte]).is_err() {
                            return;
                        }
                    }
                }
                Reply::Last(bytes) => {
                    let _ = stream
                        .get_mut()
                        .write_all(&bytes)
                        .and_then(|()| stream.get_mut().flush());
                    return;
                }
                Reply::Close => return,
                Reply::Silence => {
                    self.silent.lock().unwrap().push(Box::new(stream));
                    return;
                }
            }
        }
    }
}

fn read_request(stream: &mut impl BufRead, connection: usize, turn: usize) -> Option<Request> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let request = Request {
        connection,
        turn,
        head,
        body: String::new(),
    };
    let mut bytes = vec![0; request.header("Content-Length")?.parse().ok()?];
    stream.read_exact(&mut bytes).ok()?;
    let body = match request.header("Content-Encoding") {
        Some("gzip") => {
            let mut text = String::new();
            flate2::read::GzDecoder::new(&bytes[..])
                .read_to_string(&mut text)
                .ok()?;
            text
        }
        _ => String::from_utf8(bytes).ok()?,
    };
    Some(Request { body, ..request })
}
