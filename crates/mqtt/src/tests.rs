//! What was written is read again, and no bytes are fatal.

use proptest::prelude::*;

use super::*;

const LIMIT: usize = 1 << 20;

fn read(bytes: &[u8], version: Version) -> Result<Option<Packet<'_>>, Malformed> {
    frame(bytes, LIMIT)?
        .map(|frame| Packet::read(&frame, version))
        .transpose()
}

#[track_caller]
fn assert_same(packet: &Packet<'_>, version: Version) {
    let mut bytes = vec![1, 2, 3];
    packet.write(version, &mut bytes).unwrap();
    let bytes = &bytes[3..];
    assert_eq!(
        read(bytes, version).as_ref(),
        Ok(&Some(packet.clone())),
        "{version}"
    );
    assert_eq!(frame(bytes, LIMIT).unwrap().unwrap().length, bytes.len());
    for end in 0..bytes.len() {
        assert_eq!(frame(&bytes[..end], LIMIT), Ok(None));
    }
    if let Packet::Publish(publish) = packet
        && publish.properties == Properties::NONE
    {
        assert_eq!(publish.packet_length(version), bytes.len());
    }
}

fn text() -> impl Strategy<Value = String> {
    "[a-zü/ ]{0,200}"
}

fn version() -> impl Strategy<Value = Version> {
    prop_oneof![Just(Version::V3), Just(Version::V5)]
}

fn qos() -> impl Strategy<Value = Qos> {
    (0..3_u8).prop_map(|number| Qos::from_number(number).unwrap())
}

/// Properties with these texts.
fn properties<'a>(version: Version, numbers: &[Option<u32>; 3], text: Option<&'a str>) -> Properties<'a> {
    if version == Version::V3 {
        return Properties::NONE;
    }
    Properties {
        session_expiry: numbers[0],
        assigned_client_id: text,
        server_keep_alive: numbers[1].map(|number| number as u16),
        server_reference: None,
        request_problem: numbers[2].map(|number| number & 1 == 0),
        reason: text,
        receive_maximum: numbers[1].map(|number| number as u16 | 1),
        topic_alias_maximum: numbers[2].map(|number| number as u16),
        topic_alias: numbers[0].map(|number| number as u16),
        maximum_qos: numbers[0].map(|number| (number & 1) as u8),
        maximum_packet_size: numbers[2].map(|number| number | 1),
        content_type: text,
    }
}

proptest! {
    #[test]
    fn messages_are_read_as_they_were_written(
        version in version(),
        qos in qos(),
        (duplicate, retain) in any::<(bool, bool)>(),
        topic in "[a-zü/ ]{1,200}",
        id in 1..=u16::MAX,
        numbers in any::<[Option<u32>; 3]>(),
        payload in prop::collection::vec(any::<u8>(), 0..20_000),
    ) {
        let packet_id = if qos == Qos::AtMostOnce { 0 } else { id };
        let properties = properties(version, &numbers, Some(&topic));
        let publish = Publish { duplicate, qos, retain, topic: &topic, packet_id, properties, payload: &payload };
        assert_same(&Packet::Publish(publish), version);
        assert_same(&Packet::Publish(Publish { properties: Properties::NONE, ..publish }), version);
    }

    #[test]
    fn clients_are_read_as_they_were_written(
        version in version(),
        clean in any::<bool>(),
        keep_alive in any::<u16>(),
        numbers in any::<[Option<u32>; 3]>(),
        client_id in text(),
        user_name in prop::option::of(text()),
        password in prop::option::of(prop::collection::vec(any::<u8>(), 0..100)),
        (with_will, qos, retain) in (any::<bool>(), qos(), any::<bool>()),
    ) {
        let properties = properties(version, &numbers, None);
        let will = with_will.then_some(Will { qos, retain, properties, topic: &client_id, payload: b"gone" });
        let password = password.as_deref().filter(|_| version == Version::V5 || user_name.is_some());
        let user_name = user_name.as_deref();
        let connect = Connect { version, clean, keep_alive, properties, client_id: &client_id, will, user_name, password };
        assert_same(&Packet::Connect(connect), version);
    }

    #[test]
    fn answers_are_read_as_they_were_written(
        version in version(),
        packet_id in 1..=u16::MAX,
        code in prop_oneof![Just(0_u8), 0x80..0xA3_u8],
        session_present in any::<bool>(),
        numbers in any::<[Option<u32>; 3]>(),
        words in prop::option::of(text()),
    ) {
        let reason = if version == Version::V3 { Reason::SUCCESS } else { Reason(code) };
        let properties = properties(version, &numbers, words.as_deref());
        for kind in [AckKind::PubAck, AckKind::PubRec, AckKind::PubRel, AckKind::PubComp] {
            let packet = Acknowledgement { kind, packet_id, reason, properties };
            assert_same(&Packet::Acknowledgement(packet), version);
        }
        assert_same(&Packet::ConnAck(ConnAck { session_present, reason, properties }), version);
        assert_same(&Packet::Disconnect(Disconnect { reason, properties }), version);
        let reasons = vec![Reason(1), Reason(code.min(if version == Version::V3 { 0x80 } else { 0xFF }))];
        assert_same(&Packet::SubAck(SubAck { packet_id, properties, reasons: reasons.clone() }), version);
        let reasons = if version == Version::V3 { Vec::new() } else { reasons };
        assert_same(&Packet::UnsubAck(UnsubAck { packet_id, properties, reasons }), version);
    }

    #[test]
    fn wishes_are_read_as_they_were_written(
        version in version(),
        packet_id in 1..=u16::MAX,
        filters in prop::collection::vec("[a-z/#+]{1,30}", 1..5),
        (qos, no_local, retain_as_published, retain_handling) in (qos(), any::<bool>(), any::<bool>(), 0..3_u8),
    ) {
        let each = filters.iter().map(|filter| Filter { filter, qos, no_local, retain_as_published, retain_handling });
        let properties = Properties::NONE;
        assert_same(&Packet::Subscribe(Subscribe { packet_id, properties, filters: each.collect() }), version);
        let filters = filters.iter().map(String::as_str).collect();
        assert_same(&Packet::Unsubscribe(Unsubscribe { packet_id, properties, filters }), version);
    }

    #[test]
    fn no_bytes_are_fatal(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 0..16_u8, version in version()) {
        let _ = read(&bytes, version);
        // With a fitting beginning they get further.
        for flags in 0..16 {
            let frame = Frame { first: kind << 4 | flags, body: &bytes, length: bytes.len() + 2 };
            if let Ok(packet) = Packet::read(&frame, version) {
                let mut again = Vec::new();
                packet.write(version, &mut again).unwrap();
            }
        }
    }
}

#[test]
fn pings_are_two_bytes() {
    for version in [Version::V3, Version::V5] {
        assert_same(&Packet::PingReq, version);
        assert_same(&Packet::PingResp, version);
    }
    assert_eq!(read(&[0xC0, 1, 0], Version::V5), Err(Malformed::Ends));
}

#[test]
fn a_packet_that_is_too_large_is_refused_by_its_beginning() {
    let error = Malformed::TooLarge {
        length: 105,
        limit: 100,
    };
    assert_eq!(frame(&[0x30, 103], 100), Err(error));
    assert_eq!(frame(&[0x30, 98], 100), Ok(None));
    assert_eq!(
        frame(&[0x30, 0xFF, 0xFF, 0xFF, 0xFF, 1], 100),
        Err(Malformed::Length)
    );
}

#[test]
fn the_longest_topic_goes_and_a_longer_one_leaves_no_trace() {
    let topic = "t".repeat(65_536);
    let publish = Publish {
        duplicate: false,
        qos: Qos::AtLeastOnce,
        retain: false,
        topic: &topic[1..],
        packet_id: 1,
        properties: Properties::NONE,
        payload: b"{}",
    };
    assert_same(&Packet::Publish(publish), Version::V5);
    let mut out = vec![7];
    let error = Packet::Publish(Publish {
        topic: &topic,
        ..publish
    })
    .write(Version::V3, &mut out);
    assert_eq!(error.unwrap_err().length, 65_536);
    assert_eq!(out, [7]);
}

#[test]
fn a_server_that_speaks_no_5_is_understood() {
    let refusal = read(&[0x20, 2, 0, 1], Version::V5).unwrap();
    let Some(Packet::ConnAck(answer)) = refusal else {
        panic!("{refusal:?}");
    };
    assert_eq!(answer.reason, Reason::VERSION);
}

#[test]
fn what_nobody_needs_is_read_past() {
    // A server's CONNACK with all that it may say.
    let properties = [
        &[
            0x11, 0, 0, 0, 9, 0x21, 0, 20, 0x24, 1, 0x25, 1, 0x27, 0, 1, 0, 0, 0x12, 0, 1, b'c',
        ][..],
        &[
            0x22, 0, 10, 0x26, 0, 1, b'a', 0, 1, b'b', 0x28, 1, 0x29, 1, 0x2A, 1, 0x13, 0, 30, 0x1A, 0, 0,
        ],
        &[0x15, 0, 1, b'm', 0x16, 0, 1, 0],
    ]
    .concat();
    let mut bytes = vec![0x20, 3 + properties.len() as u8, 1, 0, properties.len() as u8];
    bytes.extend(properties);
    let Some(Packet::ConnAck(answer)) = read(&bytes, Version::V5).unwrap() else {
        panic!("no CONNACK");
    };
    assert!(answer.session_present);
    let said = answer.properties;
    assert_eq!(
        (said.receive_maximum, said.maximum_packet_size),
        (Some(20), Some(65_536))
    );
    assert_eq!((said.server_keep_alive, said.maximum_qos), (Some(30), Some(1)));
    // Nothing after what it says, and nothing that does not exist.
    bytes.push(0);
    bytes[1] += 1;
    assert_eq!(read(&bytes, Version::V5), Err(Malformed::Ends));
    assert_eq!(
        read(&[0x20, 5, 0, 0, 2, 0x7E, 0], Version::V5),
        Err(Malformed::Property(0x7E))
    );
}
