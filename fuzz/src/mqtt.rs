//! Packets of MQTT, from either end: any bytes are packets, an error or not enough, and what was read is written in one form.

use tnt4_mqtt::{Packet, Version, frame};

/// Longer packets are refused by the length that they announce.
const LIMIT: usize = 64 * 1024;

/// Reads the bytes behind the first, whose lowest bit says of which MQTT they are, as packets, one after the other.
pub fn check(data: &[u8]) {
    let Some((first, mut rest)) = data.split_first() else {
        return;
    };
    let version = if first & 1 == 0 { Version::V3 } else { Version::V5 };
    while let Ok(Some(frame)) = frame(rest, LIMIT) {
        assert!(
            frame.length <= rest.len(),
            "a packet is longer than what there is"
        );
        rest = &rest[frame.length..];
        if let Ok(packet) = Packet::read(&frame, version) {
            keeps_its_form(&packet, version);
        }
    }
}

/// What we wrote is a packet, and we would write it so again.
fn keeps_its_form(packet: &Packet<'_>, version: Version) {
    let written = write(packet, version);
    let again = match frame(&written, usize::MAX) {
        Ok(Some(frame)) => Packet::read(&frame, version).map(|packet| write(&packet, version)),
        other => panic!("what was written is no packet: {other:?}"),
    };
    assert_eq!(again.as_ref(), Ok(&written), "changed: {packet:?}");
}

fn write(packet: &Packet<'_>, version: Version) -> Vec<u8> {
    let mut out = Vec::new();
    match packet.write(version, &mut out) {
        Ok(()) => out,
        Err(error) => panic!("what was read cannot be written: {error}"),
    }
}
