//! Any packets in any order, whole or broken: nobody panics, and every acknowledged record is in the store.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

mod support;

use std::collections::HashMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use support::Running;
use support::mqtt::{Came, Publisher, introduction, publish, record};
use tnt4_mqtt::{AckKind, Acknowledgement, Packet, Properties, Qos, Reason, Subscribe, Version};

#[derive(Debug, Clone)]
enum Step {
    Publish { qos: u8, id: u16, duplicate: bool },
    NoRecord { qos: u8, id: u16 },
    Release(u16),
    Other(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let (qos, id) = (0..3_u8, 1..20_u16);
    prop_oneof![
        12 => (qos.clone(), id.clone(), any::<bool>())
            .prop_map(|(qos, id, duplicate)| Step::Publish { qos, id, duplicate }),
        2 => (qos, id.clone()).prop_map(|(qos, id)| Step::NoRecord { qos, id }),
        6 => id.prop_map(Step::Release),
        1 => (0..4_u8).prop_map(Step::Other),
    ]
}

/// Plays the steps, and `noise` at the end, and returns which of the records it sent must be in the store.
fn play(publisher: &mut Publisher, name: &str, steps: &[Step], noise: &[u8]) -> Vec<String> {
    let version = publisher.version;
    let mut bytes = Vec::new();
    // By packet id, the records that an acknowledgement of it may mean, the oldest first.
    let mut sent: HashMap<(AckKind, u16), Vec<Option<String>>> = HashMap::new();
    let mut open: HashMap<u16, String> = HashMap::new();
    for (number, step) in steps.iter().enumerate() {
        let tracking_id = format!("{name}-{number}");
        let payload = record(&tracking_id);
        let packet = match step {
            Step::Publish { qos, id, duplicate } => {
                let qos = Qos::from_number(*qos).expect("a QoS");
                let mut publish = publish(qos, *id, "a", &payload);
                if qos == Qos::AtMostOnce {
                    publish.packet_id = 0;
                } else {
                    publish.duplicate = *duplicate;
                }
                match qos {
                    Qos::AtMostOnce => {}
                    Qos::AtLeastOnce => sent
                        .entry((AckKind::PubAck, *id))
                        .or_default()
                        .push(Some(tracking_id)),
                    // One that comes again is the first, whatever it holds.
                    Qos::ExactlyOnce => {
                        let first = open.entry(*id).or_insert(tracking_id).clone();
                        sent.entry((AckKind::PubRec, *id)).or_default().push(Some(first));
                    }
                }
                Packet::Publish(publish)
            }
            Step::NoRecord { qos, id } => {
                let qos = Qos::from_number(*qos).expect("a QoS");
                let mut publish = publish(qos, *id, "a", b"[0]");
                match qos {
                    Qos::AtMostOnce => publish.packet_id = 0,
                    Qos::AtLeastOnce => sent.entry((AckKind::PubAck, *id)).or_default().push(None),
                    Qos::ExactlyOnce => {
                        let kind = AckKind::PubRec;
                        let first = open.get(id).filter(|first| !first.is_empty()).cloned();
                        if version == Version::V3 {
                            open.entry(*id).or_default();
                        }
                        sent.entry((kind, *id)).or_default().push(first);
                    }
                }
                let mut out = Vec::new();
                Packet::Publish(publish)
                    .write(version, &mut out)
                    .expect("a packet");
                bytes.extend_from_slice(&out);
                continue;
            }
            Step::Release(id) => {
                open.remove(id);
                Packet::Acknowledgement(Acknowledgement::new(AckKind::PubRel, *id))
            }
            Step::Other(0) => Packet::PingReq,
            Step::Other(1) => Packet::PingResp,
            Step::Other(2) => Packet::Connect(introduction(version, "again")),
            Step::Other(_) => Packet::Subscribe(Subscribe {
                packet_id: 1,
                properties: Properties::NONE,
                filters: vec![tnt4_mqtt::Filter::new("#", Qos::AtLeastOnce)],
            }),
        };
        packet.write(version, &mut bytes).expect("a packet");
    }
    bytes.extend_from_slice(noise);
    publisher.write(&bytes);
    publisher.finish_writing();
    let mut stored = Vec::new();
    for came in publisher.rest() {
        if let Came::Ack(kind @ (AckKind::PubAck | AckKind::PubRec), id, Reason::SUCCESS, _) = came
            && let Some(records) = sent.get_mut(&(kind, id))
            && !records.is_empty()
        {
            stored.extend(records.remove(0).filter(|id| !id.is_empty()));
        } else if let Came::Ack(kind @ (AckKind::PubAck | AckKind::PubRec), id, _, _) = came
            && let Some(records) = sent.get_mut(&(kind, id))
            && !records.is_empty()
        {
            records.remove(0);
        }
    }
    stored
}

#[test]
fn acknowledged_is_stored() {
    let running = Running::with_mqtt();
    let address = running.mqtt_address();
    let mut runner = TestRunner::new(Config {
        cases: 128,
        failure_persistence: None,
        ..Config::default()
    });
    let number = std::cell::Cell::new(0);
    let story = (
        any::<bool>(),
        prop::collection::vec(step(), 1..60),
        prop::collection::vec(any::<u8>(), 0..40),
    );
    runner
        .run(&story, |(is_v5, steps, noise)| {
            number.set(number.get() + 1);
            let version = if is_v5 { Version::V5 } else { Version::V3 };
            let mut publisher = Publisher::connect(address, version);
            let name = format!("case-{}", number.get());
            let acknowledged = play(&mut publisher, &name, &steps, &noise);
            let statement = format!("get events fields eventid where eventid starts with '{name}-'");
            let rows = running.query(&[
                ("jk_query", statement.as_str()),
                ("jk_date", "latest 100 years"),
                ("jk_maxrows", "1000"),
            ]);
            for id in acknowledged {
                prop_assert!(
                    rows.body.contains(&format!("\"{id}\"")),
                    "{} is not in {}",
                    id,
                    rows.body
                );
            }
            Ok(())
        })
        .unwrap();
    // Whoever is still there is served.
    let mut publisher = Publisher::connect(address, Version::V5);
    publisher.publish(publish(Qos::AtLeastOnce, 1, "a", b"hello"));
    publisher.assert_acknowledged(AckKind::PubAck, 1);
}
