//! Whatever a broker does: each record is settled once, and none before the broker has acknowledged it.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "the broker serves other tests too"
)]

#[path = "../../tests/support/broker.rs"]
mod broker;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use broker::{Act, Packet, Seen, ack, ack_with, connack_with};
use proptest::prelude::*;

use super::*;
use crate::Record;
use crate::batch::tests::Verdicts;
use crate::net::Timeouts;
use crate::net::tls::TlsFiles;

fn transport_to(broker: &broker::Broker, settings: Mqtt) -> MqttTransport {
    let timeouts = Timeouts {
        connect: Duration::from_secs(30),
        answer: Duration::from_secs(20),
    };
    let broker = Broker::parse(&broker.url(), false).unwrap();
    let plan = Plan::new(broker, settings, timeouts, TlsFiles::default());
    MqttTransport::new(plan, Diagnostics::off())
}

fn records(numbers: impl IntoIterator<Item = u64>) -> Vec<Record> {
    numbers
        .into_iter()
        .map(|number| Record::alone(number, number.to_string().into_bytes()))
        .collect()
}

/// What the broker does with a message or a PUBREL.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Answer,
    /// Later, with others, the last one first.
    Hold,
    Close,
    AnswerAndClose,
    CloseAndForget,
    Trouble,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        40 => Just(Deed::Answer),
        20 => Just(Deed::Hold),
        2 => Just(Deed::Close),
        2 => Just(Deed::AnswerAndClose),
        1 => Just(Deed::CloseAndForget),
        1 => Just(Deed::Trouble),
    ];
    prop::collection::vec(deed, 0..300)
}

/// A broker as the standard wants it, with its own moods.
#[derive(Default)]
struct Model {
    connection: usize,
    deeds: VecDeque<Deed>,
    session: bool,
    /// Messages of QoS 2 that were received and not released.
    received: BTreeMap<u16, String>,
    /// What was taken, as often as it was.
    taken: Vec<String>,
    /// What was acknowledged for good.
    acknowledged: BTreeSet<String>,
    held: Vec<(u8, u16)>,
    /// Which message had an identifier last.
    named: BTreeMap<u16, String>,
    in_flight: BTreeSet<u16>,
    allowed: usize,
    problems: Vec<String>,
}

impl Model {
    fn act(&mut self, seen: &Seen) -> Vec<Act> {
        // A client has one connection: what the one before has left is heard by nobody.
        if seen.connection < self.connection {
            return Vec::new();
        }
        self.connection = seen.connection;
        let (kind, id) = match &seen.packet {
            Packet::Connect(client) => {
                self.held.clear();
                self.in_flight.clear();
                let present = self.session && !client.clean;
                if !present {
                    self.received.clear();
                }
                self.session = true;
                let allowed = [0x21, 0, self.allowed as u8];
                let properties = if seen.level == 5 { &allowed[..] } else { &[] };
                return vec![Act::Send(connack_with(seen.level, present, 0, properties))];
            }
            Packet::Ping => return vec![Act::Send(vec![0xD0, 0])],
            Packet::Publish(message) => {
                if !self.in_flight.insert(message.id) {
                    self.problems.push(format!("{} is used twice", message.id));
                }
                if seen.level == 5 && self.in_flight.len() > self.allowed {
                    self.problems.push("too many are in flight".to_owned());
                }
                self.named.insert(message.id, message.payload.clone());
                if message.qos == 2 {
                    let known = self.received.insert(message.id, message.payload.clone());
                    match known {
                        None => self.taken.push(message.payload.clone()),
                        Some(known) if known != message.payload => {
                            self.problems.push(format!("{} means two messages", message.id));
                        }
                        Some(_) => {}
                    }
                    (broker::PUBREC, message.id)
                } else {
                    self.taken.push(message.payload.clone());
                    (broker::PUBACK, message.id)
                }
            }
            Packet::PubRel(id) => (broker::PUBCOMP, *id),
            Packet::Quiet => return self.release_held(),
            Packet::Disconnect | Packet::Gone => return Vec::new(),
        };
        let deed = self.deeds.pop_front().unwrap_or(Deed::Answer);
        match deed {
            Deed::Hold if self.held.len() < 3 => {
                self.held.push((kind, id));
                Vec::new()
            }
            Deed::Answer | Deed::Hold => self.answer(kind, id),
            Deed::Close => vec![Act::Close],
            Deed::AnswerAndClose => {
                let mut acts = self.answer(kind, id);
                acts.push(Act::Close);
                acts
            }
            Deed::CloseAndForget => {
                self.session = false;
                self.received.clear();
                vec![Act::Close]
            }
            Deed::Trouble if seen.level == 5 && kind != broker::PUBCOMP => {
                self.in_flight.remove(&id);
                // What is refused was not taken.
                if let Some(payload) = self.received.remove(&id) {
                    self.taken.retain(|taken| *taken != payload);
                }
                let mut acts = self.release_held();
                acts.push(Act::Send(ack_with(kind, id, 0x97)));
                acts
            }
            Deed::Trouble => self.answer(kind, id),
        }
    }

    fn answer(&mut self, kind: u8, id: u16) -> Vec<Act> {
        self.held.push((kind, id));
        self.release_held()
    }

    fn release_held(&mut self) -> Vec<Act> {
        let held: Vec<_> = self.held.drain(..).rev().collect();
        held.into_iter()
            .map(|(kind, id)| {
                if kind != broker::PUBREC {
                    self.in_flight.remove(&id);
                    self.received.remove(&id);
                    let payload = self.named[&id].clone();
                    self.acknowledged.insert(payload);
                }
                Act::Send(ack(kind, id))
            })
            .collect()
    }
}

struct Case {
    deeds: Vec<Deed>,
    qos: Qos,
    version: MqttVersion,
    durable: bool,
    count: u64,
    batches: usize,
    allowed: usize,
}

fn assert_settled_as_acknowledged(case: Case) {
    let forgets = case.deeds.iter().any(|deed| matches!(deed, Deed::CloseAndForget));
    let model = Arc::new(Mutex::new(Model {
        deeds: case.deeds.into(),
        allowed: case.allowed,
        ..Model::default()
    }));
    let playing = Arc::clone(&model);
    let server = broker::Broker::start(move |seen| playing.lock().unwrap().act(seen));
    let mut settings = Mqtt::new().qos(case.qos).version(case.version);
    if case.durable {
        settings = settings.client_id("me").clean_session(false);
    }
    let mut transport = transport_to(&server, settings);
    let desk = Verdicts::default();
    let mut left: VecDeque<Vec<u64>> = (0..case.count)
        .collect::<Vec<_>>()
        .chunks(case.batches)
        .map(<[u64]>::to_vec)
        .collect();
    while let Some(numbers) = left.pop_front() {
        let records = records(numbers);
        let mut batch = Batch::new(&records, &desk);
        let outcome = transport.deliver(&mut batch);
        let again: Vec<u64> = batch.unsettled().map(|(_, record)| record.sequence).collect();
        assert_eq!(outcome.is_ok(), again.is_empty(), "{outcome:?}");
        let silent = outcome.is_err_and(|setback| setback.why().contains("not acknowledged"));
        assert!(!silent, "the broker answers, and was not heard");
        // None was settled before the broker had said so.
        let model = model.lock().unwrap();
        for (number, verdict) in desk.0.lock().unwrap().iter() {
            assert!(
                model.acknowledged.contains(&number.to_string()) || matches!(verdict, Verdict::Rejected(_)),
                "{number}"
            );
        }
        drop(model);
        let _ = transport.idle();
        if !again.is_empty() {
            // Others may come in between, as inherited ones do.
            let at = left.len().min(1);
            left.insert(at, again);
        }
    }
    let model = model.lock().unwrap();
    assert_eq!(model.problems, Vec::<String>::new());
    let mut verdicts = desk.0.into_inner().unwrap();
    verdicts.sort_by_key(|(number, _)| *number);
    assert!(verdicts.iter().map(|(number, _)| *number).eq(0..case.count));
    let keeps = case.durable || case.version != MqttVersion::V3;
    if case.qos == Qos::ExactlyOnce && keeps && !forgets {
        let once: BTreeSet<_> = model.taken.iter().collect();
        assert_eq!(once.len(), model.taken.len(), "{:?}", model.taken);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn each_record_is_settled_when_the_broker_has_acknowledged_it(
        deeds in deeds(),
        exactly_once in any::<bool>(),
        old in any::<bool>(),
        durable in any::<bool>(),
        count in 0_u64..200,
        batches in 1_usize..100,
        allowed in 1_usize..30,
    ) {
        let qos = if exactly_once { Qos::ExactlyOnce } else { Qos::AtLeastOnce };
        let version = if old { MqttVersion::V3 } else { MqttVersion::Auto };
        assert_settled_as_acknowledged(Case { deeds, qos, version, durable, count, batches, allowed });
    }
}
