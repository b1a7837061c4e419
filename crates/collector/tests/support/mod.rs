//! A collector on a free port with a store of its own, and a client that speaks bytes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]
#![allow(dead_code, reason = "each test uses its part of this")]

pub(crate) mod broker;
pub(crate) mod mqtt;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tnt4_collector::{Collector, Settings, Subscription};

/// A running collector, and the folder of its store.
pub(crate) struct Running {
    pub(crate) collector: Option<Collector>,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) notices: Arc<Mutex<Vec<String>>>,
    configure: Box<dyn Fn(&mut Settings)>,
}

impl Running {
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    /// One that takes publishers of MQTT, too.
    pub(crate) fn with_mqtt() -> Self {
        Self::with(|settings| settings.mqtt = Some("127.0.0.1:0".parse().expect("an address")))
    }

    /// One that takes messages from brokers.
    pub(crate) fn with_subscriptions(addresses: &[String]) -> Self {
        let parse = |address: &String| Subscription::parse(address).expect("an address");
        let subscriptions: Vec<Subscription> = addresses.iter().map(parse).collect();
        Self::with(move |settings| settings.subscriptions.clone_from(&subscriptions))
    }

    pub(crate) fn with(configure: impl Fn(&mut Settings) + 'static) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut running = Running {
            collector: None,
            folder,
            notices: Arc::default(),
            configure: Box::new(configure),
        };
        running.restart();
        running
    }

    /// Stops it where it runs, and starts it again on the same store.
    pub(crate) fn restart(&mut self) {
        if let Some(collector) = self.collector.take() {
            collector.stop();
        }
        let mut settings = Settings::new("127.0.0.1:0".parse().expect("an address"), self.store());
        let notices = self.notices.clone();
        settings.notice = Box::new(move |line| notices.lock().expect("no panic").push(line.to_owned()));
        (self.configure)(&mut settings);
        self.collector = Some(Collector::start(settings).expect("it starts"));
    }

    /// Waits for a notice that has these words.
    pub(crate) fn wait_for_notice(&self, words: &str) -> String {
        let begun = std::time::Instant::now();
        loop {
            let notices = self.notices.lock().expect("no panic");
            if let Some(line) = notices.iter().find(|line| line.contains(words)) {
                return line.clone();
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{words}: {notices:?}");
            drop(notices);
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.folder.path().join("collector.db")
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.collector.as_ref().expect("it runs").address()
    }

    /// Where it takes publishers of MQTT.
    pub(crate) fn mqtt_address(&self) -> SocketAddr {
        let collector = self.collector.as_ref().expect("it runs");
        collector.mqtt_address().expect("it takes them")
    }

    pub(crate) fn connect(&self) -> Client {
        Client::connect(self.address())
    }

    /// Posts one body on a connection of its own.
    pub(crate) fn post(&self, path: &str, body: &str) -> Reply {
        self.connect().post(path, "", body)
    }

    /// The reply to a statement over all dates.
    pub(crate) fn ask(&self, statement: &str) -> Value {
        let reply = self.query(&[
            ("jk_query", statement),
            ("jk_date", "latest 100 years"),
            ("jk_tz", "Etc/UTC"),
        ]);
        assert_eq!(reply.status, 200, "{statement}: {}", reply.body);
        reply.json()
    }

    pub(crate) fn query(&self, parameters: &[(&str, &str)]) -> Reply {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        self.connect().post(
            "/jkool-service/jkql",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            &form,
        )
    }

    /// The one number of a `number of` statement.
    pub(crate) fn count(&self, what: &str) -> i64 {
        let reply = self.ask(&format!("get number of {what}"));
        reply["rows"][0]["NumberOf"]
            .as_i64()
            .unwrap_or_else(|| panic!("{reply}"))
    }

    /// The cells of one column.
    pub(crate) fn column(&self, statement: &str, header: &str) -> Vec<Value> {
        let reply = self.ask(statement);
        reply["rows"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row[header].clone())
            .collect()
    }
}

/// A connection.
pub(crate) struct Client {
    pub(crate) stream: BufReader<TcpStream>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("it listens");
        // Only a test that fails waits for so long.
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a timeout");
        Client {
            stream: BufReader::new(stream),
        }
    }

    pub(crate) fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream
            .get_mut()
            .write_all(bytes.as_ref())
            .expect("the connection is open");
    }

    /// Posts a body and reads the answer. `fields` are whole lines.
    pub(crate) fn post(&mut self, path: &str, fields: &str, body: &str) -> Reply {
        self.write(request(path, fields, body));
        self.read()
    }

    pub(crate) fn get(&mut self, path: &str, fields: &str) -> Reply {
        self.write(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n"));
        self.read()
    }

    /// Reads one answer.
    pub(crate) fn read(&mut self) -> Reply {
        let mut head = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(
                self.stream.read_line(&mut line).expect("an answer"),
                0,
                "closed after {head:?}"
            );
            if line == "\r\n" {
                break;
            }
            head.push_str(&line);
        }
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .expect("a status");
        let mut reply = Reply {
            status,
            head,
            body: String::new(),
        };
        let length = reply
            .field("content-length")
            .map_or(0, |length| length.parse().expect("a length"));
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a body");
        reply.body = String::from_utf8(body).expect("text");
        reply
    }

    /// Writes where the connection is still open.
    pub(crate) fn try_write(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.get_mut().write_all(bytes.as_ref()).is_ok()
    }

    /// Reads one answer, where one comes before the connection ends.
    pub(crate) fn try_read(&mut self) -> Option<Reply> {
        match self.stream.fill_buf() {
            Ok([]) | Err(_) => None,
            Ok(_) => Some(self.read()),
        }
    }

    /// Reads a line, without its end.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    /// Reads the next line of a feed that comes in chunks.
    pub(crate) fn feed_line(&mut self) -> String {
        let length = usize::from_str_radix(&self.line(), 16).expect("a chunk's length");
        let mut chunk = vec![0; length + 2];
        self.stream.read_exact(&mut chunk).expect("a chunk");
        String::from_utf8(chunk).expect("text").trim_end().to_owned()
    }

    /// Asserts that the server ends the connection, and says nothing before.
    pub(crate) fn assert_closed(&mut self) {
        let mut rest = Vec::new();
        // A reset is an end, too.
        let _ = self.stream.read_to_end(&mut rest);
        assert_eq!(String::from_utf8_lossy(&rest), "");
    }
}

pub(crate) fn request(path: &str, fields: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n{fields}Content-Length: {length}\r\n\r\n{body}")
}
