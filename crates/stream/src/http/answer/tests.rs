//! The parser takes any bytes, split anywhere.

use proptest::prelude::*;

use super::*;

/// A connection that hands out its bytes in pieces of these sizes, over and over.
struct Pieces {
    bytes: Vec<u8>,
    at: usize,
    sizes: Vec<usize>,
    turn: usize,
}

impl Pieces {
    fn new(bytes: &[u8], sizes: &[usize]) -> Self {
        Pieces {
            bytes: bytes.to_vec(),
            at: 0,
            sizes: sizes.to_vec(),
            turn: 0,
        }
    }

    fn whole(text: &str) -> Self {
        Self::new(text.as_bytes(), &[usize::MAX])
    }
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes[self.turn % self.sizes.len()].max(1);
        self.turn += 1;
        let count = size.min(buffer.len()).min(self.bytes.len() - self.at);
        buffer[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

fn read(text: &str) -> Result<Answer, AnswerError> {
    Incoming::default().next(&mut Pieces::whole(text))
}

#[test]
fn a_body_ends_by_its_length() {
    let answer =
        read("HTTP/1.1 202 Accepted\r\nAccept-Post: application/x-ndjson\r\nContent-Length: 2\r\n\r\nokmore");
    let answer = answer.unwrap();
    assert_eq!(
        (answer.status, &answer.body[..], answer.reusable),
        (202, &b"ok"[..], true)
    );
    assert_eq!(answer.accept_post, "application/x-ndjson");
}

#[test]
fn a_body_comes_in_chunks() {
    let text =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n";
    let answer = read(text).unwrap();
    assert_eq!((&answer.body[..], answer.reusable), (&b"abcde"[..], true));
}

#[test]
fn a_body_ends_with_the_connection() {
    let answer = read("HTTP/1.1 200 OK\r\n\r\nabc").unwrap();
    assert_eq!((&answer.body[..], answer.reusable), (&b"abc"[..], false));
}

#[test]
fn interim_answers_are_skipped() {
    let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
    assert_eq!(read(text).unwrap().status, 204);
    assert!(matches!(
        read(&"HTTP/1.1 100 Continue\r\n\r\n".repeat(99)),
        Err(AnswerError::NotHttp(_))
    ));
}

#[test]
fn a_tunnel_begins_behind_the_head() {
    let text = "HTTP/1.1 200 Established\r\nContent-Length: 3\r\n\r\nabc";
    let mut incoming = Incoming::default();
    let answer = incoming.next_to_connect(&mut Pieces::whole(text)).unwrap();
    assert!(answer.body.is_empty() && incoming.has_more());
    let text = "HTTP/1.1 502 X\r\nContent-Length: 3\r\n\r\nabc";
    let answer = Incoming::default()
        .next_to_connect(&mut Pieces::whole(text))
        .unwrap();
    assert_eq!((answer.status, &answer.body[..]), (502, &b"abc"[..]));
}

#[test]
fn persistence_follows_version_and_header() {
    let reusable = |head: &str| {
        read(&format!("{head}\r\nContent-Length: 0\r\n\r\n"))
            .unwrap()
            .reusable
    };
    assert!(reusable("HTTP/1.1 200 OK"));
    assert!(!reusable("HTTP/1.1 200 OK\r\nConnection: foo, Close"));
    assert!(!reusable("HTTP/1.0 200 OK"));
    assert!(reusable("HTTP/1.0 200 OK\r\nconnection: Keep-Alive"));
}

#[test]
fn long_bodies_are_cut_and_end_the_connection() {
    let length = LONGEST_BODY + 1;
    let body = "x".repeat(length);
    let chunk = format!("{length:x}\r\n{body}\r\n0\r\n\r\n");
    for text in [
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}"),
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}"),
        format!("HTTP/1.1 200 OK\r\n\r\n{body}"),
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", u64::MAX),
    ] {
        let answer = read(&text).unwrap();
        assert_eq!(
            (answer.body.len(), answer.whole, answer.reusable),
            (LONGEST_BODY, false, false)
        );
    }
}

#[test]
fn ends_are_told_apart() {
    assert!(matches!(read(""), Err(AnswerError::Closed)));
    assert!(matches!(read("HTTP/1.1 20"), Err(AnswerError::Cut)));
    assert!(matches!(
        read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
        Err(AnswerError::Cut)
    ));
    assert!(matches!(
        read("SSH-2.0-OpenSSH\r\n"),
        Err(AnswerError::NotHttp(_))
    ));
    assert!(matches!(
        read("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        Err(AnswerError::NotHttp(_))
    ));
}

/// Bodies in every framing, with the text that carries them.
fn framed() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let body = prop::collection::vec(any::<u8>(), 0..300);
    (
        body,
        200_u16..299,
        prop::collection::vec(1_usize..50, 1..5),
        any::<bool>(),
    )
        .prop_map(|(body, status, sizes, chunked)| {
            let status = if status == 204 { 200 } else { status };
            let mut text = format!("HTTP/1.1 {status} Fine\r\nRetry-After: 3\r\n").into_bytes();
            if chunked {
                text.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
                let (mut rest, mut turn) = (&body[..], 0);
                while !rest.is_empty() {
                    let (chunk, after) = rest.split_at(sizes[turn % sizes.len()].min(rest.len()));
                    text.extend_from_slice(format!("{:X}\r\n", chunk.len()).as_bytes());
                    text.extend_from_slice(chunk);
                    text.extend_from_slice(b"\r\n");
                    (rest, turn) = (after, turn + 1);
                }
                text.extend_from_slice(b"0\r\n\r\n");
            } else {
                text.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
                text.extend_from_slice(&body);
            }
            (body, text)
        })
}

proptest! {
    #[test]
    fn where_it_is_split_makes_no_difference(
        answers in prop::collection::vec(framed(), 1..4),
        sizes in prop::collection::vec(1_usize..40, 1..6),
    ) {
        let bytes: Vec<u8> = answers.iter().flat_map(|(_, text)| text.clone()).collect();
        let mut pieces = Pieces::new(&bytes, &sizes);
        let mut incoming = Incoming::default();
        for (body, _) in &answers {
            let answer = incoming.next(&mut pieces).unwrap();
            prop_assert_eq!(&answer.body, body);
            prop_assert!(answer.reusable && answer.whole);
            prop_assert_eq!(answer.retry_after, "3");
        }
        prop_assert!(!incoming.has_more());
    }

    #[test]
    fn any_bytes_are_taken(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        sizes in prop::collection::vec(1_usize..40, 1..6),
        head in prop::sample::select(vec![
            "", "HTTP/1.1 ", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: ", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        ]),
    ) {
        let bytes = [head.as_bytes(), &bytes].concat();
        let split = Incoming::default().next(&mut Pieces::new(&bytes, &sizes));
        let whole = Incoming::default().next(&mut Pieces::new(&bytes, &[usize::MAX]));
        prop_assert_eq!(split.map_err(|error| error.to_string()), whole.map_err(|error| error.to_string()));
    }
}
