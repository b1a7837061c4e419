//! One connection: requests in, answers out, faults as they come.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::ops::ControlFlow;

use super::Inner;
use super::fault::{Act, Fault, Manner, Mood};
use super::request::{Request, Told};

/// What a slow reader takes at a time.
const SIP: usize = 512;

/// Holds a conversation until one side ends it.
pub(super) fn hold(inner: &Inner, stream: &TcpStream) {
    let manner = *inner.manner.lock().unwrap();
    let _ = stream.set_nodelay(true);
    let mut conversation = Conversation {
        inner,
        manner,
        stream,
        answers: Vec::new(),
        answered: 0,
    };
    let mut incoming = Vec::new();
    let mut chunk = vec![0; if manner.rests.is_some() { SIP } else { 256 * 1024 }];
    loop {
        let Ok(count @ 1..) = conversation.stream.read(&mut chunk) else {
            return;
        };
        incoming.extend_from_slice(&chunk[..count]);
        let mut done = 0;
        while let Some(request) = Request::parse(&incoming[done..]) {
            done += request.length;
            if conversation.answer(request).is_break() {
                return;
            }
        }
        incoming.drain(..done);
        if conversation.send().is_break() {
            return;
        }
        if let Some(rest) = manner.rests {
            std::thread::sleep(rest);
        }
    }
}

/// Ends a connection from another thread, with a reset.
pub(super) fn reset(stream: &TcpStream) {
    reset_when_dropped(stream);
    let _ = stream.shutdown(Shutdown::Both);
}

/// The other side will hear that nobody here knows of the connection.
fn reset_when_dropped(stream: &TcpStream) {
    #[cfg(unix)]
    let _ = rustix::net::sockopt::set_socket_linger(stream, Some(std::time::Duration::ZERO));
    #[cfg(not(unix))]
    let _ = stream;
}

struct Conversation<'a> {
    inner: &'a Inner,
    manner: Manner,
    stream: &'a TcpStream,
    /// What has not been sent yet.
    answers: Vec<u8>,
    answered: u64,
}

impl Conversation<'_> {
    fn answer(&mut self, request: Request<'_>) -> ControlFlow<()> {
        if let Some(fault) = self.inner.fault(&request) {
            self.fail(request, fault)?;
        } else {
            let rejected = self.take(request);
            self.write_answer(request, &rejected);
        }
        self.answered += 1;
        if self.manner.closes_after.is_some_and(|most| self.answered >= most) {
            self.send()?;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn fail(&mut self, request: Request<'_>, fault: Fault) -> ControlFlow<()> {
        let rejected = if fault.takes() {
            self.take(request)
        } else {
            Vec::new()
        };
        let half = |conversation: &mut Self| {
            let before = conversation.answers.len();
            conversation.write_answer(request, &rejected);
            let half = (conversation.answers.len() - before) / 2;
            conversation.answers.truncate(before + half);
        };
        match fault.act {
            Act::Status(code, after) => {
                let after = after.map_or(String::new(), |seconds| format!("Retry-After: {seconds}\r\n"));
                let answer = format!("HTTP/1.1 {code} No\r\n{after}Content-Length: 0\r\n\r\n");
                self.answers.extend_from_slice(answer.as_bytes());
                return ControlFlow::Continue(());
            }
            Act::Late(time) => {
                self.send()?;
                std::thread::sleep(time);
                self.write_answer(request, &rejected);
                return ControlFlow::Continue(());
            }
            Act::HalfAndClose | Act::HalfAndReset => half(self),
            Act::Close | Act::Reset | Act::Silence => {}
        }
        self.send()?;
        match fault.act {
            Act::Reset | Act::HalfAndReset => reset_when_dropped(self.stream),
            // Until the other side gives up, or the sink stops.
            Act::Silence => while matches!(self.stream.read(&mut [0; 4096]), Ok(1..)) {},
            _ => {}
        }
        ControlFlow::Break(())
    }

    /// Enters the records, and returns the positions of those that are rejected.
    fn take(&self, request: Request<'_>) -> Vec<usize> {
        if request.is_access() {
            return Vec::new();
        }
        let mut rejected = Vec::new();
        let mut book = self.inner.book.lock().unwrap();
        for (position, record) in request.records().enumerate() {
            if Told::read(record).is_some_and(|told| self.inner.poisons(told.number)) {
                rejected.push(position);
            } else {
                book.enter(record);
            }
        }
        drop(book);
        self.inner.entered.notify_all();
        rejected
    }

    fn write_answer(&mut self, request: Request<'_>, rejected: &[usize]) {
        let (status, field, body) = if request.is_access() {
            let field = if self.manner.many {
                "Accept-Post: application/x-ndjson\r\n"
            } else {
                ""
            };
            (200, field, String::new())
        } else if !request.body.ends_with(b"\n") {
            (if rejected.is_empty() { 202 } else { 422 }, "", String::new())
        } else {
            let list: Vec<String> = rejected
                .iter()
                .map(|index| format!("{{\"index\":{index},\"reason\":\"poison\"}}"))
                .collect();
            let accepted = request.records().count() - rejected.len();
            let list = list.join(",");
            (
                202,
                "",
                format!("{{\"accepted\":{accepted},\"rejected\":[{list}]}}"),
            )
        };
        let length = body.len();
        let answer = format!("HTTP/1.1 {status} X\r\n{field}Content-Length: {length}\r\n\r\n{body}");
        self.answers.extend_from_slice(answer.as_bytes());
    }

    fn send(&mut self) -> ControlFlow<()> {
        let sent = self.stream.write_all(&self.answers);
        self.answers.clear();
        if sent.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }
}

impl Inner {
    /// The fault of a request, where there is to be one.
    fn fault(&self, request: &Request<'_>) -> Option<Fault> {
        let mut mood = self.mood.lock().unwrap();
        match *mood {
            Mood::Well => None,
            Mood::Each(fault) => Some(fault),
            Mood::Records(fault) => (!request.is_access()).then_some(fault),
            Mood::Next(fault) => {
                *mood = Mood::Well;
                Some(fault)
            }
        }
    }
}
