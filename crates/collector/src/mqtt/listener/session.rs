//! What the packets of a client mean, one after the other.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use tnt4_mqtt::{
    AckKind, Acknowledgement, Packet, Properties, Publish, Qos, Reason, SubAck, Subscribe, UnsubAck,
    Unsubscribe, Version,
};

use super::super::RECEIVE_MAXIMUM;
use super::super::answers::InFlight;
use super::super::draft::Draft;
use super::super::publish;
use super::end::End;
use super::handshake::Client;
use crate::ingest::Refused;
use crate::notices::Notices;

/// How much of a reason a client is told, in characters.
const WORDS: usize = 300;

/// `0x11`: there was no such subscription.
const NO_SUBSCRIPTION: Reason = Reason(0x11);

/// A client's session, which ends with its connection.
pub(super) struct Session<'a> {
    version: Version,
    wants_words: bool,
    /// Messages of QoS 2 that were taken, and whose PUBREL has not come.
    unreleased: HashSet<u16>,
    in_flight: InFlight,
    notices: &'a Notices,
}

impl<'a> Session<'a> {
    pub(super) fn new(client: &Client, in_flight: InFlight, notices: &'a Notices) -> Self {
        Session {
            version: client.version,
            wants_words: client.wants_words,
            unreleased: HashSet::new(),
            in_flight,
            notices,
        }
    }

    /// Takes one packet: its records and its answer go into the draft.
    pub(super) fn take(&mut self, packet: &Packet<'_>, draft: &mut Draft) -> Result<(), End> {
        match packet {
            Packet::Publish(publish) => self.publish(publish, draft)?,
            Packet::Acknowledgement(release) if release.kind == AckKind::PubRel => {
                self.release(release.packet_id, draft);
            }
            Packet::Subscribe(subscribe) => self.subscribe(subscribe, draft),
            Packet::Unsubscribe(unsubscribe) => self.unsubscribe(unsubscribe, draft),
            Packet::PingReq => draft.answer(self.version, &Packet::PingResp),
            Packet::Disconnect(_) => return Err(End::Left),
            // A second CONNECT, or what only a server sends, or an answer to what we never send.
            _ => return Err(End::Because(Reason::PROTOCOL_ERROR)),
        }
        Ok(())
    }

    fn publish(&mut self, publish: &Publish<'_>, draft: &mut Draft) -> Result<(), End> {
        if publish.properties.topic_alias.is_some() {
            // We announce that we take none.
            return Err(End::Because(Reason::TOPIC_ALIAS));
        }
        let id = publish.packet_id;
        if publish.qos == Qos::ExactlyOnce && self.unreleased.contains(&id) {
            // It came again. Its first copy is committed before this answer, which comes after that one's.
            self.acknowledge(AckKind::PubRec, id, None, draft);
            return Ok(());
        }
        if publish.qos != Qos::AtMostOnce {
            let before = self.in_flight.fetch_add(1, Ordering::Relaxed);
            if self.version == Version::V5 && before >= usize::from(RECEIVE_MAXIMUM) {
                return Err(End::Because(Reason::RECEIVE_MAXIMUM));
            }
        }
        let refused = publish::take(publish, draft);
        let is_told = self.version == Version::V5 && publish.qos != Qos::AtMostOnce;
        if let Some((refused, is_all)) = &refused
            && !(is_told && *is_all)
        {
            self.notices.refused(refused.records, &refused.why);
        }
        let refused = refused
            .filter(|(_, is_all)| *is_all && is_told)
            .map(|(refused, _)| refused);
        match publish.qos {
            Qos::AtMostOnce => {}
            Qos::AtLeastOnce => {
                draft.settled += 1;
                self.acknowledge(AckKind::PubAck, id, refused.as_ref(), draft);
            }
            Qos::ExactlyOnce => {
                // A refusal is the last word on a message, and its number is free again.
                match &refused {
                    Some(_) => draft.settled += 1,
                    None => _ = self.unreleased.insert(id),
                }
                self.acknowledge(AckKind::PubRec, id, refused.as_ref(), draft);
            }
        }
        Ok(())
    }

    fn release(&mut self, id: u16, draft: &mut Draft) {
        let mut done = Acknowledgement::new(AckKind::PubComp, id);
        if self.unreleased.remove(&id) {
            draft.settled += 1;
        } else {
            // Of an earlier connection's, perhaps; its message was committed before its PUBREC.
            done.reason = Reason::ID_NOT_FOUND;
        }
        draft.answer(self.version, &Packet::Acknowledgement(done));
    }

    fn acknowledge(&self, kind: AckKind, id: u16, refused: Option<&Refused>, draft: &mut Draft) {
        let words: String;
        let mut acknowledgement = Acknowledgement::new(kind, id);
        if let Some(refused) = refused {
            acknowledgement.reason = Reason::PAYLOAD_FORMAT;
            if self.wants_words {
                let shown = refused.why.chars().filter(|character| !character.is_control());
                words = shown.take(WORDS).collect();
                acknowledgement.properties.reason = Some(&words);
            }
        }
        draft.answer(self.version, &Packet::Acknowledgement(acknowledgement));
    }

    fn subscribe(&self, subscribe: &Subscribe<'_>, draft: &mut Draft) {
        let answer = Packet::SubAck(SubAck {
            packet_id: subscribe.packet_id,
            properties: Properties::NONE,
            reasons: subscribe.filters.iter().map(|_| Reason::NOT_AUTHORIZED).collect(),
        });
        draft.answer(self.version, &answer);
    }

    fn unsubscribe(&self, unsubscribe: &Unsubscribe<'_>, draft: &mut Draft) {
        let answer = Packet::UnsubAck(UnsubAck {
            packet_id: unsubscribe.packet_id,
            properties: Properties::NONE,
            reasons: unsubscribe.filters.iter().map(|_| NO_SUBSCRIPTION).collect(),
        });
        draft.answer(self.version, &answer);
    }
}
