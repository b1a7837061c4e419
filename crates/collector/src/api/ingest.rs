//! Records from those whom the loop in `http` leaves to axum: browsers, chunked bodies, `Expect`.
//!
//! What is decided on a body is the same as there. Only silence cannot be kept: every request is answered.

use std::sync::atomic::AtomicBool;

use axum::Extension;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::received::Received;
use super::router::{LetIn, Shared, State, token};
use crate::ingest::{self, Decision, Sender, UNAUTHORIZED};
use crate::store::Arrival;

/// Paths that are no route of their own: those that take records, and those that do not exist.
pub(super) async fn fallback(
    state: Shared,
    let_in: Extension<LetIn>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Received,
) -> Response {
    if ingest::hint_of(uri.path()).is_none() {
        let why = "there is nothing here; records go to /event, /activity, /snapshot, /log or /dataset, queries to /jkool-service/jkql\n";
        return (StatusCode::NOT_FOUND, why).into_response();
    }
    match method {
        Method::POST => take(state, let_in, uri, headers, body).await,
        Method::OPTIONS => preflight().await,
        _ => {
            let allow = [(header::ALLOW, HeaderValue::from_static("POST, OPTIONS"))];
            (
                StatusCode::METHOD_NOT_ALLOWED,
                allow,
                "records are sent by POST\n",
            )
                .into_response()
        }
    }
}

/// What a browser may do here is said by the middleware.
pub(super) async fn preflight() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// Takes the records of one body.
pub(super) async fn take(
    axum::extract::State(state): Shared,
    Extension(LetIn(let_in)): Extension<LetIn>,
    uri: Uri,
    headers: HeaderMap,
    Received(body): Received,
) -> Response {
    if headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|encoding| encoding != "identity")
    {
        let why = "compressed bodies are not taken; send the body as it is\n";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, why).into_response();
    }
    let decision = decide(&state, &let_in, &uri, &headers, &body);
    let text = |status: StatusCode, why: &str| (status, format!("{why}\n")).into_response();
    match decision {
        Decision::Welcome(xml) => ([("accept-post", ingest::NDJSON)], xml).into_response(),
        Decision::Unwelcome(xml) => (StatusCode::UNAUTHORIZED, xml).into_response(),
        Decision::Unauthorized => text(StatusCode::UNAUTHORIZED, UNAUTHORIZED),
        Decision::One(arrival) => commit(&state, vec![*arrival], String::new()).await,
        Decision::Several { arrivals, refused } => {
            let summary = ingest::summary(arrivals.len(), &refused);
            commit(&state, arrivals, summary).await
        }
        Decision::TooLarge(why) => text(StatusCode::PAYLOAD_TOO_LARGE, &why),
        Decision::Bad(why) => text(StatusCode::BAD_REQUEST, &why),
    }
}

fn decide(state: &State, let_in: &AtomicBool, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Decision {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let sender = Sender {
        token: token(headers),
        hint: ingest::hint_of(uri.path()).unwrap_or_default(),
        lines: content_type.is_some_and(ingest::is_ndjson),
    };
    tokio::task::block_in_place(|| ingest::decide(&state.access, let_in, sender, body))
}

async fn commit(state: &State, arrivals: Vec<Arrival>, summary: String) -> Response {
    let outcome = state.committer.hand_in(arrivals).await.outcome().await;
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    match outcome {
        Ok(()) if summary.is_empty() => StatusCode::ACCEPTED.into_response(),
        Ok(()) => (StatusCode::ACCEPTED, json, summary).into_response(),
        Err(why) => {
            let later = [(header::RETRY_AFTER, HeaderValue::from_static("5"))];
            (StatusCode::SERVICE_UNAVAILABLE, later, format!("{why}\n")).into_response()
        }
    }
}
