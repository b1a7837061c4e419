//! The body of a request, whole, within bounds of size and time.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::http::LARGEST_BODY;

/// How long a body may take to come.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The body of a request.
pub(super) struct Received(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Received {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        match tokio::time::timeout(TIMEOUT, Bytes::from_request(request, state)).await {
            Ok(Ok(bytes)) => Ok(Received(bytes)),
            Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                let why = format!("the body is larger than {LARGEST_BODY} bytes; send less at a time\n");
                Err((StatusCode::PAYLOAD_TOO_LARGE, why).into_response())
            }
            Ok(Err(rejection)) => Err(rejection.into_response()),
            Err(_) => {
                let why = "the rest of the request did not come in time\n";
                Err((StatusCode::REQUEST_TIMEOUT, why).into_response())
            }
        }
    }
}
