//! Why a connection ends, and what its client is told.

use tnt4_mqtt::{Disconnect, Malformed, Packet, Properties, Reason, Version};

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The client has ended it, or is gone.
    Left,
    /// We end it, and say why where the protocol has words for that.
    Because(Reason),
}

impl From<Malformed> for End {
    fn from(error: Malformed) -> Self {
        End::Because(match error {
            Malformed::TooLarge { .. } => Reason::TOO_LARGE,
            Malformed::Property(_) | Malformed::Value(_) => Reason::PROTOCOL_ERROR,
            _ => Reason::MALFORMED,
        })
    }
}

/// The packet that says so. In 3.1.1 a server says nothing.
pub(super) fn farewell(version: Version, reason: Reason) -> Vec<u8> {
    let mut bytes = Vec::new();
    if version == Version::V5 {
        let packet = Packet::Disconnect(Disconnect {
            reason,
            properties: Properties::NONE,
        });
        let _ = packet.write(version, &mut bytes);
    }
    bytes
}
