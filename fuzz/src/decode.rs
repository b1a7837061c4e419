//! Records from the network: decoding never panics, and what was decoded is written and read again unchanged.

use tnt4_model::{PathHint, decode};

/// Decodes the bytes; what they hold must survive being encoded.
pub fn check(data: &[u8]) {
    let Ok(decoded) = decode(data, PathHint::Any) else {
        return;
    };
    let mut encoded = Vec::new();
    decoded.item.encode(decoded.record_id, &mut encoded);
    match decode(&encoded, PathHint::Any) {
        Ok(again) => assert_eq!(decoded, again, "changed by {}", String::from_utf8_lossy(&encoded)),
        Err(error) => panic!(
            "our own encoding is refused: {error}: {}",
            String::from_utf8_lossy(&encoded)
        ),
    }
}
