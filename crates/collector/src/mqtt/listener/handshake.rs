//! CONNECT and CONNACK: who comes in.

use std::sync::Arc;

use tnt4_model::TrackingId;
use tnt4_mqtt::{ConnAck, Connect, Malformed, Packet, Properties, Reason, Version, frame};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::super::intake::Intake;
use super::super::{LARGEST_PACKET, RECEIVE_MAXIMUM};
use super::clients::{Clients, Seat};
use crate::access::Access;

/// The longest CONNECT, with its will.
const LARGEST_CONNECT: usize = 128 * 1024;

/// The type of a CONNECT, which must be the first byte.
const CONNECT: u8 = 0x10;

/// A client shorter of room than this gets no words with reason codes.
const ROOM_FOR_WORDS: u32 = 1_024;

/// A client that was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Client {
    pub(super) version: Version,
    pub(super) client_id: String,
    /// The longest silence that it has promised, in seconds; 0 for any.
    pub(super) keep_alive: u16,
    /// Whether it wants words with reason codes.
    pub(super) wants_words: bool,
}

/// Reads the CONNECT and answers it; `None` where the client is not let in, or is none. Its place is taken before the
/// answer: of two connections the one that was let in later keeps it.
pub(super) async fn run<R: AsyncRead + Unpin>(
    intake: &mut Intake<R>,
    writer: &mut (impl AsyncWrite + Unpin),
    access: &Access,
    clients: &Arc<Clients>,
) -> Option<(Client, Seat)> {
    let (client, answer) = loop {
        // Whoever speaks something else is not waited for.
        if intake.bytes().first().is_some_and(|first| *first != CONNECT) {
            return None;
        }
        match frame(intake.bytes(), LARGEST_CONNECT) {
            Err(_) => return None,
            Ok(None) => {
                if !intake.more().await.is_ok_and(|more| more) {
                    return None;
                }
            }
            Ok(Some(frame)) => {
                // The version only matters for other packets.
                let decided = decide(&Packet::read(&frame, Version::V3), access);
                let length = frame.length;
                intake.advance(length);
                break decided;
            }
        }
    };
    let seated = client.map(|client| {
        let seat = clients.enter(client.client_id.clone());
        (client, seat)
    });
    writer.write_all(&answer).await.ok()?;
    seated
}

/// Decides on a first packet, and answers it.
fn decide(packet: &Result<Packet<'_>, Malformed>, access: &Access) -> (Option<Client>, Vec<u8>) {
    match packet {
        Ok(Packet::Connect(connect)) => match admit(connect, access) {
            Ok(client) => {
                let answer = welcome(connect, &client);
                (Some(client), answer)
            }
            Err(reason) => (None, refusal(connect.version, reason)),
        },
        // Each is told in the form of the nearest version that we know.
        Err(Malformed::Version(Some(level))) if *level > Version::V5.level() => {
            (None, refusal(Version::V5, Reason::VERSION))
        }
        Err(Malformed::Version(_)) => (None, refusal(Version::V3, Reason::VERSION)),
        _ => (None, Vec::new()),
    }
}

fn admit(connect: &Connect<'_>, access: &Access) -> Result<Client, Reason> {
    let password = connect.password.map(std::str::from_utf8);
    let token = password.and_then(Result::ok).map(str::trim);
    if !access.allows(token) {
        return Err(Reason::CREDENTIALS);
    }
    let client_id = match connect.client_id {
        // A session that is to be kept has to have a name.
        "" if connect.version == Version::V3 && !connect.clean => return Err(Reason::CLIENT_ID),
        "" => format!("auto-{}", TrackingId::new().as_str()),
        given => given.to_owned(),
    };
    let properties = &connect.properties;
    Ok(Client {
        version: connect.version,
        client_id,
        keep_alive: connect.keep_alive,
        wants_words: properties.request_problem.unwrap_or(true)
            && properties
                .maximum_packet_size
                .is_none_or(|room| room >= ROOM_FOR_WORDS),
    })
}

fn welcome(connect: &Connect<'_>, client: &Client) -> Vec<u8> {
    let mut properties = Properties::default();
    properties.receive_maximum = Some(RECEIVE_MAXIMUM);
    properties.maximum_packet_size = Some(LARGEST_PACKET as u32);
    properties.assigned_client_id = connect.client_id.is_empty().then_some(&client.client_id);
    // Whoever wants its session kept is told that it is not.
    properties.session_expiry = connect.properties.session_expiry.map(|_| 0);
    connack(connect.version, Reason::SUCCESS, properties)
}

fn refusal(version: Version, reason: Reason) -> Vec<u8> {
    connack(version, reason, Properties::NONE)
}

fn connack(version: Version, reason: Reason, properties: Properties<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let packet = Packet::ConnAck(ConnAck {
        session_present: false,
        reason,
        properties,
    });
    let _ = packet.write(version, &mut bytes);
    bytes
}
