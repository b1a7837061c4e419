//! What must hold for whatever a server answers: for the fuzz target, and for our own tests.
//!
//! The first byte says in how large pieces the rest arrives.

use std::io::{self, Read};
use std::time::{Duration, SystemTime};

use super::access;
use super::answer::{Answer, Incoming, LONGEST_BODY};
use super::endpoint::Endpoint;
use super::gzip;
use super::redirect;
use super::status;
use super::verdict;
use super::words::Secrets;
use crate::Verdict;

/// A secret that answers may repeat. Texts that are cut at their 200th character cannot hold all of it.
const SECRET: &str = "canary<&>0123456789";
/// As many records were in the body that is answered.
const RECORDS: usize = 3;

/// Reads the bytes as answers, whole and in pieces, and asserts what the rooms promise.
pub(crate) fn check_any_answer(data: &[u8]) {
    let (piece, bytes) = data
        .split_first()
        .map_or((1, data), |(first, rest)| (*first, rest));
    let whole = answers(bytes, usize::MAX);
    let pieces = answers(bytes, usize::from(piece).max(1));
    assert_eq!(whole, pieces, "where it is split makes a difference");
    for answer in whole.iter().flatten() {
        check(answer);
    }
    let mut tunnel = Incoming::default();
    if let Ok(answer) = tunnel.next_to_connect(&mut Pieces {
        bytes,
        most: usize::MAX,
    }) {
        assert!(answer.body.is_empty() || !(200..300).contains(&answer.status));
    }
}

/// The answers, and the error that ends them.
fn answers(bytes: &[u8], most: usize) -> Vec<Result<Answer, String>> {
    let mut from = Pieces { bytes, most };
    let mut incoming = Incoming::default();
    let mut answers = Vec::new();
    loop {
        let answer = incoming.next(&mut from);
        let ends = answer.as_ref().map_or(true, |answer| !answer.reusable);
        answers.push(answer.map_err(|error| error.to_string()));
        if ends {
            return answers;
        }
        // Each takes bytes, so there cannot be more of them.
        assert!(answers.len() <= bytes.len(), "answers from nothing");
    }
}

fn check(answer: &Answer) {
    assert!(
        (200..1000).contains(&answer.status) || answer.status < 100,
        "{}",
        answer.status
    );
    assert!(answer.body.len() <= LONGEST_BODY && (answer.whole || !answer.reusable));
    let secrets = Secrets::of([SECRET]);
    if let Err(setback) = access::grant(answer, &secrets) {
        check_words(setback.why());
    }
    match verdict::of_one(answer, &secrets) {
        Ok(Verdict::Rejected(why)) => check_words(&why),
        Ok(Verdict::Done) => {}
        Err(setback) => check_words(setback.why()),
    }
    if let Ok(Some(verdicts)) = verdict::of_many(answer, RECORDS, &secrets) {
        assert_eq!(verdicts.len(), RECORDS);
    }
    let endpoint = Endpoint::parse("https://records.example/a");
    if let Some(target) = endpoint
        .ok()
        .and_then(|endpoint| redirect::target(answer, &endpoint))
    {
        let is_target = target.starts_with('/') && target.bytes().all(|byte| byte.is_ascii_graphic());
        assert!(is_target, "{target:?} would break the request's first line");
    }
    let _ = gzip::is_accepted(&answer.accept_encoding);
    let _ = status::retry_after(
        &answer.retry_after,
        SystemTime::UNIX_EPOCH + Duration::from_secs(1),
    );
}

fn check_words(words: &str) {
    assert!(
        !words.contains(SECRET) && !words.chars().any(char::is_control),
        "{words:?}"
    );
    assert!(words.chars().count() < 600, "{words:?}");
}

/// Bytes that arrive in pieces.
struct Pieces<'a> {
    bytes: &'a [u8],
    most: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.most.min(buffer.len()).min(self.bytes.len());
        let (now, later) = self.bytes.split_at(count);
        if let Some(room) = buffer.get_mut(..count) {
            room.copy_from_slice(now);
        }
        self.bytes = later;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_answer_is_taken(
            status in prop::sample::select(vec![100_u16, 200, 202, 204, 307, 400, 401, 407, 413, 429, 503]),
            location in "[a-z/:?. <&>0-9-]{0,40}",
            body in "(canary<&>0123456789|[{}\":,a-z0-9<> ]|\\PC){0,40}",
            rest in prop::collection::vec(any::<u8>(), 0..40),
            piece in any::<u8>(),
        ) {
            let length = body.len();
            let head = format!("HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: {length}\r\n\r\n");
            check_any_answer(&[&[piece][..], head.as_bytes(), body.as_bytes(), &rest].concat());
        }
    }
}
