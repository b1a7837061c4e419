//! Requests out of a buffer, and records out of requests. Only what a stream sends is understood.

use memchr::memmem;

/// A request at the beginning of a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Request<'a> {
    pub(super) body: &'a [u8],
    /// How much of the buffer it is.
    pub(super) length: usize,
}

impl<'a> Request<'a> {
    /// The request, once all of it has come.
    pub(super) fn parse(buffer: &'a [u8]) -> Option<Self> {
        let head = memmem::find(buffer, b"\r\n\r\n")? + 4;
        let field = b"\r\nContent-Length: ";
        let from = memmem::find(&buffer[..head], field).expect("a request has a length") + field.len();
        let digits = buffer[from..head].iter().take_while(|byte| byte.is_ascii_digit());
        let body = digits.fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
        Some(Request {
            body: buffer.get(head..head + body)?,
            length: head + body,
        })
    }

    /// Whether it asks for access.
    pub(super) fn is_access(&self) -> bool {
        self.body.starts_with(b"<")
    }

    /// The records in it.
    pub(super) fn records(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut rest = self.body;
        std::iter::from_fn(move || {
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = &rest[..end];
            rest = rest.get(end + 1..).unwrap_or_default();
            (!line.is_empty()).then_some(line)
        })
    }
}

/// What a record says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    /// `tnt4-id`, all of its 128 bits.
    pub(super) id: u128,
    pub(super) play: u64,
    pub(super) number: u64,
    /// The checksum of the record without `tnt4-id`.
    pub(super) checksum: u32,
}

impl Told {
    /// Reads a record of a play; `None` for any other.
    pub(super) fn read(record: &[u8]) -> Option<Self> {
        let (id, rest) = text_at(record.strip_prefix(b"{\"tnt4-id\":\"")?)?;
        let rest = rest.strip_prefix(b",")?;
        let key = b"\"tracking-id\":\"";
        let at = memmem::find(rest, key)? + key.len();
        let (tracking, _) = text_at(&rest[at..])?;
        let (play, number) = tracking.split_once('-')?;
        Some(Told {
            id: u128::from_str_radix(&id.replace('-', ""), 16).ok()?,
            play: u64::from_str_radix(play, 16).ok()?,
            number: number.parse().ok()?,
            checksum: crc32c::crc32c_append(crc32c::crc32c(b"{"), rest),
        })
    }
}

/// A JSON string without escapes, and what comes behind its closing quote.
fn text_at(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = memchr::memchr(b'"', bytes)?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Play, Shape};
    use tnt4::{Item, RecordId};

    #[test]
    fn requests_are_cut_out_of_what_has_come() {
        let two = b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\na\n\nb\nPOST";
        let request = Request::parse(two).unwrap();
        assert_eq!(request.length, two.len() - 4);
        assert_eq!(request.records().next(), Some(&b"a"[..]));
        assert_eq!(Request::parse(&two[..request.length - 1]), None);
    }

    #[test]
    fn a_record_of_a_play_is_known_by_its_numbers_and_its_checksum() {
        let play = Play {
            id: 0xfeed,
            shape: Shape::Varied,
        };
        for number in 0..500 {
            let mut record = Vec::new();
            Item::from(play.event(number)).encode(Some(RecordId::new()), &mut record);
            let told = Told::read(&record).unwrap();
            assert_eq!((told.play, told.number), (play.id, number));
            assert_eq!(told.checksum, play.checksum(number));
            let last = record.len() - 1;
            record[last] ^= 1;
            assert_ne!(Told::read(&record).unwrap().checksum, play.checksum(number));
        }
    }
}
