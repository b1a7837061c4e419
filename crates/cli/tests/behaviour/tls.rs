//! Certificates for tests: those of the stream's own.

/// The path of one.
pub(crate) fn fixture(name: &str) -> String {
    format!("{}/../stream/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}
