//! Requests: a head that is the same each time, and a body.

use std::io::Write as _;

use super::endpoint::Endpoint;
use super::proxy::Proxy;
use crate::Secret;

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// The access-request.
    Xml,
    /// One record.
    Json,
    /// Many records, one a line.
    NdJson,
    /// The same, compressed: one part, which holds them all.
    NdJsonInGzip,
}

/// The part of every request's head that does not change. It contains the token: never shown.
pub(crate) struct Head(Vec<u8>);

impl Head {
    /// A `relay` is a proxy that takes the request for itself: it is told the whole address, and who we are to it.
    pub(crate) fn new(endpoint: &Endpoint, token: Option<&Secret>, relay: Option<&Proxy>) -> Self {
        let origin = relay.map_or_else(String::new, |_| endpoint.to_string());
        let mut head = format!(
            "POST {origin}{} HTTP/1.1\r\nHost: {}\r\nUser-Agent: tnt4/{}\r\n",
            endpoint.target,
            endpoint.authority,
            env!("CARGO_PKG_VERSION"),
        );
        if let Some(token) = token {
            head.push_str("X-API-Key: ");
            head.push_str(token.expose());
            head.push_str("\r\n");
        }
        if let Some(authorization) = relay.and_then(Proxy::authorization) {
            head.push_str("Proxy-Authorization: ");
            head.push_str(authorization);
            head.push_str("\r\n");
        }
        Head(head.into_bytes())
    }

    /// Writes a request with this body to `out`, replacing what was there.
    pub(crate) fn write(&self, content: Content, body: &[&[u8]], out: &mut Vec<u8>) {
        out.clear();
        self.append(content, body, out);
    }

    /// Writes a request with this body behind what is in `out`.
    pub(crate) fn append(&self, content: Content, body: &[&[u8]], out: &mut Vec<u8>) {
        let (media_type, end_of_line) = match content {
            Content::Xml => ("text/xml; charset=utf-8", ""),
            Content::Json => ("application/json", ""),
            Content::NdJson => ("application/x-ndjson", "\n"),
            Content::NdJsonInGzip => ("application/x-ndjson\r\nContent-Encoding: gzip", ""),
        };
        let length: usize = body.iter().map(|part| part.len() + end_of_line.len()).sum();
        out.extend_from_slice(&self.0);
        // Writing to memory cannot fail.
        let _ = write!(
            out,
            "Content-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n"
        );
        for part in body {
            out.extend_from_slice(part);
            out.extend_from_slice(end_of_line.as_bytes());
        }
    }
}
