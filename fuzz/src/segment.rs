//! Segments that a dead process left: no bytes make a scan panic, go round in circles, or give what is not there.

/// Scans the bytes, as a whole file and as the records of one.
pub fn check(data: &[u8]) {
    tnt4::fuzzing::recover_segment(data);
}
