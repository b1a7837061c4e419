//! One connection to a broker, once we are let in: takes messages, and acknowledges them after their commit.

use std::time::Duration;

use tnt4_mqtt::{
    AckKind, Acknowledgement, Disconnect, Malformed, Packet, Properties, Publish, Qos, Reason, Version, frame,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior};

use super::super::answers::{self, Ended, InFlight};
use super::super::draft::{Draft, Group};
use super::super::intake::Intake;
use super::super::{DRAFTS, publish};
use super::greeting::SUBSCRIBE_ID;
use super::oversize::{self, Head};
use crate::notices::Notices;
use crate::shutdown;
use crate::store::Committer;

/// The longest packet that is taken; longer ones are passed over.
const LARGEST: usize = 8 * 1024 * 1024 + 128 * 1024;

/// How long the broker may take to answer SUBSCRIBE.
const SUBSCRIBE_TIMEOUT: Duration = Duration::from_secs(10);

/// Why no more is taken.
#[derive(Debug)]
pub(super) enum Lost {
    /// The collector stops.
    Stopped,
    /// The broker does not want us.
    Refused(String),
    /// Anything else, in words.
    Because(String),
}

/// What a connection takes messages with.
pub(super) struct Taking<'a, R> {
    pub(super) intake: Intake<R>,
    pub(super) version: Version,
    pub(super) keep_alive: Duration,
    pub(super) committer: &'a Committer,
    pub(super) notices: &'a Notices,
    /// Called once the subscription is confirmed.
    pub(super) confirmed: &'a mut (dyn FnMut() + Send),
    pub(super) is_confirmed: bool,
    /// Bytes of a packet that is passed over.
    pub(super) skip: usize,
}

impl<R: AsyncRead + Unpin> Taking<'_, R> {
    /// Takes messages until the connection ends or the collector stops.
    pub(super) async fn run(
        mut self,
        writer: impl AsyncWrite + Unpin + Send + 'static,
        stopping: &mut watch::Receiver<bool>,
    ) -> Lost {
        let (groups, waiting) = mpsc::channel(DRAFTS);
        let answering = tokio::spawn(answers::write(writer, waiting, InFlight::default(), Vec::new()));
        let lost = self.read(&groups, stopping).await;
        if matches!(lost, Lost::Stopped) {
            // The session stays, and with it what is published from now on.
            let farewell = Packet::Disconnect(Disconnect {
                reason: Reason::SUCCESS,
                properties: Properties::NONE,
            });
            let _ = groups.send(self.alone(&farewell)).await;
        }
        drop(groups);
        match answering.await {
            Ok(Ended::NotStored(why)) => Lost::Because(format!("what it sent could not be stored: {why}")),
            _ => lost,
        }
    }

    async fn read(&mut self, groups: &mpsc::Sender<Group>, stopping: &mut watch::Receiver<bool>) -> Lost {
        let because = |why: &str| Lost::Because(why.to_owned());
        let begun = Instant::now();
        let mut heard = begun;
        let mut ticks = tokio::time::interval(self.keep_alive / 2);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if let Err(lost) = self.take_buffered(groups).await {
                return lost;
            }
            tokio::select! {
                read = self.intake.more() => match read {
                    Ok(true) => heard = Instant::now(),
                    Ok(false) => return because("it has ended the connection"),
                    Err(error) => return Lost::Because(format!("the connection broke: {error}")),
                },
                _ = ticks.tick() => {
                    if heard.elapsed() > self.keep_alive * 3 / 2 {
                        return because("nothing was heard of it for too long");
                    }
                    if !self.is_confirmed && begun.elapsed() > SUBSCRIBE_TIMEOUT {
                        return because("it does not answer SUBSCRIBE");
                    }
                    if groups.send(self.alone(&Packet::PingReq)).await.is_err() {
                        return because("the connection broke");
                    }
                }
                // The last answers could not be written, or their records not be stored.
                () = groups.closed() => return because("the connection broke"),
                () = shutdown::wanted(stopping) => return Lost::Stopped,
            }
        }
    }

    /// Takes every whole packet out of what was read, draft by draft.
    async fn take_buffered(&mut self, groups: &mpsc::Sender<Group>) -> Result<(), Lost> {
        loop {
            let mut draft = Draft::default();
            let outcome = self.fill(&mut draft);
            let is_full = draft.is_full();
            if let Some(group) = draft.hand_in(self.committer).await
                && groups.send(group).await.is_err()
            {
                return Err(Lost::Because("the connection broke".to_owned()));
            }
            outcome?;
            if !is_full {
                return Ok(());
            }
        }
    }

    fn fill(&mut self, draft: &mut Draft) -> Result<(), Lost> {
        while !draft.is_full() {
            let skipped = self.skip.min(self.intake.bytes().len());
            self.intake.advance(skipped);
            self.skip -= skipped;
            if self.skip > 0 {
                return Ok(());
            }
            let length = match frame(self.intake.bytes(), LARGEST) {
                Ok(None) => return Ok(()),
                Ok(Some(frame)) => {
                    let packet = Packet::read(&frame, self.version).map_err(malformed)?;
                    let is_confirmation = self.take(&packet, draft)?;
                    let length = frame.length;
                    self.confirm(is_confirmation);
                    length
                }
                Err(Malformed::TooLarge { length, .. }) => {
                    let head = oversize::head(self.intake.bytes(), length, self.version);
                    let Head::Message(publish) = head.map_err(malformed)? else {
                        return Ok(());
                    };
                    self.pass_over(&publish, length, draft);
                    self.skip = length;
                    continue;
                }
                Err(error) => return Err(malformed(error)),
            };
            self.intake.advance(length);
        }
        Ok(())
    }

    /// Takes one packet; `true` for the confirmation of the subscription.
    fn take(&self, packet: &Packet<'_>, draft: &mut Draft) -> Result<bool, Lost> {
        match packet {
            Packet::Publish(publish) if publish.topic.is_empty() || publish.qos == Qos::ExactlyOnce => {
                let why = "it sends what was not asked for: a topic alias, or QoS 2";
                return Err(Lost::Because(why.to_owned()));
            }
            Packet::Publish(publish) => {
                if let Some((refused, _)) = publish::take(publish, draft) {
                    self.notices.refused(refused.records, &refused.why);
                }
                self.acknowledge(publish, draft);
            }
            Packet::SubAck(answer) if answer.packet_id == SUBSCRIBE_ID => {
                return match answer.reasons.first() {
                    Some(reason) if reason.is_failure() => {
                        let why = format!("it refuses the subscription: {reason}");
                        Err(Lost::Refused(why))
                    }
                    _ => Ok(true),
                };
            }
            Packet::PingResp => {}
            Packet::Disconnect(end) => {
                let words = end.properties.reason.map(|words| format!(": {words}"));
                let why = format!(
                    "it has ended the connection: {}{}",
                    end.reason,
                    words.unwrap_or_default()
                );
                return Err(Lost::Because(why));
            }
            _ => return Err(Lost::Because("it sends a packet that no broker sends".to_owned())),
        }
        Ok(false)
    }

    fn confirm(&mut self, is_confirmation: bool) {
        if is_confirmation && !self.is_confirmed {
            self.is_confirmed = true;
            (self.confirmed)();
        }
    }

    fn pass_over(&self, publish: &Publish<'_>, length: usize, draft: &mut Draft) {
        self.notices.refused(
            1,
            &format!("a message of {length} bytes was sent, and {LARGEST} are taken"),
        );
        self.acknowledge(publish, draft);
    }

    fn acknowledge(&self, publish: &Publish<'_>, draft: &mut Draft) {
        if publish.qos == Qos::AtLeastOnce {
            let done = Acknowledgement::new(AckKind::PubAck, publish.packet_id);
            draft.answer(self.version, &Packet::Acknowledgement(done));
        }
    }

    /// A packet that waits for no commit of its own.
    fn alone(&self, packet: &Packet<'_>) -> Group {
        let mut answers = Vec::new();
        let _ = packet.write(self.version, &mut answers);
        Group {
            receipt: None,
            answers,
            settled: 0,
        }
    }
}

fn malformed(error: Malformed) -> Lost {
    Lost::Because(format!("it does not keep to the protocol: {error}"))
}
