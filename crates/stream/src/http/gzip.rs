//! Bodies of many records, compressed: gzip (RFC 1952) at the fastest level.
//!
//! `1f 8b`, deflate, no flags, no time, fastest, unknown system; the deflated lines; their CRC-32 and their length, both
//! little-endian. The compressor's state and the body's memory are used again.
//!
//! Only where the server has announced it (RFC 7694: `Accept-Encoding` in an answer), the body is worth it, and there
//! is a network in between; and no more once the server has refused such a body.

use flate2::{Compress, Compression as Level, Crc, FlushCompress, Status};

use super::endpoint::Endpoint;

const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 0xff];
/// Bodies up to so many bytes go as they are.
const WORTH_IT: usize = 1024;
/// By so much the body's memory grows at a time.
const STEP: usize = 32 * 1024;

/// Whether bodies of many records are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Compression {
    /// Where the server announces that it takes them so, and is not on this machine.
    #[default]
    Auto,
    /// Never.
    Never,
}

/// What compresses bodies. By default it never does.
#[derive(Default)]
pub(super) struct Compressor {
    wanted: bool,
    /// The server has refused a compressed body.
    refused: bool,
    deflate: Option<Compress>,
    body: Vec<u8>,
}

impl Compressor {
    pub(super) fn new(compression: Compression, endpoint: &Endpoint) -> Self {
        Compressor {
            wanted: compression == Compression::Auto && !endpoint.place.is_loopback(),
            refused: false,
            deflate: None,
            body: Vec::new(),
        }
    }

    /// Whether to compress so many bytes for a server that takes them.
    pub(super) fn is_worth_it(&self, bytes: usize) -> bool {
        self.wanted && !self.refused && bytes > WORTH_IT
    }

    /// The server does not take compressed bodies after all.
    pub(super) fn refused(&mut self) {
        self.refused = true;
    }

    /// The lines, each with its end, compressed; `None` should that fail, which it has no reason to.
    pub(super) fn compress(&mut self, lines: &[&[u8]]) -> Option<&[u8]> {
        let deflate = self
            .deflate
            .get_or_insert_with(|| Compress::new(Level::fast(), false));
        deflate.reset();
        self.body.clear();
        self.body.extend_from_slice(&HEADER);
        let mut checksum = Crc::new();
        for part in lines.iter().flat_map(|line| [line, &b"\n"[..]]) {
            checksum.update(part);
            let mut rest = part;
            while !rest.is_empty() {
                let before = deflate.total_in();
                self.body.reserve(STEP);
                deflate
                    .compress_vec(rest, &mut self.body, FlushCompress::None)
                    .ok()?;
                let read = usize::try_from(deflate.total_in() - before).ok()?;
                rest = rest.get(read..)?;
            }
        }
        loop {
            self.body.reserve(STEP);
            let status = deflate.compress_vec(&[], &mut self.body, FlushCompress::Finish);
            if status.ok()? == Status::StreamEnd {
                break;
            }
        }
        self.body.extend_from_slice(&checksum.sum().to_le_bytes());
        self.body.extend_from_slice(&checksum.amount().to_le_bytes());
        Some(&self.body)
    }
}

/// Whether this value of `Accept-Encoding` names gzip, and not with a weight of nothing.
pub(super) fn is_accepted(accept_encoding: &str) -> bool {
    accept_encoding.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        is_gzip && weight.is_none_or(|weight| weight.parse().is_ok_and(|weight: f32| weight > 0.0))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use proptest::prelude::*;

    use super::*;

    fn compressor(compression: Compression, url: &str) -> Compressor {
        Compressor::new(compression, &Endpoint::parse(url).unwrap())
    }

    #[test]
    fn gzip_is_found_in_what_is_announced() {
        for value in ["gzip", "GZip", "br, gzip;q=0.5, identity", "gzip ; q=1.0"] {
            assert!(is_accepted(value), "{value}");
        }
        for value in [
            "",
            "identity",
            "gzip;q=0",
            "gzip;q=0.000",
            "gzip;q=x",
            "xgzip",
            "br;q=1",
        ] {
            assert!(!is_accepted(value), "{value}");
        }
    }

    #[test]
    fn it_is_for_long_bodies_that_cross_a_network() {
        let far = "https://records.example";
        let mut auto = compressor(Compression::Auto, far);
        assert!(auto.is_worth_it(1025) && !auto.is_worth_it(1024));
        auto.refused();
        assert!(!auto.is_worth_it(1025));
        assert!(!compressor(Compression::Never, far).is_worth_it(1025));
        assert!(!compressor(Compression::Auto, "http://127.0.0.1:6580").is_worth_it(1025));
    }

    proptest! {
        #[test]
        fn what_is_compressed_is_read_by_others(
            bodies in prop::collection::vec(prop::collection::vec("[a-f]{0,3000}|.{0,300}", 0..40), 1..4),
        ) {
            // The same compressor, for one body after the other.
            let mut compressor = compressor(Compression::Auto, "https://records.example");
            for lines in bodies {
                let parts: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
                let mut text = Vec::new();
                GzDecoder::new(compressor.compress(&parts).unwrap()).read_to_end(&mut text).unwrap();
                let expected: Vec<u8> = parts.iter().flat_map(|part| [part, &b"\n"[..]].concat()).collect();
                prop_assert_eq!(text, expected);
            }
        }
    }
}
