//! What the fuzz targets call: promises about rooms that are otherwise closed. No part of the interface.

/// Scans bytes as if they were a segment that a dead process left, and panics where a promise is broken.
pub fn recover_segment(data: &[u8]) {
    crate::segment::check_any_bytes(data);
}

/// Reads the bytes as what a server or a proxy answers, and panics where a promise is broken.
pub fn read_answer(data: &[u8]) {
    crate::http::check_any_answer(data);
}
