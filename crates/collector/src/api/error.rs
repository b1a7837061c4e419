//! The envelope that every failed query is answered with.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A failed query.
pub(super) struct Failure {
    pub(super) status: StatusCode,
    pub(super) message: String,
    /// The caller's name for the query (`jk_subid`).
    pub(super) subscription: Option<String>,
    pub(super) elapsed: std::time::Duration,
}

#[derive(Serialize)]
struct Envelope {
    jk_call: &'static str,
    jk_ccode: &'static str,
    jk_elapsed_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    jk_subid: Option<String>,
    jk_error: String,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let envelope = Envelope {
            jk_call: "get",
            jk_ccode: "ERROR",
            jk_elapsed_ms: u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX),
            jk_subid: self.subscription,
            jk_error: self.message,
        };
        (self.status, Json(envelope)).into_response()
    }
}
