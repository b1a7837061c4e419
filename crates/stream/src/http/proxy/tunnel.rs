//! The way through a proxy: `CONNECT`, which holds for the whole connection.
//!
//! The proxy learns host and port, and who we are to it; nothing else. Its answers are not repeated beyond their
//! status: they may hold what we have told it.

use std::io::Write;
use std::time::SystemTime;

use super::Proxy;
use crate::http::answer::{Answer, Incoming};
use crate::http::status::{self, Meaning};
use crate::net::place::Place;
use crate::net::socket::Socket;
use crate::{ProblemKind, Setback};

/// Asks the proxy at the other end of the socket for a way to this place, within the socket's deadline.
pub(crate) fn dig(socket: &mut Socket, proxy: &Proxy, place: &Place) -> Result<(), Setback> {
    let mut request = format!(
        "CONNECT {place} HTTP/1.1\r\nHost: {place}\r\nUser-Agent: tnt4/{}\r\n",
        env!("CARGO_PKG_VERSION")
    );
    if let Some(authorization) = proxy.authorization() {
        request.push_str("Proxy-Authorization: ");
        request.push_str(authorization);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    let no_way = |why: &dyn std::fmt::Display| {
        Setback::retry(format!(
            "the proxy {proxy} does not answer as proxies do ({why}): is it the right address?"
        ))
    };
    socket
        .write_all(request.as_bytes())
        .map_err(|error| no_way(&error))?;
    let mut incoming = Incoming::default();
    let answer = incoming.next_to_connect(socket).map_err(|error| no_way(&error))?;
    if let Some(setback) = proxy.unauthorized(&answer) {
        return Err(setback);
    }
    match status::meaning(answer.status) {
        // The server says nothing before we do.
        Meaning::Done if incoming.has_more() => Err(no_way(&"it says more than it was asked")),
        Meaning::Done => Ok(()),
        Meaning::Retry => Err(Setback::Retry {
            after: status::retry_after(&answer.retry_after, SystemTime::now()),
            kind: ProblemKind::Unreachable,
            why: format!("the proxy {proxy} cannot reach {place} now ({})", said(&answer)),
        }),
        Meaning::Refused | Meaning::Redirected | Meaning::Rejected => Err(Setback::Blocked {
            why: format!(
                "the proxy {proxy} does not let us through to {place} ({}): ask who runs it, or except {} by NO_PROXY",
                said(&answer),
                place.host
            ),
        }),
    }
}

fn said(answer: &Answer) -> String {
    format!("{} {}", answer.status, status::words(answer.status))
        .trim_end()
        .to_owned()
}
