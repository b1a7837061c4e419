//! A client that speaks bytes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// A connection.
pub(crate) struct Client(BufReader<TcpStream>);

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        // Only a test that fails waits for so long.
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Client(BufReader::new(stream)))
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    /// A second handle on the connection, for a thread that only writes.
    pub(crate) fn second_half(&self) -> std::io::Result<Client> {
        Ok(Client(BufReader::new(self.0.get_ref().try_clone()?)))
    }

    /// Reads one answer; an error where the connection ends before it is whole.
    pub(crate) fn read(&mut self) -> std::io::Result<Reply> {
        let (mut status, mut length) = (0, 0);
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if line == "\r\n" {
                break;
            }
            if status == 0 {
                status = line
                    .split(' ')
                    .nth(1)
                    .and_then(|code| code.parse().ok())
                    .expect("a status");
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok(Reply {
            status,
            body: String::from_utf8(body).expect("text"),
        })
    }
}

/// The reply of a collector to a statement over all dates.
pub(crate) fn ask(address: SocketAddr, statement: &str) -> Value {
    ask_with_token(address, statement, "")
}

/// The same, of one that wants a token.
pub(crate) fn ask_with_token(address: SocketAddr, statement: &str, token: &str) -> Value {
    let parameters = [
        ("jk_query", statement),
        ("jk_date", "latest 100 years"),
        ("jk_maxrows", "100000"),
        ("jk_token", token),
    ];
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    let mut client = Client::connect(address).expect("it listens");
    let request = format!("GET /jkool-service/jkql?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.write(request.as_bytes()).expect("written");
    let reply = client.read().expect("an answer");
    assert_eq!(reply.status, 200, "{statement}: {}", reply.body);
    serde_json::from_str(&reply.body).expect("JSON")
}

/// The one number of a `number of` statement.
pub(crate) fn count(address: SocketAddr, what: &str) -> i64 {
    let reply = ask(address, &format!("get number of {what}"));
    reply["rows"][0]["NumberOf"]
        .as_i64()
        .unwrap_or_else(|| panic!("{reply}"))
}

/// Asks until there are so many.
pub(crate) fn wait_for_count(address: SocketAddr, what: &str, wanted: i64) {
    let begun = std::time::Instant::now();
    loop {
        let found = count(address, what);
        if found >= wanted {
            return;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "{found} of {wanted} {what}"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}
