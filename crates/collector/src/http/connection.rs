//! One connection: reads requests as they come, hands their records in, and leaves the answers to a task
//! of its own, so that the next requests are read while the last are being committed.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::answers::{self, Answer, Group};
use super::handover;
use super::head::{self, Head, Parsed};
use super::requests;
use crate::shared::Shared;
use crate::shutdown;
use crate::store::Arrival;

/// The largest body that is taken.
pub(crate) const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// A larger body up to this size is read and thrown away, so that its sender can read the answer; one that
/// is larger still ends the connection.
const LARGEST_SKIPPED: usize = 64 * 1024 * 1024;

/// How long a connection may be silent between requests. Clients reopen after 4 minutes, or count on 10.
const IDLE: Duration = Duration::from_secs(15 * 60);

/// How long a head may take from its first byte, and a body from one piece to the next.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// How many groups of answers may wait for their commit.
const GROUPS: usize = 4;

/// How many records a group may hold.
const RECORDS: usize = 4_096;

/// How much room there is for a read at the least.
const READ_AHEAD: usize = 64 * 1024;

/// A larger buffer is given back as soon as it is empty: a connection may then be idle for long.
const LARGEST_KEPT: usize = 512 * 1024;

/// Serves one connection until either side ends it.
pub(crate) async fn serve(stream: TcpStream, shared: Arc<Shared>, mut shutdown: watch::Receiver<bool>) {
    // Answers are small and awaited.
    let _ = stream.set_nodelay(true);
    let (half, writing) = stream.into_split();
    let (groups, waiting) = mpsc::channel(GROUPS);
    let answering = tokio::spawn(answers::write(writing, waiting));
    let let_in = Arc::new(AtomicBool::new(false));
    let mut reading = Reading {
        half,
        buffer: BytesMut::new(),
        skip: 0,
        begun: None,
        let_in,
        shared: &shared,
        groups,
    };
    let end = reading.run(&mut shutdown).await;
    let Reading {
        half,
        buffer,
        let_in,
        groups,
        ..
    } = reading;
    drop(groups);
    let writing = answering.await.ok().flatten();
    if let (End::Foreign, Some(writing)) = (end, writing)
        && let Ok(stream) = half.reunite(writing)
    {
        handover::serve(stream, buffer.freeze(), let_in, &shared, shutdown).await;
    }
}

/// Why no more is read.
enum End {
    /// It is over.
    Closed,
    /// The next request is for axum.
    Foreign,
}

struct Reading<'a> {
    half: OwnedReadHalf,
    buffer: BytesMut,
    /// Bytes of a body that is thrown away.
    skip: usize,
    /// When the first byte of a head that is not yet whole came.
    begun: Option<Instant>,
    /// Whether an access-request was granted; axum goes on with it after the hand-over.
    let_in: Arc<AtomicBool>,
    shared: &'a Shared,
    groups: mpsc::Sender<Group>,
}

/// What to do after the buffered requests are taken.
enum Next {
    Read { within: Duration },
    End(End),
}

impl Reading<'_> {
    async fn run(&mut self, shutdown: &mut watch::Receiver<bool>) -> End {
        loop {
            let next = match self.take_buffered().await {
                Ok(next) => next,
                // Nobody answers any more: the client is gone.
                Err(Gone) => return End::Closed,
            };
            let within = match next {
                Next::Read { within } => within,
                Next::End(end) => return end,
            };
            if self.buffer.is_empty() && self.buffer.capacity() > LARGEST_KEPT {
                self.buffer = BytesMut::new();
            }
            self.buffer.reserve(READ_AHEAD);
            tokio::select! {
                read = tokio::time::timeout(within, self.half.read_buf(&mut self.buffer)) => match read {
                    Ok(Ok(0) | Err(_)) => return End::Closed,
                    Ok(Ok(_)) => {}
                    Err(_) => {
                        self.give_up_waiting().await;
                        return End::Closed;
                    }
                },
                () = shutdown::wanted(shutdown) => return End::Closed,
            }
        }
    }

    /// Takes every whole request out of the buffer, group by group.
    async fn take_buffered(&mut self) -> Result<Next, Gone> {
        loop {
            let (mut group, mut arrivals) = (Group::default(), Vec::new());
            let next = self.fill(&mut group, &mut arrivals);
            if !group.answers.is_empty() {
                if !arrivals.is_empty() {
                    group.receipt = Some(self.shared.committer.hand_in(arrivals).await);
                }
                self.groups.send(group).await.map_err(|_| Gone)?;
            }
            if let Some(next) = next {
                return Ok(next);
            }
        }
    }

    /// Takes whole requests until the group is full; `None` where more of them may be buffered.
    fn fill(&mut self, group: &mut Group, arrivals: &mut Vec<Arrival>) -> Option<Next> {
        while arrivals.len() < RECORDS {
            let skipped = self.skip.min(self.buffer.len());
            self.buffer.advance(skipped);
            self.skip -= skipped;
            if self.skip > 0 {
                return Some(Next::Read { within: BODY_TIMEOUT });
            }
            // Some clients end a body with a line break that they do not count.
            let breaks = self
                .buffer
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            self.buffer.advance(breaks);
            match head::parse(&self.buffer, &self.shared.guard) {
                Parsed::Partial => return Some(self.wait_for_head()),
                Parsed::Foreign => return Some(Next::End(End::Foreign)),
                Parsed::Bad(why) => {
                    group.answers.push(plain("400 Bad Request", &why));
                    return Some(Next::End(End::Closed));
                }
                Parsed::Post(head) if head.body > LARGEST_BODY => {
                    let why = format!("the body is larger than {LARGEST_BODY} bytes; send less at a time");
                    let outcome = requests::lose(self.shared, &head, "413 Content Too Large", &why);
                    group.answers.push(outcome.answer);
                    if outcome.close || head.body > LARGEST_SKIPPED {
                        return Some(Next::End(End::Closed));
                    }
                    self.buffer.advance(head.length);
                    (self.skip, self.begun) = (head.body, None);
                }
                Parsed::Post(head) => match self.take_one(&head, group, arrivals) {
                    Some(next) => return Some(next),
                    None => self.begun = None,
                },
            }
        }
        None
    }

    /// Takes the request with this head, once its body is whole.
    fn take_one(&mut self, head: &Head, group: &mut Group, arrivals: &mut Vec<Arrival>) -> Option<Next> {
        let whole = head.length + head.body;
        if self.buffer.len() < whole {
            self.buffer.reserve(whole - self.buffer.len());
            return Some(Next::Read { within: BODY_TIMEOUT });
        }
        let mut outcome = requests::take(self.shared, &self.let_in, head, &self.buffer[head.length..whole]);
        self.buffer.advance(whole);
        arrivals.append(&mut outcome.arrivals);
        group.answers.push(outcome.answer);
        outcome.close.then_some(Next::End(End::Closed))
    }

    /// Waits for the rest of a head, or for the first byte of one.
    fn wait_for_head(&mut self) -> Next {
        if self.buffer.is_empty() {
            self.begun = None;
            return Next::Read { within: IDLE };
        }
        let begun = *self.begun.get_or_insert_with(Instant::now);
        Next::Read {
            within: (begun + HEAD_TIMEOUT).saturating_duration_since(Instant::now()),
        }
    }

    /// Tells a client that stopped in the middle of a request.
    async fn give_up_waiting(&mut self) {
        if self.buffer.is_empty() && self.skip == 0 {
            return;
        }
        let answers = vec![plain(
            "408 Request Timeout",
            "the rest of the request did not come in time",
        )];
        let _ = self
            .groups
            .send(Group {
                receipt: None,
                answers,
            })
            .await;
    }
}

/// The other half of the connection has ended.
struct Gone;

fn plain(status: &str, why: &str) -> Answer {
    Answer::Plain(answers::refused(status, &format!("{why}\n")))
}
