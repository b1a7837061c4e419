//! One connection of a publisher: reads packets as they come, hands their records in, and leaves the answers to a task of
//! its own.

use std::sync::Arc;
use std::time::Duration;

use tnt4_mqtt::{Malformed, Packet, Reason, Version, frame};
use tokio::io::AsyncRead;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};

use super::super::answers::{self, InFlight};
use super::super::draft::{Draft, Group};
use super::super::intake::Intake;
use super::super::{DRAFTS, LARGEST_PACKET};
use super::clients::Seat;
use super::end::{self, End};
use super::handshake;
use super::session::Session;
use crate::shared::Shared;
use crate::shutdown;

/// How long a client may take to introduce itself.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a packet may take from one piece to the next.
const PIECE_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a client without a keep-alive may be silent.
const IDLE: Duration = Duration::from_secs(60 * 60);

/// Serves one connection until either side ends it.
pub(crate) async fn serve(stream: TcpStream, shared: Arc<Shared>, mut stopping: watch::Receiver<bool>) {
    // Acknowledgements are small and awaited.
    let _ = stream.set_nodelay(true);
    let (reader, mut writer) = stream.into_split();
    let mut intake = Intake::new(reader);
    let client = tokio::select! {
        greeted = tokio::time::timeout(
            CONNECT_TIMEOUT,
            handshake::run(&mut intake, &mut writer, &shared.access, &shared.clients),
        ) => greeted.ok().flatten(),
        () = shutdown::wanted(&mut stopping) => None,
    };
    let Some((client, seat)) = client else { return };
    let (groups, waiting) = mpsc::channel(DRAFTS);
    let in_flight = InFlight::default();
    let failed = end::farewell(client.version, Reason::BUSY);
    let answering = tokio::spawn(answers::write(writer, waiting, in_flight.clone(), failed));
    let mut reading = Reading {
        intake,
        session: Session::new(&client, in_flight, &shared.notices),
        version: client.version,
        patience: patience(client.keep_alive),
        seat,
        shared: &shared,
        groups,
    };
    if let End::Because(reason) = reading.run(&mut stopping).await {
        let farewell = Group {
            receipt: None,
            answers: end::farewell(client.version, reason),
            settled: 0,
        };
        // Fails where nobody writes any more.
        let _ = reading.groups.send(farewell).await;
    }
    // Its place is free before its last answers are written: nobody waits for those.
    drop(reading);
    let _ = answering.await;
}

/// One and a half times the silence that a client has promised at the most.
fn patience(keep_alive: u16) -> Duration {
    match keep_alive {
        0 => IDLE,
        seconds => Duration::from_millis(u64::from(seconds) * 1_500),
    }
}

struct Reading<'a, R> {
    intake: Intake<R>,
    session: Session<'a>,
    version: Version,
    patience: Duration,
    seat: Seat,
    shared: &'a Shared,
    groups: mpsc::Sender<Group>,
}

impl<R: AsyncRead + Unpin> Reading<'_, R> {
    async fn run(&mut self, stopping: &mut watch::Receiver<bool>) -> End {
        loop {
            if let Err(end) = self.take_buffered().await {
                return end;
            }
            let begun = !self.intake.bytes().is_empty();
            let within = if begun {
                self.patience.min(PIECE_TIMEOUT)
            } else {
                self.patience
            };
            tokio::select! {
                read = tokio::time::timeout(within, self.intake.more()) => match read {
                    Ok(Ok(true)) => {}
                    Ok(Ok(false) | Err(_)) => return End::Left,
                    Err(_) => return End::Because(Reason::KEEP_ALIVE),
                },
                // The last answers could not be written, or their records not be stored.
                () = self.groups.closed() => return End::Left,
                () = self.seat.lost() => return End::Because(Reason::TAKEN_OVER),
                () = shutdown::wanted(stopping) => return End::Because(Reason::SHUTTING_DOWN),
            }
        }
    }

    /// Takes every whole packet out of what was read, draft by draft.
    async fn take_buffered(&mut self) -> Result<(), End> {
        loop {
            let mut draft = Draft::default();
            let outcome = self.fill(&mut draft);
            let is_full = draft.is_full();
            // Also what came before the packet that ends it all.
            if let Some(group) = draft.hand_in(&self.shared.committer).await {
                self.groups.send(group).await.map_err(|_| End::Left)?;
            }
            outcome?;
            if !is_full {
                return Ok(());
            }
        }
    }

    fn fill(&mut self, draft: &mut Draft) -> Result<(), End> {
        while !draft.is_full() {
            let frame = match frame(self.intake.bytes(), LARGEST_PACKET) {
                Ok(Some(frame)) => frame,
                Ok(None) => return Ok(()),
                Err(error) => return Err(self.malformed(error)),
            };
            let length = frame.length;
            match Packet::read(&frame, self.version) {
                Ok(packet) => self.session.take(&packet, draft)?,
                Err(error) => return Err(self.malformed(error)),
            }
            self.intake.advance(length);
        }
        Ok(())
    }

    /// Whoever cannot be told why, the operator is.
    fn malformed(&self, error: Malformed) -> End {
        if self.version == Version::V3 {
            self.shared.notices.refused(1, &error.to_string());
        }
        error.into()
    }
}
