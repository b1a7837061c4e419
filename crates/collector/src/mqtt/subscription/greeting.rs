//! CONNECT and CONNACK, from the client's side; and SUBSCRIBE, whose answer comes among messages.

use std::time::Duration;

use tnt4_mqtt::{Connect, Filter, Packet, Properties, Qos, Reason, Subscribe, Version, frame};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::super::RECEIVE_MAXIMUM;
use super::super::intake::Intake;
use super::Subscription;

/// How long silence may last, in seconds.
const KEEP_ALIVE: u16 = 30;

/// How long the broker keeps a session whose client is away: 30 days. In 3.1.1 there is no word for it.
const SESSION_EXPIRY: u32 = 30 * 24 * 60 * 60;

/// The longest CONNACK.
const LARGEST: usize = 256 * 1024;

/// The SUBSCRIBE's number.
pub(super) const SUBSCRIBE_ID: u16 = 1;

/// A broker that has let us in.
pub(super) struct Welcome {
    pub(super) keep_alive: Duration,
}

/// Why it has not.
#[derive(Debug)]
pub(super) enum Unwelcome {
    /// It does not speak this version, or has ended the connection without a word.
    Version(String),
    /// It has said that it does not want us.
    Refused(String),
    /// Anything else.
    Other(String),
}

/// Introduces us, and asks for the subscription's messages.
pub(super) async fn greet<R: AsyncRead + Unpin>(
    intake: &mut Intake<R>,
    writer: &mut (impl AsyncWrite + Unpin),
    subscription: &Subscription,
    client_id: &str,
    version: Version,
) -> Result<Welcome, Unwelcome> {
    put(writer, &connect(subscription, client_id, version), version).await?;
    let answer = loop {
        match frame(intake.bytes(), LARGEST) {
            Err(error) => return Err(other(format!("it does not speak MQTT: {error}"))),
            Ok(Some(frame)) => {
                let (answer, length) = (read(&Packet::read(&frame, version))?, frame.length);
                intake.advance(length);
                break answer;
            }
            Ok(None) => match intake.more().await {
                Ok(true) => {}
                Ok(false) => {
                    let why = "it ends the connection without an answer to CONNECT";
                    return Err(Unwelcome::Version(why.to_owned()));
                }
                Err(error) => return Err(other(format!("the connection broke: {error}"))),
            },
        }
    };
    let subscribe = subscribe(&subscription.filter, version);
    put(writer, &Packet::Subscribe(subscribe), version).await?;
    Ok(answer)
}

fn read(answer: &Result<Packet<'_>, tnt4_mqtt::Malformed>) -> Result<Welcome, Unwelcome> {
    match answer {
        Ok(Packet::ConnAck(answer)) if answer.reason == Reason::SUCCESS => Ok(Welcome {
            keep_alive: Duration::from_secs(u64::from(
                answer
                    .properties
                    .server_keep_alive
                    .filter(|seconds| *seconds > 0)
                    .map_or(KEEP_ALIVE, |seconds| seconds.min(KEEP_ALIVE)),
            )),
        }),
        Ok(Packet::ConnAck(answer)) => {
            let words = answer.properties.reason.map(|words| format!(": {words}"));
            let why = format!("it refuses: {}{}", answer.reason, words.unwrap_or_default());
            Err(match answer.reason {
                Reason::VERSION => Unwelcome::Version(why),
                _ => Unwelcome::Refused(why),
            })
        }
        Ok(_) => Err(other("it answers CONNECT by another packet".to_owned())),
        Err(error) => Err(other(format!("it does not speak MQTT: {error}"))),
    }
}

fn connect<'a>(subscription: &'a Subscription, client_id: &'a str, version: Version) -> Packet<'a> {
    let mut properties = Properties::default();
    if version == Version::V5 {
        properties.session_expiry = Some(SESSION_EXPIRY);
        properties.receive_maximum = Some(RECEIVE_MAXIMUM);
    }
    Packet::Connect(Connect {
        version,
        clean: false,
        keep_alive: KEEP_ALIVE,
        properties,
        client_id,
        will: None,
        user_name: subscription.user_name.as_deref(),
        password: subscription.password.as_deref().map(str::as_bytes),
    })
}

/// On every connection: a session that the broker calls present may be of a client that was killed before its first
/// SUBSCRIBE.
fn subscribe(filter: &str, version: Version) -> Subscribe<'_> {
    let mut filter = Filter::new(filter, Qos::AtLeastOnce);
    if version == Version::V5 {
        // What the broker has kept comes with a new subscription alone, and not with each connection.
        filter.retain_handling = 1;
    }
    Subscribe {
        packet_id: SUBSCRIBE_ID,
        properties: Properties::NONE,
        filters: vec![filter],
    }
}

async fn put(
    writer: &mut (impl AsyncWrite + Unpin),
    packet: &Packet<'_>,
    version: Version,
) -> Result<(), Unwelcome> {
    let mut bytes = Vec::new();
    packet
        .write(version, &mut bytes)
        .map_err(|error| other(error.to_string()))?;
    let written = async {
        writer.write_all(&bytes).await?;
        writer.flush().await
    };
    written
        .await
        .map_err(|error| other(format!("the connection broke: {error}")))
}

fn other(why: String) -> Unwelcome {
    Unwelcome::Other(why)
}
