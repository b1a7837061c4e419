//! Records from those whom the loop in `http` leaves to axum: browsers, chunked bodies, `Expect`.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tnt4_model::Timestamp;

use super::router::{LetIn, Shared, State, token};
use crate::http::{UNAUTHORIZED, is_ndjson};
use crate::ingest::{self, Body};
use crate::store::Arrival;

type Received = Result<Bytes, BytesRejection>;

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
    body: Received,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return rejection.into_response(),
    };
    if headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|encoding| encoding != "identity")
    {
        let why = "compressed bodies are not taken; send the body as it is\n";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, why).into_response();
    }
    let lines = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(is_ndjson);
    let hint = ingest::hint_of(uri.path()).unwrap_or_default();
    let read = || ingest::read(&body, hint, lines, Timestamp::now());
    let may_send = match token(&headers) {
        Some(token) => state.access.allows(Some(token)),
        None => let_in || state.access.allows(None),
    };
    match tokio::task::block_in_place(read) {
        Body::Access(request) => admit(&state, &request.token),
        _ if !may_send => (StatusCode::UNAUTHORIZED, format!("{UNAUTHORIZED}\n")).into_response(),
        Body::One(arrival) => commit(&state, vec![*arrival], String::new()).await,
        Body::Several { arrivals, refused } => {
            let summary = ingest::summary(arrivals.len(), &refused);
            commit(&state, arrivals, summary).await
        }
        Body::Nothing(why) => (StatusCode::BAD_REQUEST, format!("{why}\n")).into_response(),
    }
}

fn admit(state: &State, token: &str) -> Response {
    if state.access.allows(Some(token)) {
        ([("accept-post", ingest::NDJSON)], ingest::granted(token)).into_response()
    } else {
        (StatusCode::UNAUTHORIZED, ingest::refused(UNAUTHORIZED)).into_response()
    }
}

async fn commit(state: &State, arrivals: Vec<Arrival>, summary: String) -> Response {
    let failure = match state.committer.hand_in(arrivals).await.await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("the collector is shutting down".to_owned()),
    };
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    match failure {
        None if summary.is_empty() => StatusCode::ACCEPTED.into_response(),
        None => (StatusCode::ACCEPTED, json, summary).into_response(),
        Some(why) => {
            let later = [(header::RETRY_AFTER, HeaderValue::from_static("5"))];
            (StatusCode::SERVICE_UNAVAILABLE, later, format!("{why}\n")).into_response()
        }
    }
}
