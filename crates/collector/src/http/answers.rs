//! The half of a connection that writes: answers, in the order of the requests, after their commit.

use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::mpsc;

use crate::store::Receipt;

/// How long a client may take to read its answers.
const WRITE_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(60);

/// The requests that were read together, and share a commit.
#[derive(Default)]
pub(super) struct Group {
    /// Resolves with their commit; none where they brought no record.
    pub(super) receipt: Option<Receipt>,
    /// One a request, in their order.
    pub(super) answers: Vec<Answer>,
}

/// What a request is answered with.
#[derive(Debug)]
pub(super) enum Answer {
    /// Nothing, whatever becomes of it: the sender asked for that.
    Silence,
    /// These bytes, which depend on no commit.
    Plain(Vec<u8>),
    /// These bytes once the group is committed.
    Committed(Vec<u8>),
    /// These bytes, unless anything silent before it on this connection was lost.
    Ping,
}

/// Writes the answers of every group; ends when no more come, and gives the half back.
pub(super) async fn write(
    mut half: OwnedWriteHalf,
    mut groups: mpsc::Receiver<Group>,
) -> Option<OwnedWriteHalf> {
    let mut silently_lost = false;
    while let Some(group) = groups.recv().await {
        let failure = match group.receipt {
            None => None,
            Some(receipt) => receipt.outcome().await.err().map(|why| unavailable(&why)),
        };
        let mut bytes = Vec::new();
        for answer in group.answers {
            match (answer, &failure) {
                (Answer::Silence, failure) => silently_lost |= failure.is_some(),
                (Answer::Plain(answer), _) | (Answer::Committed(answer), None) => bytes.extend(answer),
                (Answer::Committed(_), Some(failure)) => bytes.extend(failure),
                (Answer::Ping, Some(failure)) => bytes.extend(failure),
                (Answer::Ping, None) if silently_lost => {
                    bytes.extend(unavailable("records before this ping could not be stored"));
                }
                (Answer::Ping, None) => bytes.extend(accepted("")),
            }
        }
        let written = tokio::time::timeout(WRITE_TIMEOUT, half.write_all(&bytes)).await;
        if !matches!(written, Ok(Ok(()))) {
            return None;
        }
    }
    Some(half)
}

/// What was sent is stored; `summary` is JSON, or empty.
pub(super) fn accepted(summary: &str) -> Vec<u8> {
    let kind = if summary.is_empty() {
        ""
    } else {
        "Content-Type: application/json\r\n"
    };
    format!(
        "HTTP/1.1 202 Accepted\r\n{kind}Content-Length: {}\r\n\r\n{summary}",
        summary.len()
    )
    .into_bytes()
}

/// A caller's request for access is granted; it may send several records in a body.
pub(super) fn welcome(body: &str) -> Vec<u8> {
    let announced = format!("Accept-Post: {}\r\n", crate::ingest::NDJSON);
    plain("200 OK", &announced, body)
}

/// A request is refused; `body` tells a person why.
pub(super) fn refused(status: &str, body: &str) -> Vec<u8> {
    plain(status, "", body)
}

fn unavailable(reason: &str) -> Vec<u8> {
    plain(
        "503 Service Unavailable",
        "Retry-After: 5\r\n",
        &format!("{reason}\n"),
    )
}

fn plain(status: &str, fields: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: text/plain\r\n{fields}Content-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}
