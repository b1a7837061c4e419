//! Every route, on one page.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Router, extract};
use tokio::sync::watch;

use super::{feed, ingest, jkql, page};
use crate::access::Access;
use crate::guard::{Guard, Visitor};
use crate::http::LARGEST_BODY;
use crate::live::Live;
use crate::readers::Readers;
use crate::store::Committer;

/// What the handlers need.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) access: Access,
    pub(crate) guard: Guard,
    pub(crate) committer: Committer,
    pub(crate) readers: Arc<Readers>,
    pub(crate) live: Live,
    pub(crate) shutdown: watch::Receiver<bool>,
}

/// Whether an access-request on this connection was granted, before it came to axum or since.
#[derive(Debug, Clone)]
pub(crate) struct LetIn(pub(crate) Arc<AtomicBool>);

/// The routes. Whatever is none of them may be a path that takes records, which only `ingest` tells.
pub(crate) fn router(state: State) -> Router {
    let guard = state.guard.clone();
    let queries = || any(jkql::answer);
    Router::new()
        .route(
            "/",
            get(page::index).post(ingest::take).options(ingest::preflight),
        )
        .route("/assets/{*path}", get(page::asset))
        .route("/favicon.ico", get(page::favicon))
        .route("/live", get(feed::listen))
        .route("/jkool-service/jkql", queries())
        .route("/ds-api/jkql", queries())
        .route("/jkql", queries())
        .fallback(ingest::fallback)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn(move |request: Request, next: Next| {
            let guard = guard.clone();
            async move { watch_over(&guard, request, next).await }
        }))
        .with_state(state)
}

/// Lets in whom the guard lets in, and tells browsers what the page of an allowed origin may do.
async fn watch_over(guard: &Guard, request: Request, next: Next) -> Response {
    let allowed = match examine(guard, &request) {
        Ok(allowed) => allowed,
        Err(why) => return (StatusCode::FORBIDDEN, format!("{why}\n")).into_response(),
    };
    let asks = request.method() == Method::OPTIONS;
    let mut response = next.run(request).await;
    harden(response.headers_mut());
    if let Some(origin) = allowed {
        share(response.headers_mut(), origin, asks);
    }
    response
}

/// The request's origin, where it was allowed by name; why the request is refused, where it is.
fn examine(guard: &Guard, request: &Request) -> Result<Option<HeaderValue>, String> {
    // What is no text is shown to the guard as something that it does not know, not as absent.
    let text = |name: &str| {
        request
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap_or("?"))
    };
    // A request in absolute form names its host in the address.
    let host = text("host").or_else(|| request.uri().authority().map(|authority| authority.as_str()));
    let origin = text("origin");
    let (fetch_site, fetch_mode) = (text("sec-fetch-site"), text("sec-fetch-mode"));
    guard.check(Visitor {
        host,
        origin,
        fetch_site,
        fetch_mode,
    })?;
    let allowed = origin.filter(|origin| guard.allows_origin(origin));
    Ok(allowed.and_then(|origin| HeaderValue::from_str(origin).ok()))
}

fn harden(headers: &mut HeaderMap) {
    let fields = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fields {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn share(headers: &mut HeaderMap, origin: HeaderValue, asks: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if asks {
        let fields = [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
            (
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                "token, content-type, x-api-key",
            ),
            (header::ACCESS_CONTROL_MAX_AGE, "600"),
        ];
        for (name, value) in fields {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

/// The token of a request: `X-API-Key`, else `token`.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    // A token may hold any text; `to_str` would take ASCII only.
    let text = |name: &str| {
        let value = headers.get(name).map(axum::http::HeaderValue::as_bytes)?;
        std::str::from_utf8(value).ok().map(str::trim)
    };
    text("x-api-key")
        .filter(|token| !token.is_empty())
        .or_else(|| text("token"))
}

pub(super) type Shared = extract::State<State>;
